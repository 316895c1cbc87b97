/** How a kernel keeps neighbours: states in time, limits, who learns from what. */
import { describe, expect, it } from 'vitest';
import { NEIGHBOUR_STATES } from '../../../../models/network/layer2/neighbour-settings.ts';
import { IP, MS, S, SmallNetwork } from './small-network.ts';

function state(net: SmallNetwork, host: number, about: number): string {
  const { neighbours } = net.network;
  const row = neighbours.find(net.port(host), IP(about));
  if (row < 0) return 'absent';
  const tick = Math.floor(net.simulation.nowNs / (4 * MS)) + 100_000;
  return NEIGHBOUR_STATES[neighbours.stateAt(row, tick)]!;
}

function pair(): SmallNetwork {
  const net = new SmallNetwork();
  net.hosts(net.bridge(), 3);
  return net;
}

describe('an entry in time', () => {
  it('is made by asking, trusted, grows stale, and is asked for again 5 s after use', () => {
    const net = pair();
    net.send(0, 1);
    net.wait(1);
    expect(state(net, 0, 1)).toBe('incomplete');
    net.wait(MS);
    expect(state(net, 0, 1)).toBe('reachable');
    expect(state(net, 1, 0)).toBe('stale');
    expect(state(net, 2, 0)).toBe('absent');
    net.wait(14.9 * S);
    expect(state(net, 0, 1)).toBe('reachable');
    net.wait(30.2 * S);
    expect(state(net, 0, 1)).toBe('stale');
    net.sendAndWait(0, 1, 4.9 * S);
    expect(state(net, 0, 1)).toBe('delay');
    expect(net.counts(0).unicastRequestsSent).toBe(0);
    net.wait(0.2 * S);
    expect(state(net, 0, 1)).toBe('reachable');
    expect(net.counts(0)).toMatchObject({ broadcastRequestsSent: 1, unicastRequestsSent: 1, repliesReceived: 2 });
    expect(net.counts(1)).toMatchObject({ unicastRequestsReceived: 1, packetsReceived: 2 });
  });

  it('one that is confirmed from above is not asked for', () => {
    const net = pair();
    net.sendAndWait(1, 0, MS);
    net.sendAndWait(0, 1, 2 * S);
    expect(state(net, 0, 1)).toBe('delay');
    net.network.confirmNeighbour(net.port(0), IP(1));
    net.wait(4 * S);
    expect(state(net, 0, 1)).toBe('reachable');
    expect(net.counts(0).unicastRequestsSent).toBe(0);
  });

  it('three requests, a second apart, and then it has failed and what waited is lost', () => {
    const net = pair();
    net.send(0, 99);
    net.wait(2.9 * S);
    expect(net.counts(0).broadcastRequestsSent).toBe(3);
    expect(state(net, 0, 99)).toBe('incomplete');
    net.wait(0.2 * S);
    expect(state(net, 0, 99)).toBe('failed');
    expect(net.network.losses['no answer']).toBe(1);
    net.sendAndWait(0, 99, MS);
    expect(state(net, 0, 99)).toBe('incomplete');
    expect(net.counts(0).broadcastRequestsSent).toBe(4);
  });

  it('a host that is gone is probed three times by its address, then asked for by everybody', () => {
    const net = pair();
    net.sendAndWait(1, 0, MS);
    net.network.ethernet.disconnect(net.port(1));
    net.sendAndWait(0, 1, 5.1 * S);
    expect(state(net, 0, 1)).toBe('probe');
    net.wait(2.8 * S);
    expect(net.counts(0)).toMatchObject({ unicastRequestsSent: 3, broadcastRequestsSent: 0 });
    net.wait(0.3 * S);
    expect(state(net, 0, 1)).toBe('failed');
    net.sendAndWait(0, 1, MS);
    expect(net.counts(0).broadcastRequestsSent).toBe(1);
  });

  it('only so much waits for an answer; the oldest goes first', () => {
    const net = pair();
    for (let i = 0; i < 300; i++) net.send(0, 99);
    net.wait(MS);
    // 212,992 bytes hold 277 packets of 768 bytes of kernel memory.
    expect(net.network.losses['queue full']).toBe(300 - 277);
    net.wait(4 * S);
    expect(net.network.losses['no answer']).toBe(277);
    expect(net.network.packets.inFlight).toBe(0);
  });
});

describe('what others say', () => {
  it('a request teaches only the one that is asked', () => {
    const net = pair();
    net.sendAndWait(0, 1, MS);
    expect([state(net, 1, 0), state(net, 2, 0)]).toEqual(['stale', 'absent']);
  });

  it('a request from a host that is waited for is answer enough', () => {
    const net = pair();
    net.network.ethernet.disconnect(net.port(1));
    net.sendAndWait(0, 1, 0.5 * S);
    expect(state(net, 0, 1)).toBe('incomplete');
    net.network.ethernet.connect(net.port(1), net.network.ethernet.addBridgePort(0));
    net.sendAndWait(1, 2, MS);
    // What waited was sent, so the entry is in use already.
    expect(state(net, 0, 1)).toBe('delay');
    expect(net.counts(1).packetsReceived).toBe(1);
  });

  it('an announcement moves an address in the caches that hold it, and in no others', () => {
    const net = pair();
    const backup = net.host(0);
    net.sendAndWait(0, 1, MS);
    net.network.moveAddress(IP(1), net.port(backup));
    net.sendAndWait(0, 1, MS);
    expect(net.counts(backup).packetsReceived).toBe(0);
    net.network.announce(net.port(backup));
    net.wait(MS);
    net.sendAndWait(0, 1, MS);
    expect(net.counts(backup).packetsReceived).toBe(1);
    expect(state(net, 2, 1)).toBe('absent');
  });

  it('a proxy answers for what it would send elsewhere, and passes it on', () => {
    const net = new SmallNetwork();
    const [left, right] = [net.bridge(), net.bridge()];
    const a = net.host(left);
    const { network } = net;
    const router = network.addHost({ forwards: true });
    const near = network.addInterface(router, IP(200), { proxyArp: true });
    const far = network.addInterface(router, IP(201));
    network.ethernet.connect(near, network.ethernet.addBridgePort(left));
    network.ethernet.connect(far, network.ethernet.addBridgePort(right));
    const b = net.host(right);
    network.addRoute(router, IP(a), 32, near);
    network.addRoute(router, IP(b), 32, far);
    net.sendAndWait(a, b, MS);
    expect(net.counts(b).packetsReceived).toBe(1);
    expect(net.counts(router)).toMatchObject({ repliesSent: 1, packetsForwarded: 1, broadcastRequestsSent: 1 });
    const row = network.neighbours.find(net.port(a), IP(b));
    expect(network.neighbours.mac[row]).toBe(network.ethernet.macOf(near));
  });
});

describe('limits of a kernel', () => {
  function crowd(count: number, limits = { gcThresh1: 4, gcThresh2: 8, gcThresh3: 12 }) {
    const net = new SmallNetwork();
    const bridge = net.bridge();
    const kernel = net.network.addKernel(limits);
    const hub = net.host(bridge, undefined, kernel);
    const others = net.hosts(bridge, count);
    return { net, kernel, hub, others };
  }

  it('no room is made for entries in use: packets are lost, and askers get no answer', () => {
    const { net, kernel, hub, others } = crowd(14);
    for (const other of others.slice(0, 12)) net.sendAndWait(hub, other, MS);
    expect(net.network.neighbours.entriesOf(kernel)).toBe(12);
    net.sendAndWait(hub, others[12]!, MS);
    expect(net.network.neighbours.overflowsOf(kernel)).toBe(1);
    expect(net.network.losses['table full']).toBe(1);
    net.sendAndWait(others[13]!, hub, 4 * S);
    expect(net.counts(hub)).toMatchObject({ repliesSent: 0, packetsReceived: 0 });
    expect(net.network.losses['no answer']).toBe(1);
  });

  it('stale entries older than 5 s make room down to the second limit', () => {
    const { net, kernel, hub, others } = crowd(14);
    for (const other of others.slice(0, 12)) net.sendAndWait(other, hub, MS);
    net.sendAndWait(hub, others[12]!, MS);
    expect(net.network.losses['table full']).toBe(1);
    net.wait(6 * S);
    net.sendAndWait(hub, others[12]!, MS);
    expect(net.network.neighbours.entriesOf(kernel)).toBe(9);
    expect(net.counts(others[12]!).packetsReceived).toBe(1);
  });

  it('what is not used for a minute goes, once there are more than the first limit', () => {
    const { net, kernel, hub, others } = crowd(6);
    for (const other of others) net.sendAndWait(other, hub, MS);
    net.wait(59 * S);
    expect(net.network.neighbours.entriesOf(kernel)).toBe(6);
    net.wait(17 * S);
    // The four of the first tick went at 60 s; then there were fewer than the first limit.
    expect(net.network.neighbours.entriesOf(kernel)).toBe(2);
    const few = crowd(3);
    for (const other of few.others) few.net.sendAndWait(other, few.hub, MS);
    few.net.wait(200 * S);
    expect(few.net.network.neighbours.entriesOf(few.kernel)).toBe(3);
  });

  it('limits that do not rise are refused', () => {
    expect(() => crowd(2, { gcThresh1: 9, gcThresh2: 8, gcThresh3: 12 })).toThrow(/must rise: 9, 8, 12/);
  });
});
