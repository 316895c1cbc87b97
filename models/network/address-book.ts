/**
 * Which address each node and each pod has, as handed out one after another in the order of placing.
 *
 * Source: the plans of addresses.ts; a subnet's first address is the router's, its last the broadcast's. Pods of a node's block get
 * its addresses from the second on, of claimed blocks every one, in a flat range the next. Where every rack is a subnet of its
 * own, each has a slice of the nodes' range that holds its nodes, the router, network and broadcast.
 * Left out: addresses that come back from pods that are gone.
 */
import ipaddr from 'ipaddr.js';
import { assert } from '../../sim/engine/assert.ts';
import type { AddressPlan } from './addresses.ts';

/** A range of addresses: the first as an unsigned number of 32 bits, and how many bits all share. */
export interface Subnet {
  readonly address: number;
  readonly length: number;
}

/** A block of pod addresses and the node that has it. */
export interface OwnedBlock extends Subnet {
  readonly node: number;
}

/** Network, router and broadcast. */
const RESERVED = 3;

/** Reads a range as `10.128.0.0/9`. */
export function subnetOf(cidr: string): Subnet {
  const [, length] = ipaddr.IPv4.parseCIDR(cidr);
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(cidr).toByteArray();
  return { address: bytes.reduce((sum, byte) => sum * 256 + byte, 0), length };
}

/** As `10.128.0.0/9`. */
export function subnetText({ address, length }: Subnet): string {
  return `${ipText(address)}/${length}`;
}

/** In dotted form. */
export function ipText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Addresses of a subnet, exact as a double. */
export function sizeOf({ length }: Subnet): number {
  let size = 1;
  for (let bit = length; bit < 32; bit++) size *= 2;
  return size;
}

/** Whether an address lies in a subnet. */
export function holds({ address, length }: Subnet, wanted: number): boolean {
  return wanted >= address && wanted < address + sizeOf({ address, length });
}

/** The subnet of a node: all of the nodes' range, or the slice of its rack. */
export function nodeSubnet(range: Subnet, rack: number, nodesOfRack: number | undefined): Subnet {
  if (nodesOfRack === undefined) return range;
  let length = 32;
  while (sizeOf({ address: 0, length }) < nodesOfRack + RESERVED) length--;
  const slice = { address: range.address + rack * sizeOf({ address: 0, length }), length };
  assert(holds(range, slice.address), () => `${subnetText(range)} holds no subnet for rack ${rack}`);
  return slice;
}

/** The router of a subnet: its first address. */
export function routerOf({ address }: Subnet): number {
  return address + 1;
}

/** The address of the `nth` node of a subnet. */
export function nodeAddress({ address }: Subnet, nth: number): number {
  return address + 2 + nth;
}

/** Hands out addresses of pods. */
export class AddressBook {
  readonly #plan: AddressPlan;
  readonly #range: Subnet;
  readonly #usedOf = new Map<number, number>();
  readonly #blocks: OwnedBlock[] = [];
  readonly #blocksOf = new Map<number, OwnedBlock[]>();
  #usedTotal = 0;

  /** `nodes`: each has a block from the start where blocks belong to nodes. */
  constructor(plan: AddressPlan, range: Subnet, nodes: number) {
    this.#plan = plan;
    this.#range = range;
    if (plan.kind === 'node-block') for (let node = 0; node < nodes; node++) this.#addBlock(node);
  }

  /** Blocks with their nodes, ascending; the whole range belongs to nobody where it is flat. */
  get blocks(): readonly OwnedBlock[] {
    return this.#blocks;
  }

  /** The next address for a pod of a node; undefined when there is none. */
  take(node: number): number | undefined {
    const used = this.#usedOf.get(node) ?? 0;
    const address = this.#plan.kind === 'flat' ? this.#takeFlat() : this.#takeOfBlock(node, used);
    if (address === undefined) return undefined;
    this.#usedOf.set(node, used + 1);
    this.#usedTotal++;
    return address;
  }

  #takeFlat(): number | undefined {
    if (this.#usedTotal >= sizeOf(this.#range) - RESERVED) return undefined;
    return this.#range.address + 2 + this.#usedTotal;
  }

  #takeOfBlock(node: number, used: number): number | undefined {
    const claimed = this.#plan.kind === 'claimed-blocks';
    const blocks = this.#blocksOf.get(node) ?? [];
    const perBlock = this.#plan.kind === 'flat' ? 0 : sizeOf({ address: 0, length: this.#plan.prefix });
    const room = claimed ? perBlock : perBlock - RESERVED;
    if (used < blocks.length * room) {
      const within = used % room;
      return blocks[Math.floor(used / room)]!.address + within + (claimed ? 0 : 2);
    }
    return claimed && this.#addBlock(node) ? this.#takeOfBlock(node, used) : undefined;
  }

  #addBlock(node: number): boolean {
    if (this.#plan.kind === 'flat') return false;
    const { prefix } = this.#plan;
    const address = this.#range.address + this.#blocks.length * sizeOf({ address: 0, length: prefix });
    if (prefix < this.#range.length || !holds(this.#range, address)) return false;
    const block = { address, length: prefix, node };
    this.#blocks.push(block);
    this.#blocksOf.set(node, [...(this.#blocksOf.get(node) ?? []), block]);
    return true;
  }
}
