/**
 * One run of living services: controllers, scheduler, kubelets, requests, metrics and autoscalers on one clock.
 *
 * Requests pay the way between their pods by the scheme's data path and the fabric's wires and switches when nothing else is on
 * them. Left out so far: flows of payloads that share links, processor time of packets, faults of nodes and links.
 */
import type { HorizontalDecision } from '../../../models/autoscaling/horizontal-controller.ts';
import type { NodeServices } from '../../../models/cluster/kubelet/node-services.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import { Residents } from '../../../models/cluster/residents.ts';
import { Deployment, type RolloutState } from '../../../models/cluster/workload/deployment.ts';
import { DisruptionBudgets } from '../../../models/cluster/workload/disruption-budget.ts';
import { Drains } from '../../../models/cluster/workload/drain.ts';
import { RESOURCE_METRICS_DEFAULTS, ResourceMetrics } from '../../../models/monitoring/resource-metrics.ts';
import type { AddressPool } from '../../../models/network/addresses.ts';
import { Fabric } from '../../../models/network/fabric.ts';
import { FabricRows } from '../../../models/network/fabric-rows.ts';
import { Scheduler } from '../../../models/scheduling/scheduler.ts';
import { Load } from '../../../models/traffic/load/load.ts';
import { sharedNodes } from '../../../models/traffic/load/node-processors.ts';
import { Publication } from '../../../models/world/publication.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { nodeCount } from '../../document/cluster-size.ts';
import type { LoadFile } from '../../document/load-schema.ts';
import { addressPoolOf, schedulerOptionsOf } from '../placement.ts';
import type { PlannedAlternative } from '../plan.ts';
import { clusterNodesOf, type Population, populationOf } from '../population.ts';
import { type Knob, type Run, type RunOptions, type RunResult, recorderOf } from '../scenario-run.ts';
import { fabricSettingOf } from '../surroundings.ts';
import { type LifePlan, lifePlanOf, type PlannedChange } from './life-plan.ts';
import { LivingCluster } from './living-cluster.ts';
import { PodLife } from './pod-life.ts';
import { Offers, portsOf } from './ports.ts';
import { Scaling } from './scaling.ts';
import { Tally } from './tally.ts';
import { Ways } from './ways.ts';
import { WorkloadRows } from './workload-rows.ts';

/** One run of living services. */
export class LivingRun implements Run {
  readonly simulation = new Simulation();
  readonly #alternative: PlannedAlternative;
  readonly #file: LoadFile;
  readonly #plan: LifePlan;
  readonly #publish: Publication;
  readonly #streams: StreamSource;
  readonly #nodes: readonly ClusterNode[];
  readonly #residents: Residents;
  readonly #addresses: AddressPool;
  readonly #cluster: LivingCluster;
  readonly #load: Load;
  readonly #ways: Ways;
  readonly #offers: Offers;
  readonly #metrics: ResourceMetrics;
  readonly #deployments: readonly Deployment[];
  readonly #drains: Drains;
  readonly #rows: WorkloadRows;
  readonly #tally: Tally;
  readonly #life: PodLife;
  #endNs: TimeNs;

  constructor(alternative: PlannedAlternative, file: LoadFile, seed: string, options: RunOptions) {
    const { document } = alternative;
    const { simulation: sim } = this;
    this.#alternative = alternative;
    this.#file = file;
    this.#endNs = Math.min(document.duration, options.untilNs ?? document.duration);
    const population = options.population ?? populationOf(document);
    this.#plan = lifePlanOf(document, file, population);
    this.#streams = new StreamSource(seed);
    this.#publish = new Publication(recorderOf(alternative, seed, sim, options));
    this.#tally = new Tally(0);
    this.#addresses = addressPoolOf(document, alternative, nodeCount(document.cluster));
    this.#nodes = clusterNodesOf(document, alternative, this.#addresses);
    const fabric = new Fabric(this.#nodes.length, fabricSettingOf(document), new SharedResources());
    this.#residents = this.#bearNodes(fabric, population);
    this.#life = this.#makeLife();
    this.#cluster = this.#makeCluster(population);
    this.#ways = new Ways(alternative, fabric);
    this.#load = this.#makeLoad();
    this.#offers = new Offers(sim, this.#load, file.endpointLag);
    this.#metrics = this.#makeMetrics();
    this.#deployments = this.#plan.workloads.map((_, workload) => this.#makeDeployment(workload));
    this.#drains = this.#makeDrains();
    this.#rows = this.#makeRows();
    this.#makeScaling();
    this.#begin();
  }

  get endNs(): TimeNs {
    return this.#endNs;
  }

  get callsUnderWay(): number {
    return this.#load.requests.visits.count;
  }

  advance(untilNs: TimeNs): boolean {
    this.simulation.run(Math.min(untilNs, this.#endNs));
    return untilNs >= this.#endNs;
  }

  cutShort(atNs: TimeNs): void {
    this.#endNs = atNs;
  }

  flush(): void {
    this.#publish.recorder.flush();
  }

  set(knob: Knob, factor: number): void {
    const { recorder } = this.#publish;
    this.simulation.cause = -1;
    recorder.mark(this.#publish.mark('parameter-changed'), 0, recorder.text(knob), factor);
    if (knob === 'uplink') {
      this.#ways.scaleUplinks(factor, this.simulation.nowNs);
      return;
    }
    this.#file.sources.forEach(({ rate }, source) => {
      if (rate !== undefined) this.#load.scaleSource(source, factor);
    });
  }

  finish(): RunResult {
    this.advance(this.#endNs);
    const { digest, records, bytes } = this.#publish.recorder.finish();
    return {
      digest,
      records,
      traceBytes: bytes,
      events: this.simulation.dispatched,
      simulatedNs: this.simulation.nowNs,
      metrics: { ...this.#requestMetrics(), ...this.#tally.metrics(this.#endNs, this.#isAutoscaled()) },
      arrivalsHash: this.#arrivals(),
      faultsHash: '',
    };
  }

  /** Requests that came at a rate: users come as they are answered. */
  #arrivals(): number {
    return this.#file.sources.reduce(
      (sum, { rate }, source) => sum + (rate === undefined ? 0 : this.#load.sourceMeasure(source).offered),
      0,
    );
  }

  #isAutoscaled(): boolean {
    return this.#alternative.document.autoscalers.length > 0;
  }

  /** Over all sources; a quantile is that of the first source, whose requests the scenario is about. */
  #requestMetrics(): Record<string, number> {
    const reports = this.#file.sources.map((_, source) => this.#load.source(source));
    const offered = reports.reduce((sum, report) => sum + report.offered, 0);
    const ok = reports.reduce((sum, report) => sum + report.ok, 0);
    const failed = reports.reduce((sum, report) => sum + report.errors.reduce((all, count) => all + count, 0), 0);
    const seconds = (this.#endNs - this.#file.start - this.#file.warmUp) / NS_PER_SECOND;
    const { p50Ns, p99Ns } = reports[0]!;
    return {
      requestsOffered: offered / seconds,
      requestsAnswered: ok / seconds,
      ...(ok + failed === 0 ? {} : { requestErrors: failed / (ok + failed) }),
      ...(Number.isNaN(p50Ns) ? {} : { latencyP50: p50Ns, latencyP99: p99Ns }),
    };
  }

  #bearNodes(fabric: Fabric, population: Population): Residents {
    const rows = new FabricRows(fabric, this.#publish);
    const residents = new Residents(this.#nodes, [], population.shapes, this.#publish);
    rows.bear();
    residents.bearNodes();
    rows.bearLinks((node) => this.#nodes[node]!.name);
    return residents;
  }

  #makeLife(): PodLife {
    return new PodLife({
      sim: this.simulation,
      publish: this.#publish,
      residents: this.#residents,
      tally: this.#tally,
      versions: this.#plan.versions,
      cluster: () => this.#cluster,
      load: () => this.#load,
      offers: () => this.#offers,
      onLeft: (node) => this.#drains.podLeft(node),
    });
  }

  #makeCluster(population: Population): LivingCluster {
    const { document } = this.#alternative;
    const scheduler = new Scheduler(
      this.#nodes,
      population.shapes,
      [],
      schedulerOptionsOf(this.#alternative, population, this.#streams),
    );
    const versionOf = (pod: number) => this.#plan.versions[this.#cluster.pods.template[pod]!]!;
    const fileOf = (pod: number) => this.#plan.workloads[versionOf(pod).workload]!.file;
    return new LivingCluster(
      {
        sim: this.simulation,
        templates: this.#plan.versions,
        scheduler,
        nodes: this.#nodes.length,
        attemptNs: Math.round(NS_PER_SECOND / document.scheduling.rate),
        application: {
          startNs: (pod) => versionOf(pod).startNs,
          runNs: () => Number.POSITIVE_INFINITY,
          endsWell: () => true,
          stopNs: (pod) => fileOf(pod).stop,
        },
        services: this.#nodeServices(),
      },
      this.#life,
    );
  }

  #nodeServices(): NodeServices {
    return {
      pull: (_node, _image, done) => done(true),
      attach: (node, _pod, done) => done(this.#addresses.take(node)),
      detach: (node) => this.#addresses.release(node),
    };
  }

  #makeLoad(): Load {
    const nodeOf = (number: number): number => this.#residents.nodeOf[number] ?? NONE;
    return new Load(this.#plan.load, {
      sim: this.simulation,
      streams: this.#streams,
      carrier: portsOf(this.simulation, {
        listens: (number) => {
          const pod = this.#cluster.rowOf(number);
          return pod !== undefined && this.#cluster.kubelets.answers(pod);
        },
        wayNs: (from, to, bytes) =>
          this.#ways.oneWayNs(from < 0 ? NONE : nodeOf(from), to < 0 ? NONE : nodeOf(to), bytes),
      }),
      processors: sharedNodes(
        this.simulation,
        this.#nodes.map(({ allocatable }) => allocatable.cpuMilli / 1000),
        nodeOf,
        (number) => this.#limitOf(number),
      ),
    });
  }

  /** Cores that a pod may use; Infinity: whatever its node has left. */
  #limitOf(number: number): number {
    const pod = this.#cluster.rowOf(number)!;
    const { workload } = this.#plan.versions[this.#cluster.pods.template[pod]!]!;
    const { cpuLimit } = this.#plan.workloads[workload]!.file;
    return cpuLimit === undefined ? Number.POSITIVE_INFINITY : cpuLimit / 1000;
  }

  #makeMetrics(): ResourceMetrics {
    return new ResourceMetrics(
      this.simulation,
      {
        running: () => this.#life.containers.keys(),
        lifeOf: () => 0,
        nodeOf: (number) => this.#residents.nodeOf[number]!,
        cpuNs: (number) => this.#load.processors.usedNs(number) - this.#life.containers.get(number)!.cpuNs,
        startedNs: (number) => this.#life.containers.get(number)!.sinceNs,
        memoryMib: () => 0,
        reaches: () => true,
      },
      this.#streams.stream('metrics-server', 'phases'),
      RESOURCE_METRICS_DEFAULTS,
    );
  }

  #makeDeployment(workload: number): Deployment {
    const { name, replicas, file, versions } = this.#plan.workloads[workload]!;
    const { manager } = this.#cluster;
    return manager.add(
      (object) =>
        new Deployment(
          manager,
          object,
          {
            name,
            template: versions[0]!,
            replicas,
            strategy: file.strategy === 'recreate' ? 'Recreate' : 'RollingUpdate',
            maxSurge: file.maxSurge,
            maxUnavailable: file.maxUnavailable,
            minReadyNs: file.minReady,
            progressDeadlineNs: file.progressDeadline,
          },
          (_, state) => this.#rolled(workload, state),
        ),
    );
  }

  #makeDrains(): Drains {
    const budgets = this.#plan.workloads.flatMap(({ name, file }, workload) =>
      file.disruptionBudget === undefined
        ? []
        : [{ name, covers: [this.#deployments[workload]!.object], ...file.disruptionBudget }],
    );
    const { scheduler } = this.#cluster;
    return new Drains(this.#cluster.manager, new DisruptionBudgets(this.#cluster.manager, budgets), {
      cordoned: (node, cordoned) => {
        scheduler.setNodeReady(node, !cordoned);
        if (!cordoned) this.#cluster.happened({ kind: 'NodeUpdateTaint', node, pod: NONE });
        this.#mark('drain', node, cordoned ? 'takes no new pods' : 'takes pods again');
      },
      drained: (node, left) => {
        this.#tally.drained(`node ${node}`, this.simulation.nowNs);
        this.#mark('drain', node, left === 0 ? 'empty' : `given up with ${left} pods left`);
      },
    });
  }

  #makeRows(): WorkloadRows {
    return new WorkloadRows(
      {
        sim: this.simulation,
        publish: this.#publish,
        load: this.#load,
        metrics: this.#metrics,
        workloads: this.#plan.workloads,
        deployments: this.#deployments,
        numberOf: (pod) => this.#cluster.numberOf(pod),
      },
      this.#alternative.document.duration,
    );
  }

  #makeScaling(): void {
    const { autoscalers } = this.#alternative.document;
    if (autoscalers.length === 0) return;
    const numberOf = (name: string): number => this.#plan.workloads.findIndex((workload) => workload.name === name);
    new Scaling(
      {
        sim: this.simulation,
        streams: this.#streams,
        cluster: this.#cluster,
        metrics: this.#metrics,
        deploymentOf: (name) => {
          const workload = numberOf(name);
          return { deployment: this.#deployments[workload]!, cpuMilli: this.#plan.workloads[workload]!.cpuMilli };
        },
        readyChangedNs: (pod) => this.#life.readyChangedNs(pod),
        onDecision: (name, decision) => this.#decided(numberOf(name), decision),
      },
      autoscalers,
    );
    this.#metrics.begin();
  }

  #decided(workload: number, decision: HorizontalDecision): void {
    this.#rows.seen(workload);
    if (!decision.rescaled) return;
    this.#tally.rescaled(this.#plan.workloads[workload]!.name, decision);
    this.#markScaled(workload, decision.currentReplicas, decision.replicas, 'autoscaler');
  }

  #rolled(workload: number, state: RolloutState): void {
    const what = `workload ${workload}`;
    const words = { complete: 'complete', progressing: 'begins', 'deadline-exceeded': 'makes no progress' };
    this.#mark('rollout', workload, words[state]);
    if (state === 'complete') this.#tally.rolledOut(what, this.simulation.nowNs);
  }

  #begin(): void {
    const { document } = this.#alternative;
    const { sim, measure } = { sim: this.simulation, measure: this.#file.start + this.#file.warmUp };
    const begin = sim.kind('requests begin', () => this.#load.begin(document.duration));
    const count = sim.kind('counting begins', () => this.#load.measureFromNow());
    const change = sim.kind('somebody changes something', (index) => this.#change(this.#plan.changes[index]!));
    sim.at(this.#file.start, begin);
    sim.at(measure, count);
    this.#plan.changes.forEach(({ atNs }, index) => {
      sim.at(atNs, change, index);
    });
    this.#rows.begin();
  }

  #change({ file, workload, version }: PlannedChange): void {
    this.simulation.cause = -1;
    const { nowNs } = this.simulation;
    if (file.scale !== undefined) {
      const deployment = this.#deployments[workload]!;
      this.#markScaled(workload, deployment.replicas, file.to!, 'a person');
      deployment.scaleTo(file.to!);
    } else if (file.roll !== undefined) {
      this.#tally.begins(`workload ${workload}`, nowNs);
      this.#deployments[workload]!.rollTo(version);
    } else if (file.drain !== undefined) {
      const node = this.#nodes.findIndex(({ name }) => name === file.drain);
      this.#tally.begins(`node ${node}`, nowNs);
      this.#drains.begin(node);
    } else this.#drains.uncordon(this.#nodes.findIndex(({ name }) => name === file.uncordon));
  }

  #mark(name: string, row: number, words: string): void {
    const { recorder } = this.#publish;
    recorder.mark(this.#publish.mark(name), row, recorder.text(words));
  }

  #markScaled(workload: number, from: number, to: number, by: string): void {
    const { recorder } = this.#publish;
    recorder.mark(this.#publish.mark('scaled'), workload, from, to, recorder.text(by));
  }
}
