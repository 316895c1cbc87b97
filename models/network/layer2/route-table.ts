/**
 * The routes of a host: the longest prefix that holds an address wins.
 *
 * Source: RFC 1812, 5.2.4.3. Left out: metrics, several next hops for one prefix (models/network/bgp has them).
 */
import { assert } from '../../../sim/engine/assert.ts';

/** Where packets for a prefix go. */
export interface Route {
  readonly port: number;
  /** Whom to ask for; undefined for the destination itself. */
  readonly gateway: number | undefined;
}

/** Routes by prefix; addresses are 32-bit integers. */
export class RouteTable {
  /** By length of prefix: routes by the address under its mask. */
  readonly #byLength = new Map<number, Map<number, Route>>();
  #lengths: number[] = [];

  /** Number of prefixes. */
  get size(): number {
    return [...this.#byLength.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Adds a route, in place of one for the same prefix. */
  add(address: number, prefix: number, port: number, gateway: number | undefined): void {
    assert(Number.isInteger(prefix) && prefix >= 0 && prefix <= 32, () => `a prefix has 0 to 32 bits, got ${prefix}`);
    const routes = this.#byLength.get(prefix) ?? new Map<number, Route>();
    routes.set(masked(address, prefix), { port, gateway });
    this.#byLength.set(prefix, routes);
    this.#lengths = [...this.#byLength.keys()].sort((a, b) => b - a);
  }

  /** The route of an address. */
  find(address: number): Route | undefined {
    for (const prefix of this.#lengths) {
      const route = this.#byLength.get(prefix)!.get(masked(address, prefix));
      if (route !== undefined) return route;
    }
    return undefined;
  }
}

function masked(address: number, prefix: number): number {
  return prefix === 0 ? 0 : address & (-1 << (32 - prefix));
}
