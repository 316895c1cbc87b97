/**
 * Nodes and cables of a packet network, and the ways that switches choose: the nearest by hops, and among equally near next hops by the
 * flow's hash (ecmp.ts).
 *
 * Source: shortest paths with equal-cost multipath as OSPF and BGP in a Clos give them (RFC 7938). Left out: how routes are learned
 * and how long that takes (models/network/bgp): a change is known everywhere at once when the owner of the topology says so.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { type FiveTuple, flowHash } from './ecmp.ts';
import type { PortSetting } from './port-table.ts';

/** A graph of nodes and ports. */
export class Topology {
  /** Of each port, by number. */
  readonly ports: PortSetting[] = [];
  private readonly ends: number[] = [];
  private readonly portsOf: number[][] = [];
  private readonly down = new Set<number>();
  private readonly distances = new Map<number, Int32Array>();

  /** A host or a switch. Its number. */
  addNode(): number {
    return this.portsOf.push([]) - 1;
  }

  /** One direction: a port of `from` that sends to `to`. Its number. */
  addPort(from: number, to: number, setting: PortSetting): number {
    assert(this.portsOf[from] !== undefined && this.portsOf[to] !== undefined, () => `no nodes ${from} and ${to}`);
    const port = this.ports.push(setting) - 1;
    this.ends.push(to);
    this.portsOf[from]!.push(port);
    this.distances.clear();
    return port;
  }

  /** Both directions alike. The port of `a`; that of `b` is the next. */
  addCable(a: number, b: number, setting: PortSetting): number {
    const port = this.addPort(a, b, setting);
    this.addPort(b, a, setting);
    return port;
  }

  /** Whether switches count on a port. */
  setUsable(port: number, usable: boolean): void {
    if (usable) this.down.delete(port);
    else this.down.add(port);
    this.distances.clear();
  }

  /** Ports of `node` that lead to `to` on a shortest way, in the order of their making. */
  nextPorts(node: number, to: number): number[] {
    const distance = this.distancesTo(to);
    return this.usable(node).filter((port) => distance[this.ends[port]!] === distance[node]! - 1);
  }

  /** The ports from `from` to `to` that a flow takes; undefined if there is no way. */
  way(from: number, to: number, flow: FiveTuple): number[] | undefined {
    const ports: number[] = [];
    for (let node = from; node !== to; ) {
      const choices = this.distancesTo(to)[node]! > 0 ? this.nextPorts(node, to) : [];
      if (choices.length === 0) return undefined;
      const port = choices[choices.length === 1 ? 0 : flowHash(flow, node) % choices.length]!;
      ports.push(port);
      node = this.ends[port]!;
    }
    return ports;
  }

  private usable(node: number): number[] {
    return this.portsOf[node]!.filter((port) => !this.down.has(port));
  }

  /** Hops from every node to `to`; -1 where there is no way. Breadth first, against the direction of ports. */
  private distancesTo(to: number): Int32Array {
    const known = this.distances.get(to);
    if (known !== undefined) return known;
    const before: number[][] = this.portsOf.map(() => []);
    this.portsOf.forEach((_, node) => {
      for (const port of this.usable(node)) before[this.ends[port]!]!.push(node);
    });
    const distance = new Int32Array(this.portsOf.length).fill(-1);
    distance[to] = 0;
    const queue = [to];
    for (const node of queue)
      for (const from of before[node]!) {
        if (distance[from] !== -1) continue;
        distance[from] = distance[node]! + 1;
        queue.push(from);
      }
    this.distances.set(to, distance);
    return distance;
  }
}
