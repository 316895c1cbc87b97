/**
 * A routing table as `ip route` shows it: the longest prefix that holds an address wins.
 *
 * Source: RFC 1812, 5.2.4.3. Left out: metrics, policy rules, several next hops.
 */
import { holds, ipText, type Subnet, subnetText } from '../address-book.ts';

/** A route. */
export interface Route {
  readonly to: Subnet;
  /** Whom to hand the packet to; absent: the destination itself, which is on the link. */
  readonly via?: number;
  readonly device: string;
  /** Who wrote it, in words; absent where the kernel does by itself. */
  readonly writtenBy?: string;
}

/** Everything. */
export const DEFAULT: Subnet = { address: 0, length: 0 };

/** The route of an address. */
export function findRoute(routes: readonly Route[], address: number): Route | undefined {
  let best: Route | undefined;
  for (const route of routes) {
    if (best !== undefined && best.to.length >= route.to.length) continue;
    if (route.to.length === 0 || holds(route.to, address)) best = route;
  }
  return best;
}

/** As `10.244.3.0/24 via 10.0.0.4 dev eth0`. */
export function routeText({ to, via, device, writtenBy }: Route): string {
  const range = to.length === 0 ? 'default' : to.length === 32 ? ipText(to.address) : subnetText(to);
  const through = via === undefined ? '' : ` via ${ipText(via)}`;
  return `${range}${through} dev ${device}${writtenBy === undefined ? '' : `, written by ${writtenBy}`}`;
}

/** A route to one address. */
export function hostRoute(address: number, device: string, writtenBy: string): Route {
  return { to: { address, length: 32 }, device, writtenBy };
}
