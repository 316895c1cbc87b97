/**
 * Neighbours whose link addresses cannot be resolved for a while, because the kernel's table of neighbours is full: attempts to
 * connect to them come to nothing, without a packet.
 *
 * Source: three of twenty recorded cold starts of BIRD, in which sessions came up in groups after about 3, 7 and 13 s although every daemon tried each
 * second and no first packet was repeated; tables that overflowed are told of in the notes of the same recordings (1,024 entries over
 * all namespaces of one kernel). Left out: who fills the table (models/network/layer2 has it).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { SessionEnds } from './session-ends.ts';

/** When entries were freed, and the share of sessions that waited until then. */
export type ResolutionRule = readonly { readonly atNs: TimeNs; readonly share: number }[];

/** From when on each session's ends find each other. */
export class Resolution {
  readonly #fromNs: Float64Array | undefined;

  constructor(rule: ResolutionRule | undefined, ends: SessionEnds, streams: StreamSource) {
    if (rule === undefined) return;
    const stream = streams.stream('kernel', 'neighbours');
    this.#fromNs = new Float64Array(ends.count);
    for (let end = 0; end < ends.count; end++) {
      const peer = ends.peerOf[end]!;
      const known = peer >= 0 && peer < end ? this.#fromNs[peer]! : undefined;
      this.#fromNs[end] = known ?? drawn(rule, stream.uniform());
    }
  }

  /** Whether an end finds its peer now. */
  resolves(end: number, nowNs: TimeNs): boolean {
    return this.#fromNs === undefined || nowNs >= this.#fromNs[end]!;
  }
}

function drawn(rule: ResolutionRule, dice: number): TimeNs {
  let left = dice;
  for (const { atNs, share } of rule) {
    if (left < share) return atNs;
    left -= share;
  }
  return 0;
}
