/** A world whose clusters are reached or not as a test says, for tests of detection. */

import { Detector, type DetectorWiring } from '../../../../models/federation/detection/detector.ts';
import type { DetectionPlan } from '../../../../models/federation/detection/plan.ts';
import type { Finding, WatchedWorld } from '../../../../models/federation/detection/watch.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Stream } from '../../../../sim/random/stream.ts';

/** All points see the same; everything is well until told otherwise. */
export class ToldWorld implements WatchedWorld {
  readonly found: Finding[] = [];
  readonly deaf = new Set<number>();
  readonly delayNs: number;

  constructor(rttNs: number) {
    this.delayNs = rttNs;
  }

  finding(_point: number, cluster: number): Finding {
    return this.found[cluster] ?? 'well';
  }

  rttNs(): number {
    return this.delayNs;
  }

  isHeard(point: number): boolean {
    return !this.deaf.has(point);
  }

  renews(cluster: number): boolean {
    return this.finding(0, cluster) === 'well';
  }
}

/** A detector and a diary of its verdicts. */
export interface Watched {
  readonly sim: Simulation;
  readonly world: ToldWorld;
  readonly detector: Detector;
  readonly diary: { readonly timeNs: number; readonly cluster: number; readonly healthy: boolean }[];
  /** From then on every cluster, or one, is found so. */
  turn(timeNs: number, finding: Finding, cluster?: number): void;
}

export function watched(plan: DetectionPlan, more: Partial<DetectorWiring> & { rttNs?: number } = {}): Watched {
  const sim = new Simulation();
  const world = new ToldWorld(more.rttNs ?? 0);
  const diary: Watched['diary'] = [];
  const clusters = more.clusters ?? 1;
  const detector = new Detector({
    sim,
    name: 'test',
    plan,
    quorum: { points: 1, quorum: 1 },
    clusters,
    world,
    streams: (cluster, point) => new Stream('seed', `cluster/${cluster}`, `point/${point}`),
    verdictChanged: (cluster, healthy) => diary.push({ timeNs: sim.nowNs, cluster, healthy }),
    ...more,
  });
  const turns: (() => void)[] = [];
  const kind = sim.kind('test: the world turns', (index) => turns[index]!());
  const turn: Watched['turn'] = (timeNs, finding, cluster) => {
    turns.push(() => {
      for (let each = 0; each < clusters; each++)
        if (cluster === undefined || cluster === each) world.found[each] = finding;
      detector.changed();
    });
    sim.at(timeNs, kind, turns.length - 1);
  };
  return { sim, world, detector, diary, turn };
}
