/** What arrives through a tunnel, in how many packets, and where the rest is dropped. */
import { describe, expect, it } from 'vitest';
import {
  ENCAPSULATIONS,
  headersOf,
  overheadBytesOf,
  wrappedBytes,
} from '../../../../models/network/overlay/encapsulation.ts';
import { pathProblems, pathWarnings } from '../../../../models/network/overlay/path-settings.ts';
import { PathRun, ROUTER, S, VXLAN } from './path-fixture.ts';

describe('headers', () => {
  it.each([
    ['none', 0],
    ['vxlan', 50],
    ['geneve', 50],
    ['ipip', 20],
    ['gre', 24],
    ['wireguard', 60],
    ['tun', 28],
  ] as const)('%s takes %d bytes', (encapsulation, bytes) => {
    expect(overheadBytesOf({ encapsulation })).toBe(bytes);
  });

  it('options of Geneve stand before the inner Ethernet', () => {
    const headers = headersOf({ encapsulation: 'geneve', optionBytes: 8 });
    expect(headers.map(([name]) => name)).toEqual(['outer IPv4', 'UDP', 'Geneve', 'Geneve options', 'inner Ethernet']);
    expect(overheadBytesOf({ encapsulation: 'geneve', optionBytes: 8 })).toBe(58);
  });

  it('WireGuard pads to 16 bytes, but not beyond its own MTU', () => {
    expect(
      [1, 16, 17, 1431, 1440].map((bytes) => wrappedBytes({ encapsulation: 'wireguard' }, bytes, 1440) - 60),
    ).toEqual([16, 16, 32, 1440, 1440]);
    expect(wrappedBytes({ encapsulation: 'wireguard' }, 1419, 1420)).toBe(1420 + 60);
  });
});

describe('a container whose MTU fits', () => {
  it.each(ENCAPSULATIONS)('%s: every packet goes whole and arrives', (encapsulation) => {
    const tunnel = { encapsulation };
    const run = new PathRun({ tunnel, podMtu: 1500 - overheadBytesOf(tunnel) });
    const { delivered, segmentsSentAgain } = run.tcp(1e6, 10);
    expect({ delivered, segmentsSentAgain, drops: run.drops() }).toEqual({
      delivered: 1e6,
      segmentsSentAgain: 0,
      drops: [],
    });
    expect(run.path.counts).toMatchObject({ underlayFragments: 0, innerFragments: 0, messages: 0 });
  });
});

describe('a container whose MTU is the underlay’s', () => {
  const big = { podMtu: 1500 };

  it('routed: the node tells, and the sender takes the size that it is told', () => {
    const run = new PathRun(big);
    const { delivered, payloadBytes, segmentsSentAgain } = run.tcp(1e6, 10);
    expect({ delivered, payloadBytes }).toEqual({ delivered: 1e6, payloadBytes: 1450 - 52 });
    expect(segmentsSentAgain).toBeGreaterThan(0);
    expect(run.drops()).toEqual(['node: too long and must not be cut, 10']);
    expect(run.path.counts.messages).toBe(10);
  });

  it('routed, but nodes keep silent: nothing large ever arrives', () => {
    const run = new PathRun({ ...big, nodesTell: false });
    const { delivered, gaveUp } = run.tcp(1e6, 1200);
    expect({ delivered, gaveUp }).toEqual({ delivered: 0, gaveUp: true });
    // Small packets pass: the black hole is one for large ones only.
    expect(new PathRun({ ...big, nodesTell: false }).tcp(500, 1).delivered).toBe(500);
  });

  it('bridged: the bridge says nothing either', () => {
    const run = new PathRun({ ...big, attachment: 'bridged' });
    expect(run.tcp(1e6, 60).delivered).toBe(0);
    expect(run.drops()[0]).toContain('node: too long for the bridge port');
  });

  it('a clamped MSS helps TCP, and not UDP', () => {
    const changes = { ...big, attachment: 'bridged' as const, clampMss: 1410 };
    expect(new PathRun(changes).tcp(1e6, 10)).toMatchObject({ delivered: 1e6, segmentsSentAgain: 0 });
    expect(new PathRun(changes).datagrams([1472, 1422])).toMatchObject({ sent: 2, arrived: 1 });
  });

  it('probing gets through the black hole with packets of 1,024 bytes, after some seconds', () => {
    const run = new PathRun({ ...big, nodesTell: false });
    const { delivered, payloadBytes, doneNs } = run.tcp(1e6, 60, { probesMtu: true });
    expect({ delivered, payloadBytes }).toEqual({ delivered: 1e6, payloadBytes: 1024 - 12 });
    // Time-outs at 0.2, 0.6, 1.4, 3.0 and 6.2 s; the last is the first with 3 s of retransmissions behind it.
    expect(doneNs! / S).toBeGreaterThan(6.2);
    expect(doneNs! / S).toBeLessThan(7);
  });
});

describe('a tunnel device that is too large for the underlay', () => {
  const wrong = { podMtu: 1500, deviceMtu: 1500 };

  it('VXLAN is cut in two and put together again: nothing is lost, and twice the packets go', () => {
    const run = new PathRun(wrong);
    const { delivered, segmentsSent, segmentsSentAgain } = run.tcp(1e6, 10);
    expect({ delivered, segmentsSentAgain }).toEqual({ delivered: 1e6, segmentsSentAgain: 0 });
    // All but the last segment are full; acknowledgements are whole.
    expect(run.path.counts.underlayFragments).toBe(2 * (segmentsSent - 1));
  });

  it('a bridged VXLAN port answers in the receiver’s name instead, and nothing is cut', () => {
    const run = new PathRun({ ...wrong, attachment: 'bridged' });
    expect(run.tcp(1e6, 10)).toMatchObject({ delivered: 1e6, payloadBytes: 1450 - 52 });
    expect(run.path.counts.underlayFragments).toBe(0);
    expect(run.path.counts.messages).toBe(10);
  });

  it('and where fragments do not pass, nothing large arrives', () => {
    const run = new PathRun({ ...wrong, fabric: [{ ...ROUTER, passesFragments: false }] });
    expect(run.tcp(1e6, 30).delivered).toBe(0);
    expect(run.drops()[0]).toMatch(/^router: fragment filtered/);
  });

  it('IPIP must not be cut: its end tells the sender', () => {
    const run = new PathRun({ ...wrong, tunnel: { encapsulation: 'ipip' } });
    expect(run.tcp(1e6, 10)).toMatchObject({ delivered: 1e6, payloadBytes: 1480 - 52 });
    expect(run.drops()).toEqual(['node: too long and must not be cut, 10']);
  });
});

describe('a link in the fabric that carries less', () => {
  const narrow = { linkMtus: [1500, 1400] };

  it('VXLAN’s outer packets may be cut, and the router cuts them', () => {
    const run = new PathRun(narrow);
    expect(run.tcp(1e6, 10).delivered).toBe(1e6);
    expect(run.drops()).toEqual([]);
  });

  it('a switch drops them without a word', () => {
    const run = new PathRun({ ...narrow, fabric: [{ name: 'switch', kind: 'switch' }] });
    expect(run.tcp(1e6, 30).delivered).toBe(0);
    expect(run.drops()[0]).toMatch(/^switch: too long for the switch/);
  });

  it('IPIP: the router tells the node, the node tells the container, and both remember for 10 minutes', () => {
    const run = new PathRun({ ...narrow, podMtu: 1480, tunnel: { encapsulation: 'ipip' } });
    const { tcp, delivered, payloadBytes } = run.tcp(1e6, 10);
    expect({ delivered, payloadBytes }).toEqual({ delivered: 1e6, payloadBytes: 1400 - 20 - 52 });
    expect(run.drops().map((each) => each.split(':')[0])).toEqual(['router', 'node']);
    const before = run.path.counts.messages;
    run.wait(300 * S);
    tcp.write(1e5);
    run.wait(S);
    expect(run.path.counts.messages).toBe(before);
    const atRouter = () => run.path.drops().find(({ place }) => place === 'router')!.packets;
    const drops = atRouter();
    run.wait(400 * S);
    tcp.write(1e5);
    run.wait(10 * S);
    expect(run.path.counts.messages).toBeGreaterThan(before);
    // The node had forgotten, too.
    expect(atRouter()).toBeGreaterThan(drops);
    expect(tcp.outcome().delivered).toBe(1.2e6);
  });

  it('IPIP behind a firewall that drops messages is a black hole', () => {
    const far = { linkMtus: [1500, 1500, 1400], podMtu: 1480, tunnel: { encapsulation: 'ipip' as const } };
    const run = new PathRun({ ...far, fabric: [{ ...ROUTER, name: 'firewall', passesMessages: false }, ROUTER] });
    expect(run.tcp(1e6, 30).delivered).toBe(0);
    expect(run.drops().map((each) => each.split(',')[0])).toEqual([
      'router: too long and must not be cut',
      'firewall: message filtered',
    ]);
  });

  it('plain routing: the router tells the container itself', () => {
    const run = new PathRun({ ...narrow, podMtu: 1500, tunnel: { encapsulation: 'none' } });
    expect(run.tcp(1e6, 10)).toMatchObject({ delivered: 1e6, payloadBytes: 1348 });
    expect(run.path.counts.messages).toBe(10);
  });
});

describe('datagrams', () => {
  it('too long for the sender’s own interface are cut there, or refused', () => {
    const run = new PathRun();
    expect(run.datagrams([3000])).toEqual({ sent: 1, arrived: 1, refused: 0 });
    expect(run.path.counts.underlayPackets).toBe(3);
    expect(new PathRun().datagrams([3000], 'do')).toEqual({ sent: 1, arrived: 0, refused: 1 });
  });

  it('the first that is too long for the path is lost, the next are cut by the sender', () => {
    const run = new PathRun({ podMtu: 1500 });
    expect(run.datagrams([1472, 1472, 1472])).toEqual({ sent: 3, arrived: 2, refused: 0 });
    expect(run.path.counts.messages).toBe(1);
  });

  it('that may be cut are cut by the node', () => {
    const run = new PathRun({ podMtu: 1500 });
    expect(run.datagrams([1472], 'dont')).toEqual({ sent: 1, arrived: 1, refused: 0 });
    expect(run.path.counts.innerFragments).toBe(2);
  });
});

describe('offload', () => {
  const whole = {
    segmentation: true,
    tunnelSegmentation: true,
    receive: true,
    udpChecksum: false,
    cardChecksInner: false,
  };

  it('does not change what is on the wire', () => {
    const plain = new PathRun();
    const helped = new PathRun({ offload: whole });
    plain.tcp(1e6, 10);
    helped.tcp(1e6, 10);
    expect(helped.path.counts).toEqual(plain.path.counts);
  });

  it('lets fewer units walk the kernels; a VXLAN receiver needs to know that what is inside is whole', () => {
    const units = (offload: typeof whole) => {
      const { unitsSent, unitsReceived, segmentsSent } = new PathRun({ offload }).tcp(1e6, 10);
      return { sent: unitsSent < segmentsSent, received: unitsReceived < segmentsSent };
    };
    expect(units(whole)).toEqual({ sent: true, received: false });
    expect(units({ ...whole, udpChecksum: true })).toEqual({ sent: true, received: true });
    expect(units({ ...whole, tunnelSegmentation: false, cardChecksInner: true })).toEqual({
      sent: false,
      received: true,
    });
  });
});

describe('settings that cannot be', () => {
  it('are told', () => {
    expect(pathProblems({ ...VXLAN, linkMtus: [1500] })[0]).toContain('1 devices between the nodes need 2 link MTUs');
    expect(pathProblems({ ...VXLAN, linkMtus: [1500, 67] })[0]).toContain('from 68');
    const bridged = { ...VXLAN, attachment: 'bridged' as const, tunnel: { encapsulation: 'ipip' as const } };
    expect(pathProblems(bridged)[0]).toContain('carries no Ethernet');
    expect(pathWarnings({ ...VXLAN, podMtu: 500 })[0]).toContain('below 576');
    expect(new PathRun({ podMtu: 300 }).tcp(1e4, 10).delivered).toBe(1e4);
  });
});
