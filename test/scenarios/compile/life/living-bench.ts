/** One living cluster without a document: equal nodes, Deployments of one small pod each, and a diary of what happens. */

import { READY_SERVICES } from '../../../../models/cluster/kubelet/node-services.ts';
import type { PodRuntime } from '../../../../models/cluster/kubelet/pod-runtime.ts';
import { POD_RUNTIME_DEFAULTS } from '../../../../models/cluster/kubelet/pod-runtime.ts';
import { POD_GARBAGE } from '../../../../models/cluster/node-life/pod-garbage.ts';
import { nodeLifeProfile } from '../../../../models/cluster/node-life/profile.ts';
import { Deployment } from '../../../../models/cluster/workload/deployment.ts';
import { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { ControlPlane } from '../../../../scenarios/compile/life/control-plane.ts';
import { LivingCluster } from '../../../../scenarios/compile/life/living-cluster.ts';
import { NodeRoster, tolerationsOf } from '../../../../scenarios/compile/life/node-roster.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { nodeWith, optionsWith, shapeWith } from '../../../models/scheduling/small-cluster.ts';

/** What a test asks for. */
export interface BenchWish {
  readonly nodes?: number;
  /** Numbers from here on are reserved. */
  readonly reservedFrom?: number;
  readonly cpuMilli?: number;
  /** Zone of each node. */
  readonly zoneOf?: (node: number) => string;
  readonly minor?: number;
  readonly seed?: string;
}

/** A cluster on the bench. */
export class LivingBench {
  readonly sim = new Simulation();
  #made = 0;
  readonly #stop = this.sim.kind('the test looks', () => {});
  readonly cluster: LivingCluster;
  readonly controlPlane: ControlPlane;
  readonly roster: NodeRoster;
  /** What followers were told, with the second at which they were. */
  readonly diary: { readonly seconds: number; readonly what: string }[] = [];

  constructor({ nodes = 3, reservedFrom = nodes, cpuMilli = 4000, zoneOf, minor = 34, seed = '1' }: BenchWish = {}) {
    const list = Array.from({ length: nodes }, (_, node) =>
      nodeWith({
        name: `n${node}`,
        cpuMilli,
        labels: zoneOf === undefined ? {} : { 'topology.kubernetes.io/zone': zoneOf(node) },
      }),
    );
    const shapes = [shapeWith()];
    const runtime: PodRuntime = { ...POD_RUNTIME_DEFAULTS, restart: 'Always' };
    const templates = [{ shape: 0, service: -1, name: 'web', runtime, priority: 0 }];
    const say = (what: string): void => this.note(what);
    const name = (pod: number): string => `pod ${this.cluster.numberOf(pod)}`;
    const streams = new StreamSource(seed);
    this.controlPlane = new ControlPlane(this.sim, streams, (mark, words) => say(`${mark}: ${words}`));
    this.cluster = new LivingCluster(
      {
        controlPlane: this.controlPlane,
        sim: this.sim,
        templates,
        scheduler: new Scheduler(list, shapes, [], optionsWith()),
        attemptNs: 1e6,
        application: { startNs: () => 0, runNs: () => Number.POSITIVE_INFINITY, endsWell: () => true, stopNs: () => 0 },
        services: READY_SERVICES,
      },
      {
        created: () => this.#made++,
        bound: (pod, { node }) => say(`${name(pod)} bound to ${node}`),
        stood: (pod, node) => say(`${name(pod)} stands on ${node}`),
        refused: (_, { message }) => say(message),
        ready: (pod, ready) => say(`${name(pod)} ${ready ? 'ready' : 'unready'}`),
        evicted: (pod) => say(`${name(pod)} evicted`),
        terminating: (pod) => say(`${name(pod)} terminating`),
        gone: (pod) => say(`${name(pod)} gone`),
        stage: (pod, stage) => {
          if (stage === 'started' || stage === 'exited' || stage === 'lost' || stage === 'stopped')
            say(`${name(pod)} ${stage}`);
        },
      },
    );
    this.roster = new NodeRoster({
      sim: this.sim,
      controlPlane: this.controlPlane,
      streams,
      nodes: list,
      isReserved: (node) => node >= reservedFrom,
      profile: nodeLifeProfile(minor),
      cluster: this.cluster,
      tolerationsOf: tolerationsOf(templates, shapes),
      endedMax: POD_GARBAGE.endedMax,
      follower: {
        joined: (node) => say(`node ${node} joined`),
        left: (node) => say(`node ${node} left`),
        powered: (node, on) => say(`node ${node} ${on ? 'on' : 'off'}`),
        linked: (node, linked) => say(`node ${node} ${linked ? 'linked' : 'cut off'}`),
        believed: (node, ready) => say(`node ${node} believed ${ready ? 'ready' : 'lost'}`),
        cordoned: (node, cordoned) => say(`node ${node} ${cordoned ? 'cordoned' : 'uncordoned'}`),
      },
    });
  }

  note(what: string): void {
    this.diary.push({ seconds: this.sim.nowNs / NS_PER_SECOND, what });
  }

  /** A Deployment of so many pods. */
  deploy(replicas: number): Deployment {
    const { manager } = this.cluster;
    const wish = {
      name: 'web',
      template: 0,
      replicas,
      strategy: 'RollingUpdate' as const,
      maxSurge: '25%' as const,
      maxUnavailable: '25%' as const,
      minReadyNs: 0,
      progressDeadlineNs: 600e9,
    };
    return manager.add((object) => new Deployment(manager, object, wish));
  }

  run(seconds: number): void {
    // The clock stands where the last event was: this one brings it there.
    this.sim.at(seconds * NS_PER_SECOND, this.#stop);
    this.sim.run(seconds * NS_PER_SECOND);
  }

  /** When something was told first; NaN: never. */
  at(what: string | RegExp): number {
    const isIt = (one: string): boolean => (typeof what === 'string' ? one === what : what.test(one));
    return this.diary.find((entry) => isIt(entry.what))?.seconds ?? Number.NaN;
  }

  /** How often it was told. */
  count(what: RegExp): number {
    return this.diary.filter((entry) => what.test(entry.what)).length;
  }

  /** Numbers of the pods that are bound to a node. */
  on(node: number): number[] {
    return this.cluster.pods.podsOn(node).map((pod) => this.cluster.numberOf(pod));
  }
}
