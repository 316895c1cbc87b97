/**
 * What a router finds wrong with its peer's OPEN.
 *
 * Source: RFC 4271 section 6.2, RFC 6286 (router ids must differ within an AS only). Left out: versions, optional parameters.
 */
import type { NeighborConfiguration, SpeakerConfiguration } from './configuration.ts';
import { NOTIFICATION, type NotificationCode } from './message.ts';

/** Such hold times are refused, s. */
const SHORT_HOLDS: readonly number[] = [1, 2];

/** The fault; undefined if there is none. `expected` is how we have written the peer, `holdSeconds` what it proposes. */
export function openFault(
  own: SpeakerConfiguration,
  peer: SpeakerConfiguration,
  expected: NeighborConfiguration,
  holdSeconds: number,
): NotificationCode | undefined {
  if (peer.asn !== expected.remoteAsn) return NOTIFICATION.openBadPeerAs;
  const isTwin = own.asn === peer.asn && own.routerId === peer.routerId;
  if (peer.routerId === 0 || isTwin) return NOTIFICATION.openBadIdentifier;
  return SHORT_HOLDS.includes(holdSeconds) ? NOTIFICATION.openBadHoldTime : undefined;
}
