/**
 * The scheduler: filters nodes, scores them, breaks ties by a named rule, and books the pod at once.
 *
 * Source: kube-scheduler 1.34.9, scheduling cycle of one profile; the integer rules were confirmed on recorded decisions
 * (oracle suite `k8s`). Leaves out: queues, the time that a decision takes.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { ClusterNode } from '../cluster/node.ts';
import type { Pod, PodShape } from '../cluster/pod.ts';
import { CachedEvaluator } from './cached-evaluator.ts';
import { Demands } from './demands.ts';
import { type Evaluation, type Evaluator, INFEASIBLE } from './evaluation.ts';
import { type Explanation, explain } from './explanation.ts';
import { Framework, type Refusal } from './framework.ts';
import { Ledger } from './ledger.ts';
import { fitMessage, unschedulableMessage } from './messages.ts';
import type { NodeMarks } from './node-marks.ts';
import { Nominations, verdictWith } from './nominations.ts';
import type { SchedulerOptions } from './options.ts';
import { PlainEvaluator } from './plain-evaluator.ts';
import { chooseDevices } from './plugins/gpu-devices.ts';
import { Fragmentation } from './policies/fragmentation.ts';
import type { TypicalPod } from './policies/typical-pods.ts';
import { LEAVING_MESSAGE, NEVER_MESSAGE, type PreemptionContext, preempt, type Victims } from './preemption.ts';
import { DEFAULT_SCHEDULER_NAME } from './profile.ts';
import type { Standing } from './remedy/change.ts';
import { ResidentSums } from './resident-sums.ts';
import { Selection } from './selection.ts';
import { Topologies } from './topologies.ts';
import { Trial } from './trial.ts';

export type { Explanation, NodeVerdict, RefusalCode } from './explanation.ts';
export type { Refusal } from './framework.ts';
export type { AffinityTerm, SchedulerOptions, ScoringStrategy, TieBreak } from './options.ts';

/** What was decided for one pod. */
export interface Decision {
  readonly pod: number;
  /** -1: no node is feasible; nothing was booked. */
  readonly node: number;
  /** Bit mask of the GPU devices of the node that the pod takes. */
  readonly devices: number;
  /** Total of the chosen node; 0 if it was the only feasible one, which is not scored. */
  readonly score: number;
  /** Number of nodes that no plugin refused. */
  readonly feasible: number;
  /** Nodes that shared the best total. */
  readonly ties: number;
  /** By plugin and reason; a node with several shortages counts for each. */
  readonly refusals: readonly Refusal[];
  /** Nodes that were looked at: all, unless a share of them is enough (`percentageOfNodesToScore`). */
  readonly visited: number;
}

/** What came of the attempt to push pods out for one that found no node. */
export interface PostFilter {
  /** Node that the pod will get when its victims are gone; -1: the attempt was in vain. */
  readonly node: number;
  /** Pods that must leave it, the most important first. */
  readonly victims: readonly number[];
  /** Nodes that were equally good, `node` among them; the tie-break chose. */
  readonly equallyGood: readonly Victims[];
  /** Text of the pod's condition `PodScheduled=False`. */
  readonly message: string;
}

/** What the pods of a node request of it. */
export interface RequestedResources {
  /** Thousandths of a processor. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Thousandths over all its devices. */
  readonly gpuMilli: number;
  /** Number of pods. */
  readonly pods: number;
}

/** Who refused one node, and why. */
export interface NodeRefusal {
  readonly plugin: string;
  /** In upstream's words. */
  readonly reasons: readonly string[];
}

/** One profile at work. */
interface PreparedProfile {
  readonly framework: Framework;
  readonly evaluator: Evaluator;
  readonly preemption: boolean;
}

/** Decides for pods, one by one. Nodes and pods are named by their place in the lists. */
export class Scheduler {
  private readonly demands: Demands;
  private readonly ledger: Ledger;
  /** For pods of no profile. */
  private readonly ownProfile: PreparedProfile;
  private readonly profiles: ReadonlyMap<string, PreparedProfile>;
  private readonly selection: Selection;
  private readonly pods: Pod[];
  private readonly options: SchedulerOptions;
  private readonly nominations = new Nominations();
  /** Pods that started after the scheduler was made, seconds. */
  private readonly startedLater: (number | undefined)[] = [];

  constructor(
    nodes: readonly ClusterNode[],
    shapes: readonly PodShape[],
    pods: readonly Pod[],
    options: SchedulerOptions,
  ) {
    this.pods = [...pods];
    this.demands = new Demands(shapes, pods);
    this.ledger = new Ledger(nodes, this.demands);
    const topologies = new Topologies(nodes);
    const residents = new ResidentSums(this.demands, this.ledger);
    const context = { nodes, demands: this.demands, ledger: this.ledger, topologies, residents };
    this.ownProfile = this.prepare(new Framework({ ...context, options }), true);
    this.profiles = new Map(
      (options.profiles ?? []).map((profile) => {
        const framework = new Framework({ ...context, options: { ...options, ...profile } });
        return [profile.schedulerName, this.prepare(framework, profile.preemption)];
      }),
    );
    this.selection = new Selection(nodes, options.tieBreak, options.stream);
    this.options = options;
  }

  private prepare(framework: Framework, preemption: boolean): PreparedProfile {
    return { framework, evaluator: this.makeEvaluator(framework), preemption };
  }

  private profileOf(pod: number): PreparedProfile {
    if (this.profiles.size === 0) return this.ownProfile;
    const { schedulerName = DEFAULT_SCHEDULER_NAME } = this.demands.shapes[this.demands.shapeOf[pod]];
    return this.profiles.get(schedulerName) ?? this.ownProfile;
  }

  /** Takes in a shape that was not there at the start; returns its number. */
  addShape(shape: PodShape): number {
    const number = this.demands.addShape(shape);
    this.ledger.grow();
    return number;
  }

  /** Takes in a pod of a known shape; returns its number. It is on no node. */
  addPod(pod: Pod): number {
    const number = this.demands.addPod(pod);
    this.pods.push(pod);
    this.ledger.grow();
    return number;
  }

  /** Decides for a pod that is on no node, and books it. */
  schedule(pod: number): Decision {
    assert(this.ledger.nodeOf[pod] === -1, () => `pod ${pod} is already on node ${this.ledger.nodeOf[pod]}`);
    const evaluation = this.evaluate(pod);
    const node = this.selection.choose(pod, evaluation);
    const { framework } = this.profileOf(pod);
    framework.sampling?.advance(evaluation.visited);
    // Before booking: the counts belong to the nodes as they were.
    const refusals = framework.refusals(evaluation.counts);
    const devices = node < 0 ? 0 : this.devicesFor(pod, node);
    if (node >= 0) this.book(pod, node, devices);
    const { score, feasible, ties } = this.selection;
    return { pod, node, devices, score, feasible, ties, refusals, visited: evaluation.visited };
  }

  /**
   * Looks for a node where pods of lower priority would make room for a pod that found none. Books and frees nothing: the
   * caller takes the victims away (`forget`) when they are gone, and schedules the pod again.
   */
  preempt(pod: number): PostFilter {
    const { ledger } = this;
    const { framework, preemption } = this.profileOf(pod);
    const refine = this.refinementFor(pod) ?? ((): number => 0);
    const codes = framework.verdicts(pod).map((code, node) => (code === 0 ? refine(node) : code));
    const counts = new Int32Array(framework.codes);
    for (const code of codes) counts[code]++;
    const unfit = { nodes: ledger.marks.present, reasons: framework.refusals(counts), ...preFilterOf(framework, pod) };
    if (!preemption) return { node: -1, victims: [], equallyGood: [], message: unschedulableMessage(unfit) };
    if (this.victimsAreLeaving(pod, codes)) {
      return { node: -1, victims: [], equallyGood: [], message: unschedulableMessage(unfit, LEAVING_MESSAGE) };
    }
    const outcome = preempt(this.preemptionFor(pod, codes), pod);
    if (outcome.kind === 'nominated') {
      const { equallyGood } = outcome;
      const { node, pods: victims } = this.bestNomination(pod, equallyGood);
      return { node, victims, equallyGood, message: unschedulableMessage(unfit) };
    }
    this.nominations.delete(pod);
    const why =
      outcome.kind === 'never' ? NEVER_MESSAGE : fitMessage({ nodes: ledger.marks.present, reasons: outcome.reasons });
    return { node: -1, victims: [], equallyGood: [], message: unschedulableMessage(unfit, why) };
  }

  /** A promised node that would refuse the pod even when they are gone is not waited for. */
  private victimsAreLeaving(pod: number, codes: readonly number[]): boolean {
    const node = this.nominations.nodeOf(pod);
    if (node < 0) return false;
    const { framework } = this.profileOf(pod);
    if (codes[node] !== 0 && framework.isUnresolvable(pod, node, codes[node])) return false;
    return this.nominations.victimsOf(pod).some((victim) => this.ledger.nodeOf[victim] === node);
  }

  private preemptionFor(preemptor: number, codes: readonly number[]): PreemptionContext {
    const { options } = this;
    const { framework } = this.profileOf(preemptor);
    const promised = this.nominations.before(framework, preemptor);
    return {
      framework,
      codes,
      verdict: (pod, node) => {
        const others = promised.get(node);
        const code = others === undefined ? 0 : verdictWith(framework, pod, node, others);
        return code === 0 ? framework.verdict(pod, node) : code;
      },
      startedSeconds: (pod) => this.startedLater[pod] ?? this.pods[pod].startedSeconds,
      budgets: options.objects?.disruptionBudgets ?? [],
      offset: (count) => options.stream.below(count),
    };
  }

  private bestNomination(pod: number, equallyGood: readonly Victims[]): Victims {
    const totals = new Int32Array(this.ledger.nodes).fill(INFEASIBLE);
    for (const { node } of equallyGood) totals[node] = 0;
    const counts = Int32Array.of(equallyGood.length);
    const chosen = this.selection.choose(pod, { totals, everywhere: 0, counts });
    return equallyGood.find(({ node }) => node === chosen)!;
  }

  /** Promises a node to a pod that waits for its victims to leave: others of no higher priority leave it the room. */
  nominate(pod: number, node: number, victims: readonly number[]): void {
    this.nominations.set(pod, node, victims, this.priorityOf(pod), (other) => this.priorityOf(other));
  }

  private priorityOf(pod: number): number {
    return this.demands.shapes[this.demands.shapeOf[pod]].priority ?? 0;
  }

  /** Takes a promise back; pods that are booked or deleted need none. */
  denominate(pod: number): void {
    this.nominations.delete(pod);
  }

  /** Node promised to a pod; -1: none. */
  nominatedNodeOf(pod: number): number {
    return this.nominations.nodeOf(pod);
  }

  /** Refuses nodes that pass only because others do not stand there yet to whom they are promised. */
  private refinementFor(pod: number): ((node: number) => number) | undefined {
    if (this.nominations.isEmpty) return undefined;
    const { framework } = this.profileOf(pod);
    const promised = this.nominations.before(framework, pod);
    return (node) => {
      const others = promised.get(node);
      return others === undefined ? 0 : verdictWith(framework, pod, node, others);
    };
  }

  /** As the nodes are now, with the room that others were promised. */
  private evaluate(pod: number): Evaluation {
    const { framework, evaluator } = this.profileOf(pod);
    if (framework.preFilterReason(pod) !== undefined) return new PlainEvaluator(framework).evaluate(pod);
    if (this.nominations.isEmpty) return evaluator.evaluate(pod);
    const promised = this.nominations.before(framework, pod);
    const own = this.nominations.nodeOf(pod);
    if (promised.size === 0 && own < 0) return evaluator.evaluate(pod);
    const evaluation = new PlainEvaluator(framework).evaluate(pod, this.refinementFor(pod));
    if (own < 0 || evaluation.totals[own] === INFEASIBLE) return evaluation;
    // A promised node that will do is taken without looking further.
    const totals = new Int32Array(this.ledger.nodes).fill(INFEASIBLE);
    totals[own] = 0;
    return { totals, everywhere: 0, counts: Int32Array.of(1, ...new Int32Array(framework.codes - 1)), visited: 0 };
  }

  /** Books a pod as a recorded decision says: node and bit mask of devices. Nothing is filtered. */
  assume(pod: number, node: number, devices: number): void {
    this.book(pod, node, devices);
  }

  private book(pod: number, node: number, devices: number): void {
    this.ledger.hold(pod, node, devices);
    const { nodes, options } = this.ownProfile.framework.context;
    options.volumes?.reserve(this.demands.shapes[this.demands.shapeOf[pod]], nodes[node]);
  }

  /** A kubelet has taken the pod at that time, whole seconds as the API tells it: preemption spares who started earlier. */
  started(pod: number, seconds: number): void {
    // Never with a hole, which would make engines keep the list as a table of keys.
    while (this.startedLater.length < pod) this.startedLater.push(undefined);
    this.startedLater[pod] = seconds;
  }

  /** Frees what the pod holds. */
  forget(pod: number): void {
    if (pod < this.startedLater.length) this.startedLater[pod] = undefined;
    this.ledger.release(pod);
  }

  /** A node that is not ready is refused to new pods; those that it holds stay booked until forgotten. */
  setNodeReady(node: number, ready: boolean): void {
    this.ledger.marks.setReady(node, ready);
  }

  /** The marks of nodes: which exist, are cordoned, or carry taints of their life. Tell the queue of what you change. */
  get marks(): NodeMarks {
    return this.ledger.marks;
  }

  /** The node now has this much for pods (a kubelet reported anew); what it holds stays. */
  setAllocatable(node: number, cpuMilli: number, memoryMib: number): void {
    this.ledger.setAllocatable(node, cpuMilli, memoryMib);
  }

  /** How often anything about nodes has changed: what they hold, what they have, their marks. */
  get nodeChanges(): number {
    return this.ledger.changes.position;
  }

  /** Number of pods that it knows. */
  get podCount(): number {
    return this.pods.length;
  }

  /** Node of a pod; -1: none. */
  nodeOf(pod: number): number {
    return this.ledger.nodeOf[pod];
  }

  /** Bit mask of the devices that the pod holds on its node. */
  devicesOf(pod: number): number {
    return this.ledger.devicesOf[pod];
  }

  /** What is requested of a node now. */
  requested(node: number): RequestedResources {
    const { ledger } = this;
    let gpuMilli = 0;
    for (let device = 0; device < ledger.devices[node]; device++) gpuMilli += 1000 - this.gpuMilliLeft(node, device);
    return {
      cpuMilli: ledger.cpuMilliRequested[node],
      memoryMib: ledger.memoryMibRequested[node],
      gpuMilli,
      pods: ledger.pods[node],
    };
  }

  /** Measures how much of these nodes' idle GPUs the typical pods could not use, whenever it is asked. */
  fragmentation(typical: readonly TypicalPod[]): Fragmentation {
    const { nodes, ledger } = this.ownProfile.framework.context;
    return new Fragmentation({ nodes, ledger }, typical);
  }

  /** Thousandths of one device that no pod holds. */
  gpuMilliLeft(node: number, device: number): number {
    assert(device >= 0 && device < this.ledger.devices[node], () => `node ${node} has no device ${device}`);
    return this.ledger.gpuMilliLeft[node * this.ledger.devicesMax + device];
  }

  /**
   * The table of the decision that would be made for the pod now. A pod that has a node is explained as if it held
   * nothing: run up to the instant before its decision for the table that decided.
   */
  explain(pod: number): Explanation {
    const node = this.ledger.nodeOf[pod];
    if (node < 0) return explain(this.profileOf(pod).framework, pod, this.refinementFor(pod));
    const devices = this.ledger.devicesOf[pod];
    this.ledger.release(pod);
    const explanation = explain(this.profileOf(pod).framework, pod, this.refinementFor(pod));
    this.ledger.hold(pod, node, devices);
    return explanation;
  }

  /** The first refusal of one node for a pod that is on no node; null: it passes. */
  refusalOn(pod: number, node: number): NodeRefusal | null {
    const { framework } = this.profileOf(pod);
    return framework.refusalOf(framework.verdict(pod, node)) ?? null;
  }

  /** A try on the books as they are, see {@link Trial}. */
  trial(): Trial {
    return new Trial(this.ownProfile.framework, (pod) => this.profileOf(pod).framework);
  }

  /** Who stands where when promised pods have their nodes, to make another scheduler of: see {@link schedulerOver}. */
  standing(): Standing {
    const { ledger, demands } = this;
    const { nodes } = this.ownProfile.framework.context;
    const nodeOf = ledger.nodeOf.slice(0, this.pods.length);
    const devicesOf = ledger.devicesOf.slice(0, this.pods.length);
    this.nominations.keepIn(nodeOf);
    for (const [pod, node] of nodeOf.entries()) {
      if (ledger.nodeOf[pod] === node) continue;
      // Which devices a promised pod will get is not known yet.
      if (demands.gpus[demands.shapeOf[pod]] > 0) nodeOf[pod] = -1;
      devicesOf[pod] = 0;
    }
    const { cordoned, absent, taints } = ledger.marks;
    return {
      nodes: nodes.map((node, number) => ({ ...node, unschedulable: cordoned[number] === 1 })),
      shapes: [...demands.shapes],
      pods: [...this.pods],
      nodeOf,
      devicesOf,
      absent: absent.slice(),
      taints: taints.slice(),
    };
  }

  /** Overridden by the plain scheduler. */
  protected makeEvaluator(framework: Framework): Evaluator {
    return new CachedEvaluator(framework);
  }

  private devicesFor(pod: number, node: number): number {
    const shape = this.demands.shapeOf[pod];
    const { deviceChooser } = this.profileOf(pod).framework;
    if (this.demands.gpus[shape] > 0 && deviceChooser) return deviceChooser.chooseDevices!(pod, node);
    return chooseDevices(this.ledger, node, this.demands.gpus[shape], this.demands.gpuMilli[shape]);
  }
}

/** A scheduler over a cluster as it stands; it draws nothing, so it disturbs no run. */
export function schedulerOver(standing: Standing, options: SchedulerOptions): Scheduler {
  const { nodes, shapes, pods, nodeOf, devicesOf, absent, taints } = standing;
  const { gpuPolicy: _, ...rest } = options;
  const scheduler = new Scheduler(nodes, shapes, pods, { ...rest, tieBreak: 'lowest-name' });
  for (let pod = 0; pod < pods.length; pod++) if (nodeOf[pod] >= 0) scheduler.assume(pod, nodeOf[pod], devicesOf[pod]);
  for (let node = 0; node < absent.length; node++) {
    scheduler.marks.setPresent(node, absent[node] === 0);
    scheduler.marks.setTaints(node, taints[node]);
  }
  return scheduler;
}

/** The same scheduler without caches: the oracle that the caches are tested against. */
export class PlainScheduler extends Scheduler {
  protected override makeEvaluator(framework: Framework): Evaluator {
    return new PlainEvaluator(framework);
  }
}

function preFilterOf(framework: Framework, pod: number): { preFilter?: string } {
  const preFilter = framework.preFilterReason(pod);
  return preFilter === undefined ? {} : { preFilter };
}
