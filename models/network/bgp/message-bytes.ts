/**
 * How long BGP messages are, without the headers of TCP and IP.
 *
 * Source: RFC 4271 section 4, RFC 6793 (AS numbers of four bytes); the capabilities in an OPEN as FRR 8.4, BIRD 2.0 and
 * GoBGP 3.10 were recorded to send them. FRR writes the length of an AS path in two bytes, and its host's name in an OPEN.
 * Left out: segments of more than 255 AS numbers, AGGREGATOR, data of a NOTIFICATION, the split of an UPDATE at 4,096 bytes.
 */
import { ABSENT, type Attributes } from './attributes.ts';
import type { Daemon } from './configuration.ts';

/** Marker, length and type. */
const HEADER_BYTES = 19;
/** The two length fields of an UPDATE. */
const UPDATE_BYTES = 4;
const NOTIFICATION_BYTES = 2;
/** Flags, type and length of a short attribute. */
const ATTRIBUTE_BYTES = 3;
const ADDRESS_BYTES = 4;

/** A whole OPEN with the capabilities that each daemon tells unasked. */
const OPEN_BYTES: Readonly<Record<Daemon, number>> = { frr: 92, bird: 47, gobgp: 59 };
/** More in an OPEN of BIRD that asks for graceful restart. */
const BIRD_RESTART_BYTES = 10;

/** What counts for the length of a message. */
export interface MeasuredMessage {
  readonly kind: 'open' | 'update' | 'keepalive' | 'notification';
  /** Lengths of the prefixes. */
  readonly withdrawnLengths: readonly number[];
  readonly announcedLengths: readonly number[];
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
  if (message.kind === 'open') return openBytes(sender);
  const prefixes = prefixBytes(message.withdrawnLengths) + prefixBytes(message.announcedLengths);
  const told = message.announcedLengths.length > 0 && message.attributes !== undefined;
  return HEADER_BYTES + UPDATE_BYTES + prefixes + (told ? attributeBytes(message.attributes, sender.daemon) : 0);
}

function openBytes({ daemon, name, restarts }: MessageSender): number {
  if (daemon === 'frr') return OPEN_BYTES.frr + name.length;
  return OPEN_BYTES[daemon] + (daemon === 'bird' && restarts ? BIRD_RESTART_BYTES : 0);
}

function prefixBytes(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + 1 + Math.ceil(length / 8), 0);
}

function attributeBytes(attributes: Attributes, daemon: Daemon): number {
  const { asPath, med, localPreference, communities, originatorId, clusterList, atomicAggregate } = attributes;
  const address = ATTRIBUTE_BYTES + ADDRESS_BYTES;
  const list = (length: number): number => (length === 0 ? 0 : ATTRIBUTE_BYTES + ADDRESS_BYTES * length);
  const path =
    ATTRIBUTE_BYTES + (daemon === 'frr' ? 1 : 0) + (asPath.length === 0 ? 0 : 2 + ADDRESS_BYTES * asPath.length);
  const origin = ATTRIBUTE_BYTES + 1;
  const optional = [med !== ABSENT, localPreference !== ABSENT, originatorId !== 0].filter(Boolean).length * address;
  const lists = list(communities.length) + list(clusterList.length);
  return origin + path + address + optional + lists + (atomicAggregate ? ATTRIBUTE_BYTES : 0);
}
