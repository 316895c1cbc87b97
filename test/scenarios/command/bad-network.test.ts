/**
 * Networks that somebody got wrong, one row each: told by `check` with file, line and hint, warned of, or simulated as the real
 * thing takes it. What no scenario can write is shown to the model itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cabled, type Joint, type Router, SHORT_TIMERS } from '../../../models/network/bgp/designs.ts';
import type { BgpMessage } from '../../../models/network/bgp/message.ts';
import { BgpNetwork } from '../../../models/network/bgp/network.ts';
import { loopProblem, loopsOf } from '../../../models/network/layer2/loops.ts';
import { decodeBgp, encodeBgp } from '../../../models/network/wire/bgp.ts';
import { verb as check } from '../../../scenarios/command/check.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { fabricSchema } from '../../../scenarios/document/fabric-schema.ts';
import { routingSchema } from '../../../scenarios/document/routing-schema.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { planOfText, runAll } from '../compile/small-worlds.ts';
import { recordedIo } from './recorded-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-network-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scenario = (...more: readonly string[]): string => `wavetank: 1
title: Bad networks
question: What is told?
replications: 2
duration: 4s
cluster:
  nodes: [{ count: 4, name: node, cpu: 8, memory: 16Gi }]
  pods: [{ count: 8, name: app, cpu: 1, memory: 1Gi, replicas: 2 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 40Gbps }
traffic: { talkers: [{ name: ask, rate: 50, size: { constant: 64KiB }, measures: latency }] }
vary: { scheme: [calico-bgp, flannel-vxlan] }
${more.join('\n')}
`;

async function checked(text: string) {
  const file = join(folder, 'bad.yaml');
  writeFileSync(file, text);
  const io = recordedIo();
  const status = await invoke(['check', file], io, [{ name: 'check', summary: '', load: async () => check }]);
  return { status, err: io.said.err };
}

const ROOM = 'environment: machine-room-bgp';
const small = (mtu: number): string[] => [
  'environments:',
  '  tiny:',
  `    { use: machine-room-bgp, underlayMtu: ${mtu} }`,
  'environment: tiny',
];

describe('told with file, line and hint', () => {
  it.each<[mistake: string, lines: readonly string[], line: number, words: readonly string[]]>([
    ['an MTU of the network below 576', small(500), 14, ['underlayMtu', '576']],
    ['an MTU of pods below 576', [ROOM, 'mtu: { pods: 300 }'], 13, ['mtu.pods', '576']],
    ['an MTU of the tunnel below 576', [ROOM, 'mtu: { tunnel: 575 }'], 13, ['mtu.tunnel', '576']],
    ['an MTU of links below 576', [ROOM, 'mtu: { fabric: 68 }'], 13, ['mtu.fabric', '576']],
    ['a hold time of 1 s', [ROOM, 'routing: { hold: 1s }'], 13, ['routing.hold', 'at least 3s', 'BFD']],
    ['a hold time of 2 s', [ROOM, 'routing: { hold: 2s }'], 13, ['routing.hold', 'at least 3s', 'RFC 4271']],
    ['a hold time that OPEN cannot say', [ROOM, 'routing: { hold: 1500ms }'], 13, ['routing.hold', 'whole seconds']],
    [
      'links, which a fabric of racks and spines has by itself',
      [ROOM, 'links: [{ a: leaf-0, b: leaf-1 }]'],
      13,
      ['links'],
    ],
    ['an AS number, which routers have by their place', [ROOM, 'routing: { asn: 0 }'], 13, ['asn']],
    ['a router id', [ROOM, 'routing: { routerId: 1.1.1.1 }'], 13, ['routerId']],
    ['a session of its own', [ROOM, 'routing: { sessions: [[leaf-0, leaf-0]] }'], 13, ['sessions']],
  ])('%s', async (_, lines, line, words) => {
    const { status, err } = await checked(scenario(...lines));
    expect(status).toBe(2);
    expect(err).toMatch(new RegExp(`bad\\.yaml:${line}:\\d+ `));
    for (const word of words) expect(err).toContain(word);
    expect(err).toMatch(/expected .*, got |Known here: |Move it: /);
  });
});

describe('allowed, and warned of', () => {
  it.each<[mistake: string, lines: readonly string[], words: string]>([
    ['a wrap that leaves pods less than 576', small(600), 'flannel-vxlan: An MTU of 550 is below 576'],
    [
      'a black hole',
      [ROOM, 'mtu: { pods: 1500, messages: drop }'],
      'flannel-vxlan: Packets of 1451 bytes and more never arrive within a rack, and nobody tells their senders.',
    ],
    [
      'a tunnel that is cut',
      [ROOM, 'mtu: { pods: 1500, tunnel: 1500 }'],
      'flannel-vxlan: Packets longer than 1450 bytes are cut in the tunnel between racks.',
    ],
  ])('%s', async (_, lines, words) => {
    const { status, err } = await checked(scenario(...lines));
    expect([status, err]).toEqual([0, expect.stringContaining(words)]);
  });

  it('nothing is said of a network that fits', async () => {
    expect(await checked(scenario(ROOM))).toEqual({ status: 0, err: '' });
  });
});

describe('simulated as it is', () => {
  it('a partitioned fabric: flows between racks stand still, those within one do not', () => {
    const cut = 'faults: [{ at: 1s, link: { rack: 0, spine: 0 } }, { at: 1s, link: { rack: 0, spine: 1 } }]';
    const run = (faults: string) => runAll(planOfText(scenario(ROOM, faults)), 'cut/0').get('calico-bgp')!.metrics;
    const [whole, parted] = [run('faults: []'), run(cut)];
    expect(whole['flowsUnfinished']).toBe(0);
    expect(parted['flowsStalled']).toBeGreaterThan(10);
    expect(parted['flowsUnfinished']).toBeGreaterThan(10);
    expect(parted['latencyP50']).toBeLessThan(1e6);
  });
});

describe('what no scenario can write, the models take as the real thing does', () => {
  it('the document has no place for links, AS numbers, router ids and sessions', () => {
    const keys = (schema: { readonly shape: object }): string[] => Object.keys(schema.shape);
    expect(
      [...keys(fabricSchema), ...keys(routingSchema)].filter((key) => /link(s|$)|asn|id$|session/i.test(key)),
    ).toEqual(['hostLink', 'uplink']);
  });

  it('links in a circle are found, in a sentence that says what to do', () => {
    const ends = { vlansA: { trunk: 'all' }, vlansB: { trunk: 'all' } } as const;
    const circle = [
      { a: 0, b: 1, ...ends },
      { a: 1, b: 2, ...ends },
      { a: 2, b: 0, ...ends },
    ];
    const [loop] = loopsOf(circle);
    expect(loopProblem(loop!, (bridge) => `bridge-${bridge}`)).toMatch(/in a circle .*bridge-0.* remove one of them/);
    expect(loopsOf(circle.slice(1))).toEqual([]);
  });

  /** Two routers that try for a minute: messages that were sent, and whether they came to terms. */
  function meeting(a: Partial<Router>, b: Partial<Router>, joint: Partial<Joint> = {}) {
    const routers: Router[] = [
      { name: 'a', asn: 65_001, ...a },
      { name: 'b', asn: 65_002, ...b },
    ];
    const sim = new Simulation();
    const notified: string[] = [];
    let opens = 0;
    const network = new BgpNetwork(
      { sim, streams: new StreamSource('1') },
      cabled(routers, [{ a: 0, b: 1, ...joint }]),
      {
        message: (_: number, message: BgpMessage) => {
          if (message.kind === 'open') opens++;
          if (message.kind === 'notification') notified.push(`${message.code}/${message.subcode}`);
        },
      },
    );
    network.start(0);
    network.start(1);
    sim.run(60 * NS_PER_SECOND);
    return { opens, notified: new Set(notified), established: network.established(network.ends.endOf(0, 1)) };
  }
  const timers = (holdSeconds: number) => ({ timers: { ...SHORT_TIMERS, holdSeconds } });

  it('two routers that differ in nothing wrong come to terms', () => {
    expect(meeting({}, {})).toMatchObject({ established: true });
  });

  it.each([
    [
      'one router id in one AS',
      meeting({ asn: 65_001, settings: { routerId: 7 } }, { asn: 65_001, settings: { routerId: 7 } }),
      '2/3',
    ],
    ['a router id of 0', meeting({}, { settings: { routerId: 0 } }), '2/3'],
    ['a hold time of 1 s', meeting({}, {}, { ofB: timers(1) }), '2/6'],
    ['a hold time of 2 s', meeting({}, {}, { ofB: timers(2) }), '2/6'],
    ['another AS than was expected', meeting({}, {}, { ofA: { remoteAsn: 65_003 } }), '2/2'],
  ])('%s is refused by NOTIFICATION, again and again', (_, { established, notified, opens }, code) => {
    expect(established).toBe(false);
    expect([...notified]).toContain(code);
    expect(opens).toBeGreaterThan(4);
  });

  it('one router id in two ASes is no fault (RFC 6286)', () => {
    expect(meeting({ settings: { routerId: 7 } }, { settings: { routerId: 7 } }).established).toBe(true);
  });

  it('a hold time of 0 and of 3 s are accepted', () => {
    expect(meeting({}, {}, { ofB: timers(0) }).established).toBe(true);
    expect(meeting({}, {}, { ofB: timers(3) }).established).toBe(true);
  });

  it('a session to oneself never comes up, and disturbs nobody', () => {
    const base = cabled(
      [
        { name: 'a', asn: 65_001 },
        { name: 'b', asn: 65_002 },
      ],
      [{ a: 0, b: 1 }],
    );
    const [first, ...others] = base.speakers;
    const neighbor = first!.neighbors[0]!;
    const itself = { ...neighbor, address: neighbor.localAddress, remoteAsn: 65_001 };
    const speakers = [{ ...first!, neighbors: [...first!.neighbors, itself] }, ...others];
    const sim = new Simulation();
    const network = new BgpNetwork({ sim, streams: new StreamSource('1') }, { ...base, speakers });
    network.start(0);
    network.start(1);
    sim.run(60 * NS_PER_SECOND);
    expect([0, 1].map((end) => network.established(end))).toEqual([true, false]);
  });

  it('AS 0 stands in no OPEN, and in no recorded case', () => {
    const open = { type: 'open', asn: 1, holdSeconds: 9, routerId: 1, capabilities: [] } as const;
    const bytes = encodeBgp(open);
    bytes.set([0, 0], 20);
    expect(() => decodeBgp(bytes)).toThrow('AS number');
    const node = { asn: 0, rid: '1.1.1.1', role: 'x', networks: [], neighbors: [] };
    const topology = {
      nodes: { a: node },
      links: [],
      sessions: [],
      timers: { keepalive: 3, hold: 9, connect: 5, mrai: null },
    };
    const json = { case: 'as-0', family: 'rib-clos', topology, initial: { state: { rib: {}, fib: {} } } };
    const { problems, suites } = validateCases([{ path: 'as-0.json', json }]);
    expect(suites).toEqual([]);
    expect(problems[0]!.message).toMatch(/"asn" must be .*1/);
  });
});
