/** A cluster of controllers, kubelets and a scheduler that takes the emptiest node, for tests of workloads. */
import { Kubelets } from '../../../../models/cluster/kubelet/kubelets.ts';
import { type NodeServices, READY_SERVICES } from '../../../../models/cluster/kubelet/node-services.ts';
import {
  type Application,
  type KubeletTimes,
  PATIENT_SERVER,
  POD_RUNTIME_DEFAULTS,
  type PodRuntime,
} from '../../../../models/cluster/kubelet/pod-runtime.ts';
import { NONE, PodTable } from '../../../../models/cluster/pod-table.ts';
import { ControllerManager } from '../../../../models/cluster/workload/controller-manager.ts';
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

export const SECOND = NS_PER_SECOND;

/** No time but that of applications, probes and pauses: what is measured is the rule. */
export const INSTANT: KubeletTimes = { watchNs: 0, sandboxNs: 0, containerStartNs: 0, reportNs: 0 };

export interface SmallClusterOptions {
  readonly nodes?: number;
  readonly runtimes?: readonly Partial<PodRuntime>[];
  readonly application?: Partial<Application>;
  readonly times?: KubeletTimes;
  readonly writesPerSecond?: number;
  readonly services?: NodeServices;
}

export class SmallCluster {
  readonly sim = new Simulation();
  readonly pods = new PodTable();
  readonly manager: ControllerManager;
  readonly kubelets: Kubelets;
  readonly cordoned = new Set<number>();
  /** What happened, for assertions: [seconds, words]. */
  readonly told: [number, string][] = [];
  /** Called after each change of a pod. */
  watch: () => void = () => {};
  readonly #nodes: number;
  readonly #idle = this.sim.kind('nothing', () => {});

  constructor(options: SmallClusterOptions = {}) {
    this.#nodes = options.nodes ?? 4;
    const runtimes = options.runtimes ?? [{}];
    const bind = this.sim.kind('bind', (pod, life) => this.#bind(pod, life));
    this.manager = new ControllerManager(
      this.sim,
      this.pods,
      {
        created: (pod) => {
          this.sim.after(NS_PER_MS, bind, pod, this.pods.lifeOf(pod));
          this.watch();
        },
        terminating: (pod) => {
          this.kubelets.terminate(pod);
          this.watch();
        },
        gone: () => this.watch(),
      },
      { watchNs: NS_PER_MS, writes: { perSecond: options.writesPerSecond ?? 1e6, burst: 30 } },
    );
    this.kubelets = new Kubelets({
      sim: this.sim,
      pods: this.pods,
      runtimeOf: (template) => ({ ...POD_RUNTIME_DEFAULTS, ...runtimes[template] }),
      application: { ...PATIENT_SERVER, ...options.application },
      services: options.services ?? READY_SERVICES,
      times: options.times ?? INSTANT,
      listener: {
        changed: (pod) => {
          this.manager.podChanged(pod);
          this.watch();
        },
        ended: (pod) => this.manager.ended(pod),
        stage: (pod, stage) => this.told.push([this.seconds, `${stage} ${this.pods.serial[pod]}`]),
      },
    });
  }

  get seconds(): number {
    return this.sim.nowNs / NS_PER_SECOND;
  }

  /** Runs on for so many seconds. */
  run(seconds: number): void {
    const untilNs = this.sim.nowNs + Math.round(seconds * NS_PER_SECOND);
    // A simulation in which nothing is left to happen stands still before its end.
    this.sim.at(untilNs, this.#idle);
    this.sim.run(untilNs);
  }

  /** Calls back at an instant. */
  at(seconds: number, action: () => void): void {
    this.sim.at(
      Math.round(seconds * NS_PER_SECOND) as TimeNs,
      this.sim.kind(`test ${seconds} ${this.told.length}`, action),
    );
  }

  /** Pods that exist, by row. */
  all(): number[] {
    return Array.from({ length: this.pods.rows }, (_, pod) => pod).filter((pod) => this.pods.exists(pod));
  }

  #bind(pod: number, life: number): void {
    if (!this.pods.exists(pod) || this.pods.lifeOf(pod) !== life) return;
    const only = this.pods.onlyNode[pod]!;
    const free = Array.from({ length: this.#nodes }, (_, node) => node).filter((node) => !this.cordoned.has(node));
    const load = (node: number): number => this.pods.podsOn(node).length;
    const node =
      only !== NONE ? only : free.reduce((best, each) => (load(each) < load(best) ? each : best), free[0] ?? NONE);
    if (node === NONE) return;
    this.pods.bind(pod, node);
    this.kubelets.bound(pod);
    this.manager.podChanged(pod);
  }
}
