import { describe, expect, it } from 'vitest';
import { NOWHERE } from '../../../models/cluster/residents.ts';
import { type PathShape, uniformPaths } from '../../../models/schemes/scheme.ts';
import { ATTEMPTS_MAX, CONNECT_TIMEOUT_NS } from '../../../models/traffic/patience.ts';
import type { TalkerPlan } from '../../../models/traffic/talkers.ts';
import { FLOW_STATE } from '../../../models/world/catalog.ts';
import { marksOf } from '../world/small-world.ts';
import { arrivalTimes, dealtPod, dealtTo, REQUESTS, smallCloud } from './small-cloud.ts';

const [FIRST_NS] = arrivalTimes(REQUESTS, 1) as [number];
/** 14,480 bytes in ten packets are 15,380 bytes on a wire of 125 MB/s. */
const TRANSFER_NS = 123_040;
/** Four cables and three switches, there and back. */
const WAY_NS = 2 * (4 * 500 + 3 * 1000);
/** The last packet, 1,538 bytes, is forwarded on three of its four links: twice at 4 Gbit/s and once at 1 Gbit/s. */
const FORWARD_NS = 2 * 3_076 + 12_304;
/** A bare answer, 52 bytes of headers in 38 of framing, crosses all four: twice at 1 Gbit/s and twice at 4 Gbit/s. */
const BACK_NS = 2 * 720 + 2 * 180;
/** Kernels 15,150 ns. */
const ACROSS_NS = 15_150 + WAY_NS + FORWARD_NS + BACK_NS;
const LATENCY_NS = TRANSFER_NS + ACROSS_NS;
/** A refusal: kernels, two cables and a switch both ways, 64 bytes at 1 Gbit/s once there and twice back. */
const REFUSAL_NS = 15_150 + 2 * (2 * 500 + 1000) + 512 + 2 * 512;

/** Only the first arrival. */
function runOne(cloud: ReturnType<typeof smallCloud>) {
  cloud.talkers.begin(0, FIRST_NS + 1);
  cloud.sim.run();
  return cloud.metrics();
}

describe('one request', () => {
  it('takes the transfer over its slowest link and one round trip', () => {
    const metrics = runOne(smallCloud());
    expect(metrics['latencyP50']).toBeCloseTo(LATENCY_NS, -1);
    expect(metrics).toMatchObject({ flows: 1, flowsUnfinished: 0, hops: 4, crossRackShare: 1, flowsFailed: 0 });
    // routed, 1,448 bytes a unit: 1.128 + 0.76 x (0.83 x 8,994 - 5,282) / 1,448 ns a byte.
    expect(metrics['cpuPerGigabyte']).toBeCloseTo(1.128 + (0.76 * (0.83 * 8_994 - 5_282)) / 1_448, 6);
  });

  it('stays off the wire between pods of one node', () => {
    const metrics = runOne(smallCloud({ placement: [2, 2, 2] }));
    // One core moves 1.5 x 1.94 Gbit/s on one node.
    expect(metrics['latencyP50']).toBeCloseTo((14_480 * 8) / 2.91 + 13_900, -1);
    expect(metrics).toMatchObject({ hops: 0, crossRackShare: 0 });
  });

  it('waits for packets to be worked off when processors are few', () => {
    // Each end pays half of the cost of a byte.
    const metrics = runOne(smallCloud({ processorNsPerSec: 1e6 }));
    const nsPerByte = 1.128 + (0.76 * (0.83 * 8_994 - 5_282)) / 1_448;
    expect(metrics['latencyP50']! / (14_480 * (nsPerByte / 2) * 1e3 + ACROSS_NS)).toBeCloseTo(1, 6);
  });

  it('goes no faster than its application offers', () => {
    const paced = { ...REQUESTS, paceBytesPerSec: 14_480 };
    expect(runOne(smallCloud({ plans: [paced] }))['latencyP50']).toBeCloseTo(1e9 + ACROSS_NS, -1);
  });

  it('is recorded from its birth to its end', async () => {
    const cloud = smallCloud({ offer: [1] });
    runOne(cloud);
    const trace = await cloud.world.reopen();
    const flows = (await trace.stateAt(trace.endNs)).table('flows');
    expect([flows.count, flows.name(0), flows.alive[0]]).toEqual([1, 'rpc-0', 0]);
    const cells = Object.fromEntries((await trace.changes('flows', 0)).map(({ column, value }) => [column, value]));
    expect(trace.text(cells['talker']!)).toBe('rpc');
    expect(cells).toMatchObject({ source: 0, destination: 1, bytes: 14_480, hops: 4, state: FLOW_STATE.done });
  });
});

describe('a scheme that wraps only across subnets', () => {
  const paths = {
    ...uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
    acrossSubnets: { dataPath: 'vxlan-routed', encapsulationBytes: 50, tagBytes: 0 },
  } as const;
  const at = (placement: readonly number[], subnets: 'one' | 'per-rack', podMtu = 1450) =>
    runOne(smallCloud({ paths, subnets, placement, podMtu }))['latencyP50']!;
  const uniform = (placement: readonly number[], shape: PathShape, podMtu = 1450) =>
    runOne(smallCloud({ paths: uniformPaths('same-node-routed', shape), placement, podMtu }))['latencyP50']!;

  it('sends plain packets in the rack and wrapped ones across, in the MTU of its tunnel', () => {
    expect(at([0, 1, 1], 'per-rack')).toBe(uniform([0, 1, 1], paths.sameSubnet));
    expect(at([0, 2, 2], 'per-rack')).toBe(uniform([0, 2, 2], paths.acrossSubnets));
    expect(at([0, 2, 2], 'one')).toBe(uniform([0, 2, 2], paths.sameSubnet));
    expect(at([0, 2, 2], 'per-rack')).toBeGreaterThan(at([0, 2, 2], 'one'));
  });
});

describe('a long request in jumbo frames', () => {
  it('saves headers, and is slower where wires are slow: switches store a larger packet', () => {
    const plans = [{ ...REQUESTS, size: { kind: 'constant', value: 65_536 } as const }];
    const latency = (podMtu: number): number => runOne(smallCloud({ plans, podMtu }))['latencyP50']!;
    // 65,536 bytes in 46 packets of at most 1,448 bytes, or in eight of 8,949, with 90 bytes around each, at 125 MB/s.
    const small = (65_536 + 46 * 90) * 8 + ACROSS_NS;
    const jumboForwardNs = (9_001 + 38) * (8 + 2 * 2);
    const jumbo = (65_536 + 8 * 90) * 8 + 15_150 + WAY_NS + jumboForwardNs + BACK_NS;
    expect(latency(1500)).toBeCloseTo(small, -1);
    expect(latency(9001)).toBeCloseTo(jumbo, -1);
    // At 25 Gbit/s and above a core is the limit, and it has fewer packets to work off.
    const fast = { hostLinkBitsPerSec: 25e9, uplinkBitsPerSec: 40e9 };
    const [plain, large] = [1500, 9001].map((mtu) => runOne(smallCloud({ plans, podMtu: mtu, setting: fast })));
    expect(large!['latencyP50']).toBeLessThan(plain!['latencyP50']!);
  });
});

describe('a callee whose node is not known', () => {
  const placement = dealtTo(2, 3);
  const knownAfter = (ns: number, node = 0) =>
    runOne(smallCloud({ placement, knowsWay: (at, _, nowNs) => at !== node || nowNs >= FIRST_NS + ns }));

  it('is asked again after one second, and answers if it is known by then', () => {
    const metrics = knownAfter(1e9);
    expect(metrics['latencyP50']).toBeCloseTo(1e9 + LATENCY_NS, -1);
    expect(metrics).toMatchObject({ flowsRetried: 0, connectionsHeldUp: 1, connectionsUntold: 0 });
    expect(knownAfter(0)['connectionsHeldUp']).toBeUndefined();
  });

  it('must know the way back as well', () => {
    expect(knownAfter(1e9, 2)['latencyP50']).toBeCloseTo(1e9 + LATENCY_NS, -1);
    expect(knownAfter(1e9, 3)['latencyP50']).toBeCloseTo(LATENCY_NS, -1);
  });

  it('is given up at the timeout: no packet leaves between the first second and the third', () => {
    const metrics = knownAfter(1e9 + 1);
    expect(metrics['latencyP50']).toBeCloseTo(CONNECT_TIMEOUT_NS + LATENCY_NS, -1);
    expect(metrics).toMatchObject({ connectionsHeldUp: 1, connectionsUntold: 1, flowsFailed: 0 });
  });

  it('fails the call when no replica is ever known', () => {
    const metrics = knownAfter(Infinity);
    expect(metrics).toMatchObject({ flowsFailed: 1, connectionsHeldUp: 3, connectionsUntold: 3 });
    expect(metrics['latencyP50']).toBe(ATTEMPTS_MAX * CONNECT_TIMEOUT_NS);
  });

  it('is no matter on the same node', () => {
    const metrics = runOne(smallCloud({ placement: [2, 2, 2], knowsWay: () => false }));
    expect(metrics).toMatchObject({ flowsFailed: 0 });
  });
});

describe('a dead callee', () => {
  const placement = dealtTo(2, 3);

  it('is waited for, and then another replica is called', () => {
    const cloud = smallCloud({ placement });
    cloud.die(2);
    const metrics = runOne(cloud);
    expect(metrics['latencyP50']).toBeCloseTo(CONNECT_TIMEOUT_NS + LATENCY_NS, -1);
    expect(metrics).toMatchObject({ flows: 1, flowsRetried: 1, flowsRefused: 0, deadPodWait: CONNECT_TIMEOUT_NS });
    expect(metrics).toMatchObject({ flowsFailed: 0, flowsUnfinished: 0 });
  });

  it('is no matter to callers who were dealt another replica', () => {
    const cloud = smallCloud({ placement });
    cloud.die(3);
    const metrics = runOne(cloud);
    expect(metrics['latencyP50']).toBeCloseTo(LATENCY_NS, -1);
    expect(metrics).toMatchObject({ flowsRetried: 0, deadPodWait: 0 });
  });

  it('is not met any more once it is off the offer', () => {
    const cloud = smallCloud({ placement });
    cloud.die(2);
    cloud.endpoints.remove(1, dealtPod());
    expect(runOne(cloud)['latencyP50']).toBeCloseTo(LATENCY_NS, -1);
    expect(cloud.metrics()).toMatchObject({ flowsRetried: 0, deadPodWait: 0 });
  });

  it('is refused at once from the withdrawal of its routes on', () => {
    const asked: number[] = [];
    const cloud = smallCloud({ placement, refusedFromNs: (node) => asked.push(node) && FIRST_NS });
    cloud.die(2);
    const metrics = runOne(cloud);
    expect(metrics['latencyP50']).toBeCloseTo(REFUSAL_NS + LATENCY_NS, -1);
    expect(metrics).toMatchObject({ flowsRetried: 1, flowsRefused: 1, deadPodWait: REFUSAL_NS });
    expect(asked).toEqual([2]);
    const early = smallCloud({ placement, refusedFromNs: () => FIRST_NS + 1 });
    early.die(2);
    expect(runOne(early)['latencyP50']).toBeGreaterThan(CONNECT_TIMEOUT_NS);
  });

  it('fails the call after three attempts, with all its bytes, and the request ranks as unanswered', async () => {
    const cloud = smallCloud({ placement });
    cloud.die(2);
    cloud.die(3);
    const metrics = runOne(cloud);
    expect(metrics).toMatchObject({ flows: 1, flowsRetried: ATTEMPTS_MAX, flowsFailed: 1, bytesLost: 14_480 });
    expect(metrics['latencyP50']).toBe(ATTEMPTS_MAX * CONNECT_TIMEOUT_NS);
    expect(cloud.sim.nowNs).toBe(FIRST_NS + ATTEMPTS_MAX * CONNECT_TIMEOUT_NS);
    const marks = await marksOf(await cloud.world.reopen());
    expect(marks.map(([name, , [about]]) => [name, about])).toEqual([
      // The replica that was dealt, the next one, and round again.
      ...[2, 3, 2].map((node) => ['flow-retried', node]),
      ['flow-failed', 14_480],
    ]);
  });

  it('fails the call as soon as nobody is on offer', () => {
    const cloud = smallCloud({ placement });
    cloud.die(2);
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.sim.run(FIRST_NS);
    for (const pod of [1, 2]) cloud.endpoints.remove(1, pod);
    cloud.sim.run();
    expect(cloud.metrics()).toMatchObject({ flowsFailed: 1, flowsRetried: 1, flowsUnfinished: 0 });
  });

  it('answers again once it runs on another node', () => {
    const cloud = smallCloud({ placement });
    const pod = dealtPod();
    cloud.die(2);
    cloud.residents.bury(pod);
    cloud.residents.bearPod(pod);
    cloud.residents.settle(pod, 1);
    cloud.talkers.podRuns(pod);
    expect(runOne(cloud)).toMatchObject({ flowsRetried: 0, hops: 2 });
  });
});

describe('a caller that dies while it waits', () => {
  function orphaned() {
    const cloud = smallCloud({ placement: dealtTo(2, 3) });
    cloud.die(2);
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.runTo(FIRST_NS + 1_000_000_000);
    cloud.die(0);
    return cloud;
  }

  it('takes its call along at once', () => {
    const cloud = orphaned();
    expect(cloud.talkers.measurement.failed).toBe(1);
    expect(cloud.metrics()).toMatchObject({ flowsFailed: 1, flowsRetried: 1, bytesLost: 14_480, flowsUnfinished: 0 });
    expect(cloud.metrics()['latencyP50']).toBe(1_000_000_000);
  });

  it('does not go on with it when it runs again on another node before the wait is over', () => {
    const cloud = orphaned();
    cloud.residents.bury(0);
    cloud.residents.bearPod(0);
    cloud.residents.settle(0, 1);
    cloud.talkers.podRuns(0);
    cloud.sim.run();
    expect(cloud.metrics()).toMatchObject({ flows: 1, flowsFailed: 1, flowsRetried: 1, bytesLost: 14_480 });
    expect(cloud.metrics()['hops']).toBeUndefined();
  });
});

describe('calls that are none', () => {
  it('counts calls to services without a replica apart', () => {
    expect(runOne(smallCloud({ offer: [] }))).toMatchObject({ flows: 0, flowsUnserved: 1, flowsFailed: 0 });
  });

  it('counts callers that do not run apart', () => {
    const metrics = runOne(smallCloud({ placement: [NOWHERE, 2, 3] }));
    expect(metrics).toMatchObject({ flows: 0, flowsUnserved: 0, callersAbsent: 1 });
  });
});

/** One flow of 125 MB, which takes above a second. */
const BULK: TalkerPlan = {
  name: 'rpc',
  ratePerSec: 1,
  size: { kind: 'constant', value: 125e6 },
  measures: 'throughput',
};

/** Of a wire's bytes, 1,448 in 1,538 are payload. */
const PAYLOAD_BITS_PER_SEC = 1e9 * (1448 / 1538);

describe('a node that dies under a flow', () => {
  it('fails it, counts what was not delivered as lost and the rest as carried', () => {
    const cloud = smallCloud({ plans: [BULK], offer: [1] });
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.sim.run(FIRST_NS + 500_000_000);
    cloud.die(2);
    cloud.sim.run();
    const metrics = cloud.metrics();
    // Half a second at 125 MB/s on the wire.
    expect(metrics['bytesLost']! / (125e6 - 62.5e6 * (1448 / 1538))).toBeCloseTo(1, 6);
    expect(metrics).toMatchObject({ flowsFailed: 1, flowsUnfinished: 0 });
    expect(metrics['goodput']! / PAYLOAD_BITS_PER_SEC).toBeCloseTo(1, 6);
  });
});

describe('the end of a run', () => {
  function cutAfter(ns: number, measures: TalkerPlan['measures'], more: Parameters<typeof smallCloud>[0] = {}) {
    const cloud = smallCloud({ plans: [{ ...BULK, measures }], offer: [1], ...more });
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.runTo(FIRST_NS + ns);
    return cloud.metrics();
  }

  it('counts a flow as far as it came', () => {
    const metrics = cutAfter(250_000_000, 'throughput');
    expect(metrics).toMatchObject({ flows: 1, flowsUnfinished: 1, flowsFailed: 0, bytesLost: 0 });
    expect(metrics['goodput']! / PAYLOAD_BITS_PER_SEC).toBeCloseTo(1, 6);
  });

  it('does not forget that a flow stood still', () => {
    const cloud = smallCloud({ plans: [BULK], offer: [1] });
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.runTo(FIRST_NS + 100_000_000);
    for (const spine of [0, 1]) cloud.fabric.setCarries(cloud.fabric.uplink(0, spine), false, cloud.sim.nowNs);
    cloud.talkers.settlement.changed();
    cloud.runTo(FIRST_NS + 400_000_000);
    // A quarter of the time moving, three quarters standing still.
    expect(cloud.metrics()['goodput']! / PAYLOAD_BITS_PER_SEC).toBeCloseTo(0.25, 6);
  });

  it('ranks a request without an answer by its time so far', () => {
    const metrics = cutAfter(250_000_000, 'latency');
    expect(metrics).toMatchObject({ flowsUnfinished: 1, latencyP50: 250_000_000, latencyP99: 250_000_000 });
  });

  it('counts a caller that still waits for a dead pod', () => {
    const cloud = smallCloud({ placement: dealtTo(2, 3) });
    cloud.die(2);
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.runTo(FIRST_NS + 700_000_000);
    expect(cloud.metrics()).toMatchObject({ flowsUnfinished: 1, flowsFailed: 0, latencyP50: 700_000_000 });
  });

  it('leaves flows inside a node out of throughput', () => {
    const metrics = cutAfter(250_000_000, 'throughput', { placement: [2, 2, 2] });
    expect(metrics['flowsUnfinished']).toBe(1);
    expect(metrics['goodput']).toBeUndefined();
  });
});

describe('a link that breaks under a flow', () => {
  function broken() {
    const cloud = smallCloud({ plans: [BULK], offer: [1] });
    cloud.talkers.begin(0, FIRST_NS + 1);
    cloud.sim.run(FIRST_NS + 100_000_000);
    const spine = cloud.transport.flowsOver(cloud.fabric.uplink(0, 0)).length === 1 ? 0 : 1;
    const turn = (carries: boolean): void => {
      cloud.fabric.setCarries(cloud.fabric.uplink(0, spine), carries, cloud.sim.nowNs);
      cloud.talkers.linkChanged(cloud.fabric.uplink(0, spine));
    };
    turn(false);
    return { ...cloud, spine, turn };
  }

  it('holds it until the leaf has heard, and it then takes the other spine', () => {
    const { sim, fabric, talkers, metrics, spine, runTo } = broken();
    runTo(FIRST_NS + 350_000_000);
    fabric.setRoute(0, 1, [1 - spine]);
    expect(talkers.respread()).toBe(1);
    sim.run();
    expect(metrics()).toMatchObject({ flowsStalled: 1, rerouteTime: 250_000_000, flowsFailed: 0, flowsUnfinished: 0 });
  });

  it('lets it go on after a repair', () => {
    const { sim, turn, metrics, runTo } = broken();
    runTo(FIRST_NS + 200_000_000);
    turn(true);
    sim.run();
    expect(metrics()).toMatchObject({ flowsStalled: 1, rerouteTime: 100_000_000, flowsUnfinished: 0 });
    const gbps = metrics()['goodput']! / 1e9;
    expect(gbps).toBeCloseTo(1 / (1538 / 1448 + 0.1), 3);
  });

  it('counts the stand-still up to the end of the run', () => {
    const { metrics, runTo } = broken();
    runTo(FIRST_NS + 400_000_000);
    expect(metrics()).toMatchObject({ flowsStalled: 1, rerouteTime: 300_000_000, flowsUnfinished: 1 });
  });
});

describe('what bounds a flow', () => {
  it.each([
    ['boundByHostLink', {}],
    ['boundByUplink', { setting: { uplinkBitsPerSec: 5e8 } }],
    ['boundByCore', { setting: { hostLinkBitsPerSec: 1e11, uplinkBitsPerSec: 1e11 } }],
    ['boundByProcessors', { processorNsPerSec: 1e6 }],
    ['boundByPace', { plans: [{ ...BULK, paceBytesPerSec: 1000 }] }],
    [
      'boundByCore',
      { plans: [{ ...BULK, paceBytesPerSec: 1e12 }], setting: { hostLinkBitsPerSec: 1e11, uplinkBitsPerSec: 1e11 } },
    ],
  ])('%s', (metric, options) => {
    const { sim, talkers, metrics } = smallCloud({ plans: [BULK], ...options });
    talkers.begin(0, FIRST_NS + 1);
    sim.run(FIRST_NS + 1000);
    talkers.sampleLimits();
    const found = Object.entries(metrics()).filter(([key, value]) => key.startsWith('boundBy') && value > 0);
    expect(found).toEqual([[metric, 1]]);
  });

  it('is not asked of flows that stand still', () => {
    const { sim, fabric, talkers, metrics } = smallCloud({ plans: [BULK] });
    talkers.begin(0, FIRST_NS + 1);
    for (const spine of [0, 1]) fabric.setCarries(fabric.uplink(0, spine), false, 0);
    talkers.settlement.changed();
    sim.run(FIRST_NS + 1000);
    talkers.sampleLimits();
    expect(metrics()).toMatchObject({ flowsStalled: 1 });
    expect(metrics()['boundByUplink']).toBeUndefined();
  });
});
