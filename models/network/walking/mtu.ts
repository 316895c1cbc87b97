/**
 * What happens to a packet that is longer than a link takes.
 *
 * Source: RFC 791 and RFC 1191 (who routes cuts, or drops and tells the sender if the packet must not be cut); Linux 6.x
 * br_forward (a bridge drops without a word); models/network/overlay has the same by message, for whole flows.
 * Left out: what the sender does with what it is told.
 */
import { outerOf, overheadBytesOf, type Tunnel } from '../overlay/encapsulation.ts';
import type { Death } from './hop.ts';
import type { Leg } from './leg.ts';

/** Why the packet went no further, or what was done so that it could. */
export interface Fit {
  readonly death?: Death;
  readonly notes: readonly string[];
}

const FILTERED = 'nobody is told, because messages are filtered';

/** At a place that routes: the packet, whose first header is IPv4, is cut, or dropped with a message. */
export function fitByRouting(leg: Leg, mtu: number, tells: boolean): Fit {
  const bytes = leg.ipBytes;
  if (bytes <= mtu) return { notes: [] };
  if (leg.ip.dontFragment) {
    const said = tells ? 'the sender is told by ICMP "fragmentation needed"' : FILTERED;
    const words = `a packet of ${bytes} bytes does not fit the MTU of ${mtu} and must not be cut: it is dropped, and ${said}`;
    return { death: { cause: 'mtu', words, mtu, told: tells }, notes: [] };
  }
  leg.cut(mtu);
  return { notes: [`cut into ${leg.packets.length} fragments, because ${bytes} bytes do not fit the MTU of ${mtu}`] };
}

/** At a port of a switch or bridge, which knows no IP: it is dropped, and nobody is told. */
export function fitBySwitching(leg: Leg, mtu: number): Fit {
  const bytes = leg.ipBytes;
  if (bytes <= mtu) return { notes: [] };
  const words = `a packet of ${bytes} bytes does not fit the port's MTU of ${mtu}: a switch drops it and tells nobody`;
  return { death: { cause: 'mtu', words, mtu, told: false }, notes: [] };
}

/** In a tunnel whose outer header forbids cutting: dropped; Linux tells the sender if its packet must not be cut. */
export function fitByWrapping(leg: Leg, tunnel: Tunnel, mtu: number, tells: boolean): Fit {
  const [bytes, overhead] = [leg.ipBytes, overheadBytesOf(tunnel)];
  if (outerOf(tunnel) !== 'never' || bytes + overhead <= mtu) return { notes: [] };
  const asked = leg.innermostIp.dontFragment;
  const told = asked && tells;
  const byTunnel = 'the tunnel\'s end tells the sender, by ICMP "fragmentation needed"';
  const said = told ? byTunnel : asked ? FILTERED : 'nobody is told';
  const words = `a packet of ${bytes} bytes and ${overhead} of headers do not fit the MTU of ${mtu}, and the outer packet must not be cut: it is dropped, and ${said}`;
  return { death: { cause: 'mtu', words, mtu: mtu - overhead, told }, notes: [] };
}
