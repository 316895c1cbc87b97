/** Bridges that learn, age and flood; VLANs; storms in loops. */
import { describe, expect, it } from 'vitest';
import { IP, MS, S, SmallNetwork } from './small-network.ts';

const received = (net: SmallNetwork, hosts: readonly number[]): number[] =>
  hosts.map((host) => net.counts(host).packetsReceived);
const flooded = (net: SmallNetwork, hosts: readonly number[]): number[] =>
  hosts.map((host) => net.network.floodedFramesOf(host));

describe('bridges', () => {
  it('flood a request and nothing else, once both ends have spoken', () => {
    const net = new SmallNetwork();
    const bridge = net.bridge();
    const hosts = net.hosts(bridge, 5);
    net.sendAndWait(0, 3, MS);
    expect(received(net, hosts)).toEqual([0, 0, 0, 1, 0]);
    expect(flooded(net, hosts)).toEqual([0, 1, 1, 1, 1]);
    expect(net.network.ethernet.learned(bridge)).toBe(2);
  });

  it('forget after 300 s, and then flood what they do not know to every card', () => {
    const net = new SmallNetwork();
    const bridge = net.bridge();
    const hosts = net.hosts(bridge, 4);
    const mac = (host: number) => net.network.ethernet.macOf(net.port(host));
    for (const host of [0, 1]) net.network.addNeighbour(net.port(host), IP(1 - host), mac(1 - host));
    net.sendAndWait(1, 0, MS);
    expect(flooded(net, hosts)).toEqual([1, 0, 1, 1]);
    net.sendAndWait(0, 1, 299 * S);
    expect(flooded(net, hosts)).toEqual([1, 0, 1, 1]);
    net.sendAndWait(0, 1, 2 * S);
    expect(net.network.ethernet.unknownFloods).toBe(1);
    net.wait(301 * S);
    expect(net.network.ethernet.learned(bridge)).toBe(0);
    net.sendAndWait(0, 1, MS);
    expect(net.network.ethernet.unknownFloods).toBe(2);
    expect(flooded(net, hosts)).toEqual([1, 1, 2, 2]);
    expect(received(net, hosts)).toEqual([1, 3, 0, 0]);
    expect(net.counts(0).broadcastRequestsSent).toBe(0);
  });

  it('follow a host that moves to another port as soon as it speaks', () => {
    const net = new SmallNetwork();
    const [left, right] = [net.bridge(), net.bridge()];
    net.link(left, right);
    const [a, b] = [net.host(left), net.host(left)];
    net.sendAndWait(a, b, MS);
    const { ethernet } = net.network;
    const port = net.port(b);
    ethernet.disconnect(port);
    ethernet.connect(port, ethernet.addBridgePort(right));
    net.sendAndWait(a, b, MS);
    // The link's end has forgotten it, so the frame is flooded to where it is now.
    expect(net.counts(b).packetsReceived).toBe(2);
    net.sendAndWait(b, a, MS);
    expect(net.counts(a).packetsReceived).toBe(1);
    expect(ethernet.learned(right)).toBe(2);
  });

  it('keep what interfaces have counted when links change', () => {
    const net = new SmallNetwork();
    const bridge = net.bridge();
    const hosts = net.hosts(bridge, 3);
    net.sendAndWait(0, 1, MS);
    net.host(bridge);
    net.sendAndWait(0, 2, MS);
    expect(hosts.map((host) => net.counts(host).broadcastRequestsReceived)).toEqual([0, 2, 2]);
    expect(net.counts(3).broadcastRequestsReceived).toBe(1);
  });

  it('in a chain each hears a broadcast once', () => {
    const net = new SmallNetwork();
    const bridges = Array.from({ length: 6 }, () => net.bridge());
    for (let i = 1; i < 6; i++) net.link(bridges[i - 1]!, bridges[i]!);
    const hosts = bridges.map((bridge) => net.host(bridge));
    net.sendAndWait(0, 5, MS);
    expect(flooded(net, hosts)).toEqual([0, 1, 1, 1, 1, 1]);
    expect(received(net, hosts)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(bridges.map((bridge) => net.network.ethernet.learned(bridge))).toEqual([2, 2, 2, 2, 2, 2]);
    expect(net.network.ethernet.frames.inFlight).toBe(0);
    expect(net.network.packets.inFlight).toBe(0);
  });

  it('keep VLANs apart, on one bridge and over a trunk', () => {
    const net = new SmallNetwork();
    const [left, right] = [net.bridge(), net.bridge()];
    net.link(left, right, { trunk: [10, 20] });
    const a = net.host(left, { access: 10 });
    const b = net.host(right, { access: 10 });
    const c = net.host(right, { access: 20 });
    const d = net.host(left, { access: 30 });
    net.send(a, b);
    net.send(a, c);
    net.sendAndWait(d, a, 10 * S);
    expect(received(net, [a, b, c, d])).toEqual([0, 1, 0, 0]);
    expect(flooded(net, [a, b, c, d])).toEqual([0, 4, 0, 0]);
    expect(net.network.losses['no answer']).toBe(2);
    expect([10, 20, 30].map((vlan) => net.network.ethernet.learned(right, vlan))).toEqual([2, 0, 0]);
  });

  it('refuse a VLAN that cannot be', () => {
    const net = new SmallNetwork();
    const bridge = net.bridge();
    for (const access of [0, 4095, 1.5]) expect(() => net.host(bridge, { access })).toThrow(/ids go from 1 to 4094/);
    expect(net.host(bridge, { access: 4094 })).toBeGreaterThanOrEqual(0);
  });
});

describe('a loop of links', () => {
  it('copies one broadcast until the limit, and hosts drown', () => {
    const net = new SmallNetwork({ stormCopiesMax: 500 });
    const bridges = [net.bridge(), net.bridge(), net.bridge()];
    net.link(bridges[0]!, bridges[1]!);
    net.link(bridges[1]!, bridges[2]!);
    net.link(bridges[2]!, bridges[0]!);
    const hosts = bridges.map((bridge) => net.host(bridge));
    net.sendAndWait(0, 1, 5 * S);
    expect(net.network.ethernet.stormDrops).toBeGreaterThan(0);
    expect(flooded(net, hosts)[1]).toBeGreaterThan(100);
    expect(net.network.ethernet.table.moves).toBeGreaterThan(100);
    expect(net.network.ethernet.frames.inFlight).toBe(0);
  });
});
