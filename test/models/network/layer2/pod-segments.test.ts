/** Pods on layer 2 in a run: who is asked for, what all hear, and what a full table loses. */
import { describe, expect, it } from 'vitest';
import type { NeighbourTimes } from '../../../../models/network/layer2/neighbour-settings.ts';
import { PodSegments, type SegmentPlan } from '../../../../models/network/layer2/pod-segments.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const S = 1e9;

const US = 1e3;
const FRAMES = { sameNodeNs: 5 * US, sameRackNs: 10 * US, acrossRacksNs: 20 * US, toRouterNs: 10 * US };
const COST = { sendNs: 7000, takeNs: 2000, copyNs: 3000 };
const STRAY = { sendNs: 0, takeNs: 1000, copyNs: 500 };
const NODES = 4;
const RACKS = 2;

type RunChanges = Partial<Omit<SegmentPlan, 'network'>> & {
  readonly pods?: number;
  readonly nodes?: number;
  readonly times?: Partial<NeighbourTimes>;
  readonly announce?: boolean;
};

/** Pods that stand evenly on nodes, and nodes in racks. */
class SegmentRun {
  readonly simulation = new Simulation();
  readonly #alarm = this.simulation.kind('a test waits', () => undefined);
  readonly segments: PodSegments;
  readonly reached: number[] = [];
  readonly nothing: number[] = [];
  readonly unanswered: number[] = [];
  readonly nodes: number;
  readonly #announce: boolean;

  constructor(changes: RunChanges = {}) {
    const { pods = 40, nodes = NODES, times = {}, announce = false, ...plan } = changes;
    this.nodes = nodes;
    this.#announce = announce;
    const network = { frames: FRAMES, times };
    const whole = { racks: RACKS, domains: { tenants: 1 }, network, cost: COST, strayCost: STRAY, ...plan };
    this.segments = new PodSegments(this.simulation, new StreamSource('segments'), whole);
    this.segments.listen({
      reached: (call) => this.reached.push(call),
      nothing: (call) => this.nothing.push(call),
      unanswered: (call) => this.unanswered.push(call),
    });
    for (let pod = 0; pod < pods; pod++) this.run(pod, pod % nodes);
  }

  run(pod: number, node: number): void {
    this.segments.podRuns({ pod, node, rack: node % RACKS, isOld: !this.#announce });
  }

  /** True when it goes at once. */
  call(from: number, to: number, number = 0): boolean {
    if (this.segments.goesAtOnce(from, to)) return true;
    this.segments.contact(from, to, number);
    return false;
  }

  wait(ns: number): void {
    this.simulation.after(ns, this.#alarm);
    this.simulation.run(this.simulation.nowNs + ns);
  }
}

describe('pods of one segment', () => {
  it('the first call waits for one round of question and answer, the next goes at once, and so does the way back', () => {
    const run = new SegmentRun();
    // Pods 0 and 2 stand on two nodes of one rack.
    expect(run.call(0, 2, 7)).toBe(false);
    run.wait(2 * FRAMES.sameRackNs - 1);
    expect(run.reached).toEqual([]);
    run.wait(1);
    expect(run.reached).toEqual([7]);
    expect(run.call(0, 2, 8)).toBe(true);
    expect(run.call(2, 0, 9)).toBe(true);
  });

  it('a way that is used and answered is asked for once, for minutes', () => {
    const run = new SegmentRun();
    run.call(0, 1);
    for (let i = 0; i < 60; i++) {
      run.wait(3 * S);
      expect(run.call(0, 1)).toBe(true);
    }
    expect(run.segments.network.broadcasts).toBe(1);
    expect(run.segments.network.unicasts).toBe(0);
  });

  it('a broadcast reaches every other pod in every rack', () => {
    const run = new SegmentRun();
    for (let pod = 1; pod < 10; pod++) run.call(pod, 0);
    run.wait(S);
    // Nine requests in one second, each heard by the 39 others.
    expect(run.segments.figures().broadcastsPerPod).toBeCloseTo((9 * 39) / 40, 6);
  });

  it('a pod that has moved is another station, which nobody knows yet', () => {
    const run = new SegmentRun();
    run.call(0, 1, 1);
    run.wait(0.1 * S);
    run.segments.podGone(1, true);
    run.run(1, 3);
    expect(run.call(0, 1, 2)).toBe(false);
    run.wait(0.1 * S);
    expect(run.reached).toEqual([1, 2]);
  });
});

describe('pods of several segments', () => {
  it('tenants hear nothing of each other, and reach each other through a router', () => {
    const run = new SegmentRun({ domains: { tenants: 2 } });
    run.call(0, 2, 1);
    run.wait(S);
    // One request, heard by the other 19 of its tenant.
    expect(run.segments.figures().broadcastsPerPod).toBeCloseTo(19 / 40, 6);
    expect(run.call(0, 1, 3)).toBe(false);
    run.wait(0.1 * S);
    expect(run.reached).toEqual([1, 3]);
    expect(run.call(0, 1, 4)).toBe(true);
    // Their routers are known to both, but 0 and the router have yet to ask for 3.
    expect(run.call(0, 3, 5)).toBe(false);
  });

  it('a subnet for each rack is a segment for each rack', () => {
    const run = new SegmentRun({ domains: 'racks' });
    run.call(0, 2, 1);
    run.call(0, 1, 2);
    run.wait(0.1 * S);
    expect(run.reached).toEqual(expect.arrayContaining([1, 2]));
  });
});

describe('what broadcasts cost', () => {
  it('a pod that comes announces itself once, and the others of its segment hear it', () => {
    const run = new SegmentRun({ pods: 0, announce: true });
    for (let pod = 0; pod < 12; pod++) run.run(pod, pod % NODES);
    expect(run.segments.network.broadcasts).toBe(12);
    // The last one is heard by nobody who came later.
    expect(run.segments.network.counts.heardBy(0)).toBe(11);
    expect(run.segments.network.counts.heardBy(11)).toBe(0);
    run.wait(S);
    run.call(0, 5);
    run.wait(S);
    // An announcement makes no entry, so the first call still asks.
    expect(run.segments.network.broadcasts).toBe(13);
  });

  it('every node of the segment pays once, and once more for each of its pods', () => {
    const run = new SegmentRun();
    for (let pod = 1; pod < 10; pod++) run.call(pod, 0);
    run.wait(S);
    // Of nine requests node 0 sent those of pods 4 and 8, node 1 those of 1, 5 and 9; ten pods a node hear what they did not send.
    const spentNs = (own: number) => own * (7000 + 9 * 3000) + (9 - own) * (2000 + 10 * 3000);
    expect(run.segments.load.spentNs(0)).toBe(spentNs(2));
    const all = 9 * (7000 + 3 * 2000 + 39 * 3000);
    expect(run.segments.figures().processors).toEqual({ mean: all / NODES / S, peak: spentNs(3) / (0.1 * S) });
    // Each of nine comes to three nodes by cable; one second has passed.
    expect(run.segments.figures().floodsPerNode).toBeCloseTo((9 * 3) / NODES, 9);
  });
});

describe('frames for one that bridges flood', () => {
  /** Pods 0 to 39 on nodes 0 to 3; even nodes are in rack 0. All bridges have seen `of`, and pod 0 knows it; then it is deleted. */
  const afterDeath = (of: number, plan: RunChanges = {}) => {
    const run = new SegmentRun(plan);
    run.call(of, of + 4, 9);
    run.call(0, of, 1);
    run.wait(S);
    run.segments.podGone(of, true);
    const before = [0, 1, 2, 3].map((node) => run.segments.load.spentNs(node));
    run.call(0, of, 2);
    run.wait(0.5 * S);
    return { run, spentNs: before.map((ns, node) => run.segments.load.spentNs(node) - ns) };
  };

  it('what is for a dead pod of the rack reaches all of that rack, whose bridge has forgotten it, and nobody else', () => {
    const { run, spentNs } = afterDeath(2);
    // Nine others on the sender's node; nine that live on the node of the dead one.
    expect(spentNs).toEqual([9 * 500, 0, 1000 + 9 * 500, 0]);
    // It goes up to the core, which knows that it came from there.
    expect(run.segments.trunks.of(0)).toEqual({ up: 2 + 1, down: 0 });
    expect(run.segments.trunks.of(1)).toEqual({ up: 0, down: 2 });
  });

  it('what is for a dead pod of another rack reaches all of that other rack', () => {
    const { run, spentNs } = afterDeath(1);
    expect(spentNs).toEqual([0, 1000 + 9 * 500, 0, 1000 + 10 * 500]);
    // Only the two questions: its way to the rack is its own.
    expect(run.segments.trunks.of(1)).toEqual({ up: 1, down: 1 });
  });

  it('bridges that have forgotten who was silent for 300 s flood what a neighbour table still knows', () => {
    const run = new SegmentRun();
    run.call(0, 1, 1);
    run.wait(301 * S);
    const before = [0, 1, 2, 3].map((node) => run.segments.load.spentNs(node));
    expect(run.call(0, 1, 2)).toBe(true);
    run.wait(0.1 * S);
    const spentNs = before.map((ns, node) => run.segments.load.spentNs(node) - ns);
    // Both frames of the call's beginning pass: the first is flooded everywhere, and so the answer finds its way.
    expect(spentNs).toEqual([9 * 500, 9 * 500, 1000 + 10 * 500, 1000 + 10 * 500]);
    expect(run.segments.network.broadcasts).toBe(1);
  });

  it('cost nothing where cards sort out what is for others, and are unknown where pods go by the addresses of nodes', () => {
    const nothing = { sendNs: 0, takeNs: 0, copyNs: 0 };
    const filtered = afterDeath(2, { strayCost: nothing });
    expect(filtered.spentNs).toEqual([0, 0, 0, 0]);
    // The cable has carried it all the same, beside the question of pod 0.
    expect(filtered.run.segments.load.framesIn(2)).toBe(2);
    const shared = afterDeath(2, { strayCost: undefined });
    expect(shared.run.segments.load.framesIn(2)).toBe(1);
  });

  it('take nodes twice as much together when the rack has twice as many', () => {
    const total = (nodes: number) => {
      const run = new SegmentRun({ pods: 10 * nodes, nodes });
      run.call(2, 6, 9);
      run.call(0, 2, 1);
      run.wait(S);
      run.segments.podGone(2, true);
      const spent = () => Array.from({ length: nodes }, (_, node) => run.segments.load.spentNs(node));
      const before = spent();
      run.call(0, 2, 2);
      run.wait(0.5 * S);
      return spent().reduce((sum, ns, node) => sum + ns - before[node]!, 0);
    };
    expect(total(8) + 1000 + 2 * 500).toBe(2 * (total(4) + 1000 + 2 * 500));
  });
});

describe('a node whose table is full', () => {
  const small = { gcThresh1: 4, gcThresh2: 8, gcThresh3: 16 };

  it('loses the calls of its pods, until entries are old enough to go', () => {
    const run = new SegmentRun({ pods: 200, nodes: 40, limits: small });
    for (let pod = 1; pod <= 30; pod++) run.call(0, pod, pod);
    run.wait(0.1 * S);
    expect(run.reached.length).toBe(16);
    expect(run.nothing.length).toBe(14);
    expect(run.segments.figures()).toMatchObject({ entriesPeak: 16, overflows: 14 });
    // An answer is trusted for 45 s at most; what is stale then and 5 s old makes room.
    run.wait(60 * S);
    run.call(0, 31, 31);
    run.wait(0.1 * S);
    expect(run.reached).toContain(31);
  });

  it('does not answer who asks for its pods', () => {
    const run = new SegmentRun({ pods: 200, nodes: 40, limits: small });
    for (let pod = 1; pod <= 20; pod++) run.call(0, pod, pod);
    run.wait(0.1 * S);
    run.call(50, 40, 99);
    run.wait(5 * S);
    // Pod 40 stands on the node of pod 0.
    expect(run.unanswered).toEqual([99]);
  });

  it('has room again when one of its pods is gone', () => {
    const run = new SegmentRun({ pods: 200, nodes: 40, limits: small });
    for (let pod = 1; pod <= 16; pod++) run.call(0, pod, pod);
    run.wait(0.1 * S);
    run.segments.podGone(0, true);
    run.call(40, 1, 99);
    run.wait(0.1 * S);
    expect(run.reached).toContain(99);
  });
});

/** Calls a dead pod every half second; when its kernel gives up the entry, and what calls before and after are told. */
function afterDeath(baseReachableMs: number): { keptNs: number; nothing: number; unanswered: number } {
  const run = new SegmentRun({ times: { baseReachableMs } });
  run.call(0, 1, 1);
  run.wait(S);
  run.segments.podGone(1, false);
  for (let i = 0; i < 240; i++) {
    run.call(0, 1, 10 + i);
    run.wait(0.5 * S);
  }
  const keptNs = run.segments.figures().droppedAfterNs!;
  return { keptNs, nothing: run.nothing.length, unanswered: run.unanswered.length };
}

describe('a neighbour that dies', () => {
  it('is called until its entry is stale, was in use for 5 s and did not answer three requests', () => {
    const { keptNs, nothing, unanswered } = afterDeath(30_000);
    // Trusted for 15 to 45 s, of which one had passed; then the next call, 5 s and three times 1 s.
    expect(keptNs).toBeGreaterThan((14 + 8) * S);
    expect(keptNs).toBeLessThan((44 + 8 + 1) * S);
    // Until then packets go into the void; afterwards each call asks everybody for 3 s and is told that nobody is there.
    expect(nothing).toBeGreaterThanOrEqual(Math.floor(keptNs / (0.5 * S)) - 1);
    expect(unanswered).toBeGreaterThan(100);
  });

  it('is noticed later where answers are trusted longer', () => {
    const kept = [12_000, 20_000, 30_000, 60_000].map((ms) => afterDeath(ms).keptNs);
    for (let i = 1; i < kept.length; i++) expect(kept[i]!).toBeGreaterThan(kept[i - 1]!);
  });

  it('is noticed sooner by who had not used it for a while: only the delay and the probes are left', () => {
    const run = new SegmentRun();
    run.call(0, 1, 1);
    run.wait(50 * S);
    run.segments.podGone(1, false);
    run.call(0, 1, 2);
    run.wait(20 * S);
    expect(run.segments.figures().droppedAfterNs).toBeGreaterThan(7.9 * S);
    expect(run.segments.figures().droppedAfterNs).toBeLessThan(8.1 * S);
  });
});
