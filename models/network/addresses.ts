/**
 * Where pod and node addresses come from, and how many a node can hand out.
 *
 * Three plans are in use: a fixed block for each node (Flannel, OpenShift SDN, routing by hand: a /24 by default), small
 * blocks claimed on demand from a pool (Calico: /26), and one flat subnet for all pods (a VLAN).
 * Source: the schemes' own documentation, named in their files. CIDR arithmetic is ipaddr.js's.
 * Left out: IPv6, addresses that are kept back after a pod is gone.
 */
import ipaddr from 'ipaddr.js';
import { assert } from '../../sim/engine/assert.ts';

/** How a scheme hands out addresses. */
export type AddressPlan =
  /** One block of `prefix` for each node; network, gateway and broadcast addresses are not for pods. */
  | { readonly kind: 'node-block'; readonly prefix: number }
  /** Blocks of `prefix`, claimed one after another by the node that needs them; every address of a block is used. */
  | { readonly kind: 'claimed-blocks'; readonly prefix: number }
  /** All pods in one subnet; network, gateway and broadcast addresses are not for pods. */
  | { readonly kind: 'flat' };

/** Network, gateway and broadcast address of a subnet. */
const RESERVED_OF_A_SUBNET = 3;
/** Examples leave out the network and the gateway address. */
const PODS_FROM = 2;

/** Addresses of one run. */
export class AddressPool {
  readonly #plan: AddressPlan;
  readonly #prefix: number;
  readonly #base: number;
  readonly #blocksTotal: number;
  readonly #used: Uint32Array;
  readonly #blocksOf: Uint32Array;
  #blocksClaimed = 0;
  #usedTotal = 0;

  /** `cidr`: the pods' range, in dotted form with prefix length. */
  constructor(plan: AddressPlan, cidr: string, nodes: number) {
    this.#plan = plan;
    const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
    this.#prefix = prefix;
    this.#base = toNumber(ipaddr.IPv4.networkAddressFromCIDR(cidr));
    assert(address.kind() === 'ipv4', () => `${cidr} is an IPv4 range`);
    this.#used = new Uint32Array(nodes);
    this.#blocksOf = new Uint32Array(nodes);
    this.#blocksTotal = plan.kind === 'flat' ? 1 : blocksIn(prefix, plan.prefix);
  }

  /** Addresses that one node could hand out at most, were the others idle: what bounds its number of pods. */
  perNode(node: number): number {
    if (this.#plan.kind === 'flat') return usable(this.#prefix);
    if (this.#plan.kind === 'claimed-blocks') return this.#blocksTotal * addressesIn(this.#plan.prefix);
    return node < this.#blocksTotal ? usable(this.#plan.prefix) : 0;
  }

  /** Takes an address for a pod on `node`; false when there is none left. */
  take(node: number): boolean {
    if (!this.#canTake(node)) return false;
    this.#used[node]!++;
    this.#usedTotal++;
    return true;
  }

  #canTake(node: number): boolean {
    if (this.#plan.kind === 'flat') return this.#usedTotal < usable(this.#prefix);
    if (this.#plan.kind === 'node-block') return this.#used[node]! < this.perNode(node);
    if (this.#used[node]! < this.#blocksOf[node]! * addressesIn(this.#plan.prefix)) return true;
    if (this.#blocksClaimed >= this.#blocksTotal) return false;
    this.#blocksClaimed++;
    this.#blocksOf[node]!++;
    return true;
  }

  /** Gives an address of `node` back. */
  release(node: number): void {
    assert(this.#used[node]! > 0, () => `node ${node} has no address to give back`);
    this.#used[node]!--;
    this.#usedTotal--;
  }

  /** Blocks in use: what routers have to know. */
  blocks(): number {
    if (this.#plan.kind === 'claimed-blocks') return this.#blocksClaimed;
    return this.#plan.kind === 'flat' ? 1 : Math.min(this.#used.length, this.#blocksTotal);
  }

  /**
   * An example address of the `nth` pod of a node, for explanations: no two are alike as long as the range has that many,
   * and none lies outside of the range.
   */
  example(node: number, nth: number): string {
    if (this.#plan.kind === 'flat') return this.#exampleAt(nth * this.#used.length + node, this.#prefix, 0);
    const blockStart = (node % Math.max(1, this.#blocksTotal)) * addressesIn(this.#plan.prefix);
    return this.#exampleAt(nth, this.#plan.prefix, blockStart);
  }

  #exampleAt(index: number, prefix: number, start: number): string {
    return toText(this.#base + start + PODS_FROM + (index % Math.max(1, usable(prefix))));
  }
}

/** The `nth` host address of a range, for explanations. */
export function hostAddress(cidr: string, nth: number): string {
  return toText(toNumber(ipaddr.IPv4.networkAddressFromCIDR(cidr)) + nth + 1);
}

function blocksIn(outerPrefix: number, blockPrefix: number): number {
  return blockPrefix < outerPrefix ? 0 : addressesIn(32 - (blockPrefix - outerPrefix));
}

/** Addresses under a prefix, by doubling (exact in a double). */
function addressesIn(prefix: number): number {
  let count = 1;
  for (let bit = prefix; bit < 32; bit++) count *= 2;
  return count;
}

function usable(prefix: number): number {
  return Math.max(0, addressesIn(prefix) - RESERVED_OF_A_SUBNET);
}

function toNumber(address: ipaddr.IPv4): number {
  return address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
}

function toText(value: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(value / addressesIn(32 - shift)) % 256);
  return bytes.join('.');
}
