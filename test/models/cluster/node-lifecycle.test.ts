import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_EXECUTE } from '../../../models/cluster/node-life/node-conditions.ts';
import { NodeLife } from '../../../models/cluster/node-life/node-life.ts';
import { nodeLifeProfile } from '../../../models/cluster/node-life/profile.ts';
import {
  evictedAtNs,
  NODE_LIFECYCLE_DEFAULTS,
  noExecuteTimesNs,
  notReadyAtNs,
  unreachableTolerationSeconds,
} from '../../../models/cluster/node-lifecycle.ts';
import { effectiveTolerations } from '../../../models/cluster/toleration.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { Diary, DiaryPods } from './node-life/diary.ts';

const second = (s: number): number => s * NS_PER_SECOND;

describe('notReadyAtNs', () => {
  it('lies between 45 and 55 s after the fault, 50 s on average, in whole nanoseconds', () => {
    const stream = new StreamSource('1').stream('node/1', 'not-ready');
    const delays = Array.from({ length: 4000 }, () => notReadyAtNs(second(7), stream) - second(7));
    expect(delays.every((ns) => Number.isInteger(ns) && ns > second(45) && ns < second(55))).toBe(true);
    const mean = delays.reduce((sum, ns) => sum + ns, 0) / delays.length;
    // Standard deviation 2.04 s: the mean of 4,000 lies within 0.13 s with probability 0.9999.
    expect(Math.abs(mean - second(50))).toBeLessThan(second(0.13));
  });

  it('covers the recorded span of 48.8 to 52.1 s and follows the settings', () => {
    const stream = new StreamSource('1').stream('node/2', 'not-ready');
    const quick = { ...NODE_LIFECYCLE_DEFAULTS, graceNs: 10, renewalPeriodNs: 1, monitorPeriodNs: 1 };
    expect(notReadyAtNs(0, stream, quick)).toBe(10);
    expect(() => notReadyAtNs(0, stream, { ...quick, graceNs: 1 })).toThrow(/grace/);
  });
});

describe('noExecuteTimesNs', () => {
  it('taints the second node 10 s after the first, as recorded', () => {
    expect(noExecuteTimesNs([second(51), second(50)])).toEqual([second(60), second(50)]);
  });

  it('never taints early, and never two within a period', () => {
    const property = fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (seconds) => {
      const times = noExecuteTimesNs(seconds.map(second));
      times.forEach((ns, i) => {
        expect(ns).toBeGreaterThanOrEqual(second(seconds[i]));
      });
      const sorted = [...times].sort((a, b) => a - b);
      for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(second(10));
    });
    fc.assert(property, { seed: 1 });
  });
});

describe('eviction', () => {
  it('comes after the toleration: 300 s for ordinary pods, at once for 0 s', () => {
    expect(evictedAtNs(second(50))).toBe(second(350));
    expect(evictedAtNs(second(50), 0)).toBe(second(50));
    expect(evictedAtNs(second(50), Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it('reads the seconds from the tolerations', () => {
    const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', value: '', effect: 'NoExecute' } as const;
    expect(unreachableTolerationSeconds(effectiveTolerations([]))).toBe(300);
    expect(unreachableTolerationSeconds(effectiveTolerations([{ ...own, tolerationSeconds: 20 }]))).toBe(20);
    expect(unreachableTolerationSeconds([own])).toBe(Number.POSITIVE_INFINITY);
    expect(unreachableTolerationSeconds([])).toBe(0);
  });
});

describe('the closed forms and the models', () => {
  /** When nodes that fall silent together are found, and tainted NoExecute, in one run of the models; seconds. */
  function modelled(draw: number, nodes: number, silent: number): { found: number[]; tainted: number[] } {
    const stream = new StreamSource(`life ${draw}`).stream('test', 'phases');
    const upTo = (ns: number): number => Math.floor(stream.uniform() * ns);
    const profile = { ...nodeLifeProfile(34), heartbeatPeriodNs: second(5) };
    const phases = { monitorNs: upTo(second(5)), taintingNs: upTo(second(0.1)), heartbeatNs: () => upTo(second(5)) };
    const sim = new Simulation();
    const found: number[] = [];
    const tainted: number[] = [];
    const listener = {
      readyChanged: () => found.push((sim.nowNs - second(100)) / NS_PER_SECOND),
      taintsChanged: (node: number, before: number) => {
        if ((life.nodes.taints[node]! & ~before & NO_EXECUTE) !== 0)
          tainted.push((sim.nowNs - second(100)) / NS_PER_SECOND);
      },
    };
    const pods = new DiaryPods(new Diary(sim));
    const life: NodeLife = new NodeLife({ sim, nodes, zones: 1, profile, phases, pods, listener });
    for (let node = 0; node < nodes; node++) life.found(node, 0);
    const fall = sim.kind('nodes fall silent', () => {
      for (let node = 0; node < silent; node++) life.silence(node);
    });
    sim.at(second(100), fall);
    sim.run(second(400));
    return { found, tainted };
  }

  it('have a silent node believed dead after the same time: 45 to 55 s, 50 s on average', () => {
    const seconds = Array.from({ length: 2000 }, (_, draw) => modelled(draw, 3, 1).found[0]!);
    expect(Math.min(...seconds)).toBeGreaterThan(45);
    expect(Math.min(...seconds)).toBeLessThan(45.5);
    expect(Math.max(...seconds)).toBeLessThan(55.1);
    expect(Math.max(...seconds)).toBeGreaterThan(54.6);
    const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
    // Standard deviation 2.04 s: the mean of 2,000 lies within 0.18 s with probability 0.9999; looks take 0.03 s in all.
    expect(Math.abs(mean - 50)).toBeLessThan(0.21);
  });

  it('taint nodes of one zone one after another, where no guard holds', () => {
    for (let draw = 0; draw < 50; draw++) {
      const { found, tainted } = modelled(draw, 8, 4);
      const formed = noExecuteTimesNs(found.map(second)).map((ns) => ns / NS_PER_SECOND);
      formed.sort((a, b) => a - b);
      // Queues are looked at every 0.1 s, and each wait begins with the tainting before.
      for (const [i, seconds] of formed.entries()) expect(Math.abs(tainted[i]! - seconds)).toBeLessThan(0.5);
    }
  });

  it('differ where a zone is down: the form evicts, the models do not', () => {
    expect(modelled(1, 6, 4).tainted).toEqual([]);
  });
});
