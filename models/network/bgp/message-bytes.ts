/**
 * How long whole BGP messages of each daemon are, without the headers of TCP and IP.
 *
 * Source: RFC 4271 section 4; the capabilities in an OPEN as FRR 8.4, BIRD 2.0 and GoBGP 3.10 were recorded to send them. FRR
 * writes the length of an AS path in two bytes, and its host's name in an OPEN.
 * Left out: segments of more than 255 AS numbers, data of a NOTIFICATION.
 */
import type { Attributes } from './attributes.ts';
import type { Daemon, Prefix } from './configuration.ts';
import { attributeBytes, type BgpMessage, prefixBytes } from './message.ts';

/** Marker, length and type. */
const HEADER_BYTES = 19;
/** The two length fields of an UPDATE. */
const UPDATE_BYTES = 4;
const NOTIFICATION_BYTES = 2;
/** Address family and word of a ROUTE-REFRESH. */
const REFRESH_BYTES = 4;
/** Who made an aggregate: AS number and router id. */
const AGGREGATOR_BYTES = 11;
/** FRR's longer length of an AS path. */
const FRR_PATH_BYTES = 1;

/** A whole OPEN with the capabilities that each daemon tells unasked. */
const OPEN_BYTES: Readonly<Record<Daemon, number>> = { frr: 92, bird: 47, gobgp: 59 };
/** More in an OPEN of BIRD that asks for graceful restart. */
const BIRD_RESTART_BYTES = 10;

/** What counts for the length of a message. */
export interface MeasuredMessage {
  readonly kind: BgpMessage['kind'];
  readonly withdrawn: readonly Prefix[];
  readonly announced: readonly Prefix[];
  readonly attributes?: Attributes;
}

/** Who sends it. */
export interface MessageSender {
  readonly daemon: Daemon;
  readonly name: string;
  readonly restarts: boolean;
}

/** The length of a message, bytes. */
export function messageBytes(message: MeasuredMessage, sender: MessageSender): number {
  if (message.kind === 'keepalive') return HEADER_BYTES;
  if (message.kind === 'notification') return HEADER_BYTES + NOTIFICATION_BYTES;
  if (message.kind === 'refresh') return HEADER_BYTES + REFRESH_BYTES;
  if (message.kind === 'open') return openBytes(sender);
  const { withdrawn, announced, attributes } = message;
  const prefixes = [...withdrawn, ...announced].reduce((sum, prefix) => sum + prefixBytes(prefix), 0);
  if (announced.length === 0 || attributes === undefined) return HEADER_BYTES + UPDATE_BYTES + prefixes;
  const path = sender.daemon === 'frr' ? FRR_PATH_BYTES : 0;
  const aggregator = attributes.atomicAggregate ? AGGREGATOR_BYTES : 0;
  return HEADER_BYTES + UPDATE_BYTES + prefixes + attributeBytes(attributes) + path + aggregator;
}

function openBytes({ daemon, name, restarts }: MessageSender): number {
  if (daemon === 'frr') return OPEN_BYTES.frr + name.length;
  return OPEN_BYTES[daemon] + (daemon === 'bird' && restarts ? BIRD_RESTART_BYTES : 0);
}
