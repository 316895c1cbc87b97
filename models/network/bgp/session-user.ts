/**
 * What the sessions of a network stand on, and what its routers do with them: declared here, so that both know it.
 *
 * Source: ours. Left out: nothing happens here.
 */
import type { SpeakerConfiguration } from './configuration.ts';
import type { SocketItem } from './main-loop.ts';
import type { BgpMessage, UpdateMessage } from './message.ts';
import type { Ports } from './ports.ts';
import type { Resolution } from './resolution.ts';
import type { SessionEnds } from './session-ends.ts';

/** What sessions are made of. `countsKeepalives`: they are messages of their own. */
export interface SessionParts {
  readonly speakers: readonly SpeakerConfiguration[];
  readonly ends: SessionEnds;
  readonly ports: Ports;
  readonly resolution: Resolution;
  readonly countsKeepalives: boolean;
}

/** What the router does with its sessions. */
export interface SessionUser {
  /** The end accepted a connection that its peer made. */
  accepted(end: number): void;
  up(end: number): void;
  /** `graceful`: the peer asked for its routes to be kept while it restarts. */
  down(end: number, graceful: boolean): void;
  update(end: number, message: UpdateMessage): void;
  /** Something came to the socket of an end whose daemon has a main loop. */
  socket(end: number, connection: number, items: readonly SocketItem[]): void;
  /** A message leaves. */
  sent(end: number, message: BgpMessage): void;
}
