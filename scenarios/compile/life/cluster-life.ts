/**
 * One cluster of a living run: its nodes, its control plane, its workloads, and what people and autoscalers do to them.
 *
 * Numbers of nodes are its own, from zero; `firstNode` makes them those of the run. Numbers of pods are those of the run.
 */
import type { NodeServices } from '../../../models/cluster/kubelet/node-services.ts';
import { nodeLifeProfile } from '../../../models/cluster/node-life/profile.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import type { Residents } from '../../../models/cluster/residents.ts';
import { onlyOn } from '../../../models/cluster/workload/daemon-set.ts';
import type { RolloutState } from '../../../models/cluster/workload/deployment.ts';
import { type DisruptionBudget, DisruptionBudgets } from '../../../models/cluster/workload/disruption-budget.ts';
import { Drains } from '../../../models/cluster/workload/drain.ts';
import { Scheduler } from '../../../models/scheduling/scheduler.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import type { Publication } from '../../../models/world/publication.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { minorOf } from '../../document/fabric-schema.ts';
import { schedulerOptionsOf } from '../placement.ts';
import type { PlannedAlternative } from '../plan.ts';
import type { Population } from '../population.ts';
import type { Attempt } from '../scenario-run.ts';
import { ClusterImages } from './cluster-images.ts';
import { ClusterMarks } from './cluster-marks.ts';
import type { ClusterPart } from './cluster-part.ts';
import { CLUSTER_PARTS } from './cluster-parts.ts';
import type { ClusterPlace } from './cluster-place.ts';
import { workloadRowsOf } from './cluster-rows.ts';
import { ControlPlane } from './control-plane.ts';
import { type Growth, GrowthTimeline } from './growth-timeline.ts';
import type { LifePlan, PlannedChange, Version } from './life-plan.ts';
import { LivingCluster } from './living-cluster.ts';
import type { LivingFlows } from './living-flows.ts';
import type { MachineTally } from './machine-tally.ts';
import { NodeRoster, tolerationsOf } from './node-roster.ts';
import { NodeRows } from './node-rows.ts';
import { plannedBudgets } from './planned-budgets.ts';
import { applicationOf } from './pod-application.ts';
import { PodLife, type PodStep } from './pod-life.ts';
import type { FirstAnswers, Offers } from './ports.ts';
import { RosterFollowers } from './roster-followers.ts';
import type { Tally } from './tally.ts';
import type { WorkloadRows } from './workload-rows.ts';
import { WORKLOADS } from './workloads/index.ts';
import { jobWords } from './workloads/job-workload.ts';
import type { ScaledWorkload } from './workloads/scaled-workload.ts';

/** What all clusters of a run stand on. Load and offers are made after the clusters. */
export interface LivingGround {
  readonly sim: Simulation;
  readonly publish: Publication;
  readonly alternative: PlannedAlternative;
  readonly population: Population;
  readonly plan: LifePlan;
  readonly residents: Residents;
  readonly tally: Tally;
  readonly flows: LivingFlows;
  readonly load: () => ServedLoad;
  readonly offers: () => Offers;
  /** A pod of a cluster, by its place, has become Ready, or is so no longer. */
  readonly readinessChanged: (cluster: number) => void;
  /** When the load began to rise that somebody now answers with more pods. */
  readonly riseNs: () => TimeNs;
  /** A pod that was ordered has answered its first request. */
  readonly grown: (growth: Growth) => void;
  /** Nodes of all clusters over time, by the run's numbers. */
  readonly machines: MachineTally;
  readonly answers: FirstAnswers;
  /** Hears of each attempt of a scheduler. */
  readonly onAttempt: ((attempt: Attempt) => void) | undefined;
  /** A pod has a node. */
  readonly bound: () => void;
  /** A machine has joined under that number of the run's. */
  readonly joined: (node: number) => void;
  /** A pod of that number was created in a cluster. */
  readonly created: (number: number, cluster: ClusterLife) => void;
}

/** One cluster at work. */
export class ClusterLife {
  readonly place: ClusterPlace;
  readonly controlPlane: ControlPlane;
  readonly cluster: LivingCluster;
  readonly roster: NodeRoster;
  /** By workload: who keeps its pods. */
  readonly controllers: readonly ScaledWorkload[];
  readonly rows: WorkloadRows;
  readonly life: PodLife;
  /** Undefined: every image is wherever it is wanted. */
  readonly images: ClusterImages | undefined;
  readonly #ground: LivingGround;
  readonly marks: ClusterMarks;
  readonly budgets: readonly DisruptionBudget[];
  /** The eviction API, which keeps the budgets. */
  readonly evictions: DisruptionBudgets;
  /** The way from load to first byte of pods that were ordered here. */
  readonly timeline: GrowthTimeline;
  readonly #drains: Drains;
  readonly #drained: ((node: number, left: number) => void)[] = [];
  readonly #parts: readonly ClusterPart[];
  readonly #work: readonly ScaledWorkload[];

  constructor(ground: LivingGround, place: ClusterPlace) {
    this.#ground = ground;
    this.place = place;
    this.timeline = new GrowthTimeline((growth) => ground.grown(growth));
    this.controlPlane = new ControlPlane(ground.sim, place.streams, (mark, words) => this.marks.whole(mark, words));
    this.life = this.#makeLife();
    this.images = this.#makeImages();
    this.cluster = this.#makeCluster();
    this.roster = this.#makeRoster();
    this.marks = this.#makeMarks();
    this.controllers = ground.plan.workloads.map((_, workload) => this.#makeController(workload));
    this.#work = this.controllers.filter((_, workload) => !ground.plan.workloads[workload]!.isReserve);
    ground.tally.jobs.follow(this);
    this.budgets = plannedBudgets(ground.plan, this.controllers);
    this.evictions = new DisruptionBudgets(this.cluster.manager, this.budgets);
    this.#drains = this.#makeDrains();
    this.rows = workloadRowsOf(ground, this);
    this.#parts = CLUSTER_PARTS.flatMap((make) => make(ground, this) ?? []);
  }

  /** The present instant. */
  get nowNs(): TimeNs {
    return this.#ground.sim.nowNs;
  }

  /** Whether the pod of that number takes requests now. */
  listens(number: number): boolean {
    const pod = this.cluster.rowOf(number);
    return pod !== undefined && this.cluster.kubelets.answers(pod);
  }

  /** Cores that a pod may use; Infinity: whatever its node has left. */
  limitOf(number: number): number {
    const { workload } = this.#versionOf(this.cluster.rowOf(number)!);
    const { cpuLimit } = this.#ground.plan.workloads[workload]!.file;
    return cpuLimit === undefined ? Number.POSITIVE_INFINITY : cpuLimit / 1000;
  }

  /** Whether its node has power, whoever knows; the pod may be gone. */
  isOn(number: number): boolean {
    const pod = this.cluster.rowOf(number);
    const node = pod === undefined ? NONE : this.cluster.pods.node[pod]!;
    return node === NONE || this.roster.isAlive(node);
  }

  /** Whether every workload has all its pods, and all are Ready as far as the control plane knows; pause pods are nobody's work. */
  get isWhole(): boolean {
    return this.work.every(({ isWhole }) => isWhole);
  }

  /** Who keeps the pods of each workload that is more than a reserve. */
  get work(): readonly ScaledWorkload[] {
    return this.#work;
  }

  /** Its workloads have all their pods at once, and these serve, as far as there is room. */
  settle(): void {
    this.cluster.settle();
    this.#readinessChanged();
  }

  /** Writes the rows of its workloads and begins to look at them. */
  begin(): void {
    this.rows.begin();
    for (const part of this.#parts) part.begin?.();
  }

  /** The whole cluster loses its power, or has it again. */
  powered(isOn: boolean): void {
    for (const part of this.#parts) part.powered?.(isOn);
  }

  /** What its parts have counted, as keys of the catalog's metrics. */
  metrics(nowNs: TimeNs): Record<string, number> {
    return Object.assign({}, ...this.#parts.map((part) => part.metrics?.(nowNs)));
  }

  /** Somebody changes something in it. */
  change(change: PlannedChange): void {
    // Whoever finds the API server away tries until it is back.
    this.controlPlane.server.whenThere(() => this.#change(change));
  }

  #change({ file, workload, version }: PlannedChange): void {
    const { sim, tally } = this.#ground;
    sim.cause = -1;
    if (file.scale !== undefined) this.scale(workload, file.to!, 'a person');
    else if (file.roll !== undefined) {
      tally.begins(this.#what('workload', workload), sim.nowNs);
      this.controllers[workload]!.rollTo(version);
    } else if (file.drain !== undefined) {
      const node = this.nodeOf(file.drain);
      tally.begins(this.#what('node', node), sim.nowNs);
      this.drain(node);
    } else if (file.uncordon !== undefined) this.uncordon(this.nodeOf(file.uncordon));
    else this.#vouch(this.nodeOf((file.outOfService ?? file.inService)!), file.outOfService !== undefined);
  }

  /** Somebody vouches that a node is off, or takes that back. */
  #vouch(node: number, isOff: boolean): void {
    this.roster.setOutOfService(node, isOff);
    this.marks.node('drain', node, isOff ? 'out of service' : 'in service again');
  }

  /** A node is cordoned and emptied, as budgets allow. */
  drain(node: number): void {
    this.#drains.begin(node);
  }

  /** A node takes pods again. */
  uncordon(node: number): void {
    this.#drains.uncordon(node);
  }

  /** From now on this one hears of drains that are over, with so many pods left. */
  followDrains(listener: (node: number, left: number) => void): void {
    this.#drained.push(listener);
  }

  /** Pods of a workload that have a node. */
  placed(workload: number): number {
    return this.controllers[workload]!.placed;
  }

  /** Another number of replicas is written. */
  scale(workload: number, replicas: number, by: string): void {
    const controller = this.controllers[workload]!;
    this.marks.scaled(workload, controller.replicas, replicas, by);
    controller.scaleTo(replicas);
  }

  /** The load's number of its own copy of a service; NONE stays. */
  serviceOf(service: number): number {
    return service < 0 ? NONE : this.place.index * this.#ground.plan.services + service;
  }

  /** Its own number of the node of a name; NONE: it is another cluster's. */
  nodeOf(name: string): number {
    return this.place.nodes.findIndex((node) => node.name === name);
  }

  #versionOf(pod: number): Version {
    return this.#ground.plan.versions[this.cluster.pods.template[pod]!]!;
  }

  #what(kind: string, number: number): string {
    return `${this.place.index} ${kind} ${number}`;
  }

  #makeLife(): PodLife {
    const { sim, publish, residents, tally, plan, load, offers } = this.#ground;
    return new PodLife({
      sim,
      publish,
      residents,
      tally,
      versions: plan.versions,
      firstNode: this.place.firstNode,
      serviceOf: (service) => this.serviceOf(service),
      cluster: () => this.cluster,
      load,
      offers,
      controllers: this.controlPlane.controllers,
      onCreated: (number, workload) => this.#created(number, workload),
      onStep: (pod, step, node) => this.#stepped(pod, step, node),
      onLeft: (node) => this.#drains.podLeft(node),
      onReadiness: () => this.#readinessChanged(),
    });
  }

  #readinessChanged(): void {
    for (const controller of this.controllers) controller.podsChanged?.();
    this.#ground.readinessChanged(this.place.index);
  }

  #makeCluster(): LivingCluster {
    const { sim, alternative, population, plan } = this.#ground;
    const { nodes, streams } = this.place;
    return new LivingCluster(
      {
        sim,
        templates: plan.versions,
        scheduler: new Scheduler(nodes, population.shapes, [], schedulerOptionsOf(alternative, population, streams)),
        attemptNs: Math.round(NS_PER_SECOND / alternative.document.scheduling.rate),
        application: applicationOf(plan, streams, (pod) => this.#versionOf(pod)),
        onlyOn: (shape, node) => onlyOn(population.shapes[shape]!, nodes[node]!.name),
        services: this.#nodeServices(),
        ...this.#attempts(),
        pullsAtOnce: alternative.document.images?.pullsAtOnce ?? 1,
        controlPlane: this.controlPlane,
      },
      this.life,
    );
  }

  /** Tells of attempts, where somebody listens. */
  #attempts(): { onAttempt?: (seat: number) => void } {
    const { onAttempt, residents, sim } = this.#ground;
    if (onAttempt === undefined) return {};
    const nameOf = (seat: number): string => residents.pods[this.cluster.numberOfSeat(seat)]!.name;
    return {
      onAttempt: (pod) =>
        onAttempt({ name: nameOf(pod), atNs: sim.nowNs, scheduler: this.cluster.scheduler, pod, nameOf }),
    };
  }

  #nodeServices(): NodeServices {
    const { addresses } = this.place;
    const pulls = this.images?.pulls;
    return {
      has: (node, image) => pulls?.needsNoPull(node, image) ?? true,
      keep: (node, image) => pulls?.preload(node, image),
      pull: (node, image, done) => (pulls === undefined ? done(true) : pulls.pull(node, image, done)),
      died: (node) => pulls?.nodeDied(node),
      attach: (node, _pod, done) => done(addresses.take(node)),
      detach: (node) => addresses.release(node),
    };
  }

  #makeImages(): ClusterImages | undefined {
    const ground = this.#ground;
    const file = ground.alternative.document.images;
    if (file === undefined) return undefined;
    return new ClusterImages({
      ground,
      place: this.place,
      file,
      marks: () => this.marks,
      isHeard: (node) => !this.roster.isCutOff(node),
    });
  }

  #makeRoster(): NodeRoster {
    const { sim, population, plan, residents, publish, alternative } = this.#ground;
    const { nodes, streams, firstNode } = this.place;
    const { kubernetes, notReadyAfter, evictionAfter } = alternative.document.lifecycle;
    return new NodeRoster({
      controlPlane: this.controlPlane,
      sim,
      streams,
      nodes,
      isReserved: (node) => this.place.spare.has(node),
      profile: { ...nodeLifeProfile(minorOf(kubernetes)), graceNs: notReadyAfter },
      cluster: this.cluster,
      endedMax: alternative.document.lifecycle.endedPodsMax,
      tolerationsOf: tolerationsOf(plan.versions, population.shapes, evictionAfter / NS_PER_SECOND),
      follower: new RosterFollowers([
        new NodeRows(residents, publish, firstNode),
        {
          joined: (node) => {
            this.#ground.joined(firstNode + node);
            this.images?.pulls.newMachine(node);
          },
          linked: (node) => this.images?.reachChanged(node),
        },
        { joined: () => this.#nodesChanged(), left: () => this.#nodesChanged(), tainted: () => this.#nodesChanged() },
      ]),
    });
  }

  #makeController(workload: number): ScaledWorkload {
    const { plan, population, alternative, tally, sim } = this.#ground;
    const made = plan.workloads[workload]!;
    return WORKLOADS[made.file.kind]({
      workload: made,
      place: this.place,
      replicas: this.place.replicas[workload]!,
      cluster: this.cluster,
      roster: this.roster,
      shapeOf: (template) => population.shapes[plan.versions[template]!.shape]!,
      onRollout: (state) => this.#rolled(workload, state),
      beginsSeconds: alternative.document.begins,
      onJobEnd: (job, reason) => {
        tally.jobs.ended(job, sim.nowNs);
        this.marks.job(workload, jobWords(job, reason));
      },
      onTooManyMissed: (missed) => this.marks.cronMissed(workload, missed),
    });
  }

  #nodesChanged(): void {
    for (const controller of this.controllers) controller.nodesChanged?.();
    // What follows the nodes may be whole because of it.
    if (this.controllers.some((each) => each.nodesChanged)) this.#ground.readinessChanged(this.place.index);
  }

  #makeMarks(): ClusterMarks {
    const { publish, residents, plan } = this.#ground;
    const { firstNode, index } = this.place;
    return new ClusterMarks({ publish, residents, firstNode, firstWorkload: index * plan.workloads.length });
  }

  #makeDrains(): Drains {
    const { sim, tally } = this.#ground;
    const { manager } = this.cluster;
    return new Drains(
      manager,
      this.evictions,
      {
        cordoned: (node, cordoned) => (cordoned ? this.roster.cordon(node) : this.roster.uncordon(node)),
        drained: (node, left) => {
          tally.drained(this.#what('node', node), sim.nowNs);
          this.marks.drained(node, left);
          for (const listener of this.#drained) listener(node, left);
        },
      },
      this.controlPlane.server,
    );
  }

  #created(number: number, workload: number): void {
    const { answers, sim, created } = this.#ground;
    created(number, this);
    if (this.timeline.created(number, workload, sim.nowNs)) answers.await(number);
  }

  /** Who follows the way of pods: the parts of the cluster, and the time line of those that an autoscaler ordered. */
  #stepped(pod: number, step: PodStep, node: number): void {
    const { timeline } = this;
    const { sim, answers } = this.#ground;
    const number = this.cluster.numberOf(pod);
    for (const part of this.#parts) part.stepped?.(pod, step, node);
    if (step === 'bound') {
      timeline.bound(number, node, sim.nowNs);
      this.#ground.bound();
    } else if (step === 'gone') {
      timeline.gone(number);
      answers.forget(number);
    } else timeline.reached(number, step, sim.nowNs);
  }

  #rolled(workload: number, state: RolloutState): void {
    const { tally, sim } = this.#ground;
    this.marks.rollout(workload, state);
    if (state === 'complete') tally.rolledOut(this.#what('workload', workload), sim.nowNs);
  }
}
