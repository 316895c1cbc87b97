/**
 * BGP messages, and how many bytes they take.
 *
 * Source: RFC 4271 section 4, RFC 2918 and RFC 7313 (ROUTE-REFRESH), RFC 4724 (End-of-RIB), RFC 6793 (AS numbers of four octets).
 * Left out: the bytes themselves (models/network/wire writes them).
 */
import type { Attributes, AttributesId } from './attributes.ts';
import { ABSENT } from './attributes.ts';
import type { Prefix } from './configuration.ts';
import type { PrefixId } from './prefix-table.ts';

/** Codes of NOTIFICATION, RFC 4271 section 4.5, RFC 4486 and RFC 6608. */
export const NOTIFICATION = {
  openBadPeerAs: { code: 2, subcode: 2 },
  openBadIdentifier: { code: 2, subcode: 3 },
  openBadHoldTime: { code: 2, subcode: 6 },
  holdTimer: { code: 4, subcode: 0 },
  stateUnspecified: { code: 5, subcode: 0 },
  stateOpenSent: { code: 5, subcode: 1 },
  ceaseShutdown: { code: 6, subcode: 2 },
  ceaseReset: { code: 6, subcode: 4 },
  ceaseCollision: { code: 6, subcode: 7 },
  ceaseBfdDown: { code: 6, subcode: 10 },
} as const;

/** Which error a NOTIFICATION tells. */
export interface NotificationCode {
  readonly code: number;
  readonly subcode: number;
}

/** A message as an observer sees it. */
export type BgpMessage =
  | { readonly kind: 'open'; readonly holdSeconds: number }
  | { readonly kind: 'keepalive' }
  | ({ readonly kind: 'notification' } & NotificationCode)
  | RefreshMessage
  | UpdateMessage;

/** A ROUTE-REFRESH: asks for all routes, or says that their telling begins or ends. */
export interface RefreshMessage {
  readonly kind: 'refresh';
  readonly word: 'request' | 'begin' | 'end';
}

/** An UPDATE: takes back, or announces with one set of attributes; an End-of-RIB does neither. */
export interface UpdateMessage {
  readonly kind: 'update';
  readonly withdrawn: readonly PrefixId[];
  readonly announced: readonly PrefixId[];
  /** Of the announced; -1 if there are none. A next hop of `NEXT_HOP_SENDER` is the sender's address. */
  readonly attributes: AttributesId;
}

/** The longest message. */
export const MESSAGE_BYTES_MAX = 4096;
/** Header, and the two length fields of an UPDATE. */
const HEADER_BYTES = 19;
const UPDATE_BYTES = HEADER_BYTES + 4;

/** Bytes of a prefix in an UPDATE. */
export function prefixBytes({ length }: Prefix): number {
  return 1 + Math.ceil(length / 8);
}

/** Bytes of attributes in an UPDATE between speakers with AS numbers of four octets. */
export function attributeBytes(attributes: Attributes): number {
  const { asPath, med, localPreference, communities, originatorId, clusterList, atomicAggregate } = attributes;
  const origin = 4;
  const path = 3 + (asPath.length === 0 ? 0 : 2 + 4 * asPath.length);
  const nextHop = 7;
  const optional = 7 * Number(med !== ABSENT) + 7 * Number(localPreference !== ABSENT) + 7 * Number(originatorId !== 0);
  const lists = listBytes(communities.length) + listBytes(clusterList.length);
  return origin + path + nextHop + optional + lists + (atomicAggregate ? 3 : 0);
}

function listBytes(count: number): number {
  return count === 0 ? 0 : 3 + 4 * count;
}

/** Cuts prefixes into lists that fit one UPDATE each, beside attributes of so many bytes. */
export function packed(
  prefixes: readonly PrefixId[],
  bytesOf: (prefix: PrefixId) => number,
  beside: number,
): PrefixId[][] {
  const lists: PrefixId[][] = [];
  let room = 0;
  for (const prefix of prefixes) {
    const bytes = bytesOf(prefix);
    if (bytes > room) {
      lists.push([]);
      room = MESSAGE_BYTES_MAX - UPDATE_BYTES - beside;
    }
    lists[lists.length - 1]!.push(prefix);
    room -= bytes;
  }
  return lists;
}
