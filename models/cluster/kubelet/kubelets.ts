/**
 * The kubelets of a cluster: what becomes of a pod on its node, from the binding to its end.
 *
 * Source: Kubernetes 1.34 kubelet: sandbox and network, images (in turn, see pull-turns.ts), init containers, start, probes,
 * restarts with a back-off, `preStop` and SIGTERM within the grace, SIGKILL after it. A kubelet that is cut off from the API
 * server goes on with what it has and reports when it is back; a node that dies takes its containers along, and starts those of
 * pods that are still its own when it comes back.
 * Leaves out: static pods, the node's own memory (see node-pressure.ts), containers one by one (see pod-runtime.ts).
 */
import { NS_PER_SECOND, TIME_NS_MAX, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import { NEVER_NS, POD_PHASE } from '../pod-table.ts';
import { CrashBackoff } from './crash-backoff.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { NodeLinks, type Word } from './node-links.ts';
import { PodImages } from './pod-images.ts';
import { PodRun } from './pod-run.ts';
import { KUBELET_TIMES, type KubeletTimes } from './pod-runtime.ts';
import { PullTurns } from './pull-turns.ts';
import { SAY, StatusReports } from './status-reports.ts';
import { type Verdict, verdictOnRecovery, verdictOnSilence, verdictOnStart } from './verdict.ts';

/** The pause after a failed pull or attach, doubling (kubelet: ImagePullBackOff, for each pod and image). */
const RETRY = { firstNs: 10 * NS_PER_SECOND, longestNs: 300 * NS_PER_SECOND } as const;

/** What the API server tells kubelets. */
const HEAR = { bound: 0, terminate: 1, forget: 2 } as const satisfies Record<string, number>;

/** Steps on the node that are a matter of time. */
type StepKind = 'setUp' | 'sandboxed' | 'retry' | 'initialised' | 'started' | 'stop' | 'signal' | 'stopped';

/** All kubelets of a cluster. */
export class Kubelets {
  readonly #at: KubeletContext;
  readonly #times: KubeletTimes;
  /** By row of the table. */
  readonly #runs: (PodRun | undefined)[] = [];
  readonly #links = new NodeLinks();
  readonly #turns: PullTurns;
  readonly #images: PodImages;
  readonly #reports: StatusReports;
  #silences = 0;
  readonly #kinds: Readonly<Record<StepKind | 'verdict' | 'exit', EventKind>>;

  constructor(context: KubeletContext) {
    this.#at = context;
    this.#times = context.times ?? KUBELET_TIMES;
    this.#turns = new PullTurns(context.pullsAtOnce);
    this.#images = this.#podImages();
    const { sim, pods, listener } = context;
    this.#reports = new StatusReports(
      { sim, pods, listener, links: this.#links, delayNs: this.#times.reportNs },
      (pod, life) => this.#current(pod, life) !== undefined,
      (pod) => {
        this.#runs[pod] = undefined;
        this.#silences++;
      },
    );
    const step = (name: string, go: (run: PodRun) => void): EventKind =>
      sim.kind(`kubelet: ${name}`, (pod, life) => this.#step(pod, life, go));
    this.#kinds = {
      setUp: step('pod is seen', (run) => this.#setUp(run)),
      sandboxed: step('sandbox stands', (run) => this.#network(run)),
      retry: step('tries again', (run) => (run.networked ? this.#images.pull(run) : this.#network(run))),
      initialised: step('init container ends', (run) => this.#initialise(run)),
      started: step('container starts', (run) => this.#started(run)),
      stop: step('pod is to end', (run) => this.#stop(run)),
      signal: step('container is told to end', (run) => this.#signal(run)),
      stopped: step('pod ends', (run) => this.#stopped(run)),
      verdict: sim.kind('kubelet: probes agree', (pod, life) => this.#found(pod, life)),
      exit: sim.kind('kubelet: container ends', (pod, life) => this.#ends(pod, life)),
    };
  }

  /** A pod was bound to its node: its kubelet hears of it. */
  bound(pod: number): void {
    this.#hear(this.#newRun(pod), HEAR.bound);
  }

  /** A pod that is bound to its node runs there and is Ready, as if its start were long over; one that gets no network starts as any other. */
  stand(pod: number): void {
    const { sim, pods, services, application } = this.#at;
    const run = this.#newRun(pod);
    let isNow = true;
    services.attach(run.node, pod, (attached) => {
      if (isNow) run.networked = attached;
      else if (attached) services.detach(run.node, pod);
    });
    isNow = false;
    if (!run.networked) {
      this.#hear(run, HEAR.bound);
      return;
    }
    for (const image of run.runtime.images) services.keep?.(run.node, image);
    run.stage = 'running';
    run.ready = true;
    run.startedNs = sim.nowNs;
    run.answersNs = sim.nowNs;
    pods.setPhase(pod, POD_PHASE.running);
    // Longer than anybody asks for (`minReadySeconds`).
    pods.setReady(pod, true, sim.nowNs - TIME_NS_MAX);
    this.#awaitEnd(run, application.runNs(pod));
  }

  #newRun(pod: number): PodRun {
    const { pods, runtimeOf } = this.#at;
    const run = new PodRun(pod, pods.lifeOf(pod), pods.node[pod]!, runtimeOf(pods.template[pod]!));
    while (this.#runs.length < pod) this.#runs.push(undefined);
    this.#runs[pod] = run;
    return run;
  }

  /** A pod is to end (its deletion was written): the kubelet hears of it. */
  terminate(pod: number): void {
    const run = this.#runs[pod];
    if (run === undefined) return;
    run.deadlineNs = this.#at.sim.nowNs + run.runtime.graceNs;
    this.#hear(run, HEAR.terminate);
  }

  /** A pod was taken out of the API server without its kubelet's word: what is left is killed when the kubelet hears. */
  forget(pod: number): void {
    const run = this.#runs[pod];
    if (run === undefined) return;
    this.#runs[pod] = undefined;
    this.#silences++;
    if (this.#links.isDead(run.node)) this.#clear(run);
    else this.#links.toNode(run.node, { pod, life: run.life, saying: HEAR.forget }, () => this.#clear(run));
  }

  /** Whether the pod's container runs and its application answers now, whatever anybody believes. */
  answers(pod: number): boolean {
    const run = this.#runs[pod];
    if (run === undefined || this.#links.isDead(run.node)) return false;
    return (run.stage === 'running' || run.stage === 'pre-stop') && run.healthy && this.#at.sim.nowNs >= run.answersNs;
  }

  /** Another number whenever a pod may have ceased to answer. */
  get silences(): number {
    return this.#silences;
  }

  /** The application ceases to answer, or answers again. */
  setHealthy(pod: number, healthy: boolean): void {
    const run = this.#runs[pod];
    if (run?.stage !== 'running' || run.healthy === healthy) return;
    const { sim, pods } = this.#at;
    run.healthy = healthy;
    this.#silences++;
    const isReady = pods.ready[pod] === 1;
    const judge = healthy ? verdictOnRecovery : verdictOnSilence;
    this.#expect(run, judge(run.runtime, run.startedNs, Math.max(sim.nowNs, run.answersNs), isReady));
  }

  /** The container ends with a failure, now. */
  crash(pod: number): void {
    const run = this.#runs[pod];
    if (run?.stage === 'running') this.#exited(run, false);
  }

  /** The kubelet ends a pod for its node's sake: it has failed, and stays for its owner to see. */
  evict(pod: number): void {
    const run = this.#runs[pod];
    if (run === undefined || run.stage === 'over') return;
    this.#clear(run);
    this.#at.listener.stage?.(pod, 'evicted');
    this.#reports.say(run, SAY.failed);
  }

  /** The node has lost its power: nothing runs there, and nothing is reported. */
  nodeDied(node: number): void {
    this.#links.cut(node, true);
    this.#silences++;
    this.#turns.clear(node);
    this.#at.services.died?.(node);
    for (const run of this.#runsOn(node)) {
      if (run.stage === 'over') continue;
      this.#clear(run);
      run.stage = 'setting-up';
      run.ready = false;
      this.#at.listener.stage?.(run.pod, 'lost');
    }
  }

  /** The node is back: its kubelet hears what it missed, and starts what is still its own. */
  nodeBack(node: number): void {
    if (!this.#links.isDead(node)) return;
    this.#links.revive(node);
    for (const run of this.#runsOn(node)) this.#resume(run);
    this.#links.mend(node);
  }

  /** After its node was off: what is still to run starts anew, and what was not said before is said now. */
  #resume(run: PodRun): void {
    const { pods } = this.#at;
    const isTerminating = pods.terminating[run.pod] === 1;
    if (run.stage === 'over') {
      this.#reports.say(run, isTerminating ? SAY.ended : run.endsWell ? SAY.succeeded : SAY.failed);
      return;
    }
    if (pods.ready[run.pod] === 1) this.#reports.say(run, SAY.unready);
    this.#after(run, this.#times.watchNs, isTerminating ? 'stop' : 'setUp');
  }

  /** The API server and the node do not hear each other. */
  unreachable(node: number): void {
    this.#links.cut(node, false);
  }

  /** They hear each other again. */
  reachable(node: number): void {
    if (this.#links.isDead(node)) return;
    this.#links.mend(node);
    this.stateAgain(node);
  }

  /** Pods that were thought lost with their node are Ready by the kubelet's word: it compares what the API server has with what it knows. */
  stateAgain(node: number): void {
    for (const run of this.#runsOn(node))
      if (run.ready && this.#at.pods.ready[run.pod] === 0) this.#reports.say(run, SAY.ready);
  }

  /** In the order in which they came. */
  #runsOn(node: number): PodRun[] {
    return this.#at.pods.podsOn(node).flatMap((pod) => this.#runs[pod] ?? []);
  }

  #hear(run: PodRun, saying: number): void {
    this.#links.toNode(run.node, { pod: run.pod, life: run.life, saying }, this.#heard);
  }

  readonly #heard = ({ pod, life, saying }: Word): void => {
    const run = this.#current(pod, life);
    if (run === undefined) return;
    this.#after(run, this.#times.watchNs, saying === HEAR.terminate ? 'stop' : 'setUp');
  };

  #setUp(run: PodRun): void {
    this.#at.listener.stage?.(run.pod, 'seen');
    run.stage = 'setting-up';
    run.image = 0;
    run.init = 0;
    run.retries = 0;
    this.#after(run, this.#times.sandboxNs, 'sandboxed');
  }

  #network(run: PodRun): void {
    const { services, listener } = this.#at;
    services.attach(run.node, run.pod, (attached) => {
      if (!this.#isSettingUp(run)) {
        if (attached) services.detach(run.node, run.pod);
        return;
      }
      run.networked = attached;
      if (!attached) {
        this.#retry(run);
        return;
      }
      run.retries = 0;
      listener.stage?.(run.pod, 'networked');
      this.#images.pull(run);
    });
  }

  #podImages(): PodImages {
    const { services, listener } = this.#at;
    return new PodImages({
      turns: this.#turns,
      services,
      isSettingUp: (run) => this.#isSettingUp(run),
      told: (run, stage) => listener.stage?.(run.pod, stage),
      whole: (run) => {
        listener.stage?.(run.pod, 'pulled');
        this.#initialise(run);
      },
      failed: (run) => this.#retry(run),
    });
  }

  #retry(run: PodRun): void {
    this.#after(run, Math.min(RETRY.longestNs, RETRY.firstNs * (1 << Math.min(run.retries++, 10))), 'retry');
  }

  /** The next init container, or the application. */
  #initialise(run: PodRun): void {
    const initNs = run.runtime.initNs[run.init++];
    if (initNs !== undefined) {
      this.#after(run, this.#times.containerStartNs + initNs, 'initialised');
      return;
    }
    this.#at.listener.stage?.(run.pod, 'initialised');
    this.#after(run, this.#times.containerStartNs, 'started');
  }

  #started(run: PodRun): void {
    const { sim, pods, listener, application } = this.#at;
    run.stage = 'running';
    if (run.startedNs !== NEVER_NS) this.#reports.say(run, SAY.restarted);
    run.startedNs = sim.nowNs;
    run.healthy = true;
    listener.stage?.(run.pod, 'started');
    if (pods.phase[run.pod] === POD_PHASE.pending) this.#reports.say(run, SAY.running);
    run.answersNs = sim.nowNs + application.startNs(run.pod);
    this.#awaitEnd(run, application.runNs(run.pod));
    this.#expect(run, verdictOnStart(run.runtime, run.startedNs, run.answersNs));
  }

  /** A container that ends by itself does so after `runNs`. */
  #awaitEnd(run: PodRun, runNs: TimeNs): void {
    if (!Number.isFinite(runNs)) return;
    run.endsWell = this.#at.application.endsWell(run.pod);
    run.exit = this.#at.sim.after(runNs, this.#kinds.exit, run.pod, run.life);
  }

  #expect(run: PodRun, verdict: Verdict | undefined): void {
    const { sim } = this.#at;
    if (run.verdict !== undefined) sim.cancel(run.verdict);
    run.verdict = undefined;
    // An application that never answers is never found well.
    if (verdict === undefined || verdict.atNs === Number.POSITIVE_INFINITY) return;
    run.finding = verdict.finding;
    run.verdict = sim.at(Math.max(sim.nowNs, verdict.atNs), this.#kinds.verdict, run.pod, run.life);
  }

  #found(pod: number, life: number): void {
    const run = this.#current(pod, life);
    if (run?.stage !== 'running') return;
    const { sim, listener } = this.#at;
    run.verdict = undefined;
    if (run.finding === 'killed') {
      this.#exited(run, false);
      return;
    }
    listener.stage?.(pod, run.finding);
    run.ready = run.finding === 'ready';
    this.#reports.say(run, run.finding === 'ready' ? SAY.ready : SAY.unready);
    // What is silent may yet be killed.
    if (run.finding === 'unready') this.#expect(run, verdictOnSilence(run.runtime, run.startedNs, sim.nowNs, false));
  }

  #ends(pod: number, life: number): void {
    const run = this.#current(pod, life);
    if (run?.stage === 'running') this.#exited(run, run.endsWell);
  }

  #exited(run: PodRun, well: boolean): void {
    this.#cancel(run);
    run.ready = false;
    run.endsWell = well;
    const { restart } = run.runtime;
    const isOver = restart === 'Never' || (restart === 'OnFailure' && well);
    this.#at.listener.stage?.(run.pod, isOver ? (well ? 'succeeded' : 'failed') : 'exited');
    if (isOver) {
      this.#clear(run);
      this.#reports.say(run, well ? SAY.succeeded : SAY.failed);
      return;
    }
    run.stage = 'waiting';
    this.#reports.say(run, SAY.unready);
    run.backoff ??= new CrashBackoff();
    const pauseNs = run.backoff.nextStartNs(this.#at.sim.nowNs) - this.#at.sim.nowNs;
    this.#after(run, pauseNs + this.#times.containerStartNs, 'started');
  }

  #stop(run: PodRun): void {
    if (run.stage === 'pre-stop' || run.stage === 'stopping') return;
    const wasRunning = run.stage === 'running';
    this.#cancel(run);
    run.ready = false;
    run.stage = wasRunning ? 'pre-stop' : 'stopping';
    if (wasRunning) this.#within(run, run.runtime.preStopNs, 'signal');
    else this.#after(run, 0, 'stopped');
  }

  /** SIGTERM: the application ends in its own time, or is killed. */
  #signal(run: PodRun): void {
    run.stage = 'stopping';
    this.#silences++;
    this.#at.listener.stage?.(run.pod, 'signalled');
    this.#within(run, this.#at.application.stopNs(run.pod), 'stopped');
  }

  /** After so long, or when the grace is over. */
  #within(run: PodRun, delayNs: TimeNs, kind: StepKind): void {
    this.#after(run, Math.min(delayNs, Math.max(0, run.deadlineNs - this.#at.sim.nowNs)), kind);
  }

  #stopped(run: PodRun): void {
    this.#at.listener.stage?.(run.pod, 'stopped');
    this.#clear(run);
    this.#reports.say(run, SAY.ended);
  }

  /** Nothing of the pod is left on the node. */
  #clear(run: PodRun): void {
    this.#cancel(run);
    if (run.networked) this.#at.services.detach(run.node, run.pod);
    run.networked = false;
    run.stage = 'over';
  }

  /** Whatever it was about to do. */
  #cancel(run: PodRun): void {
    const { sim } = this.#at;
    this.#silences++;
    if (run.next !== undefined) sim.cancel(run.next);
    if (run.verdict !== undefined) sim.cancel(run.verdict);
    if (run.exit !== undefined) sim.cancel(run.exit);
    run.next = undefined;
    run.verdict = undefined;
    run.exit = undefined;
  }

  #step(pod: number, life: number, go: (run: PodRun) => void): void {
    const run = this.#current(pod, life);
    if (run === undefined || this.#links.isDead(run.node)) return;
    run.next = undefined;
    if (run.stage !== 'over') go(run);
  }

  #current(pod: number, life: number): PodRun | undefined {
    const run = this.#runs[pod];
    return run?.life === life ? run : undefined;
  }

  #isSettingUp(run: PodRun): boolean {
    return this.#runs[run.pod] === run && run.stage === 'setting-up' && !this.#links.isDead(run.node);
  }

  #after(run: PodRun, delayNs: TimeNs, kind: StepKind): void {
    if (run.next !== undefined) this.#at.sim.cancel(run.next);
    run.next = this.#at.sim.after(delayNs, this.#kinds[kind], run.pod, run.life);
  }
}
