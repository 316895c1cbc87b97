/**
 * The interfaces behind one bridge in one VLAN: what a flood reaches at the same instant.
 *
 * A frame that is flooded arrives at every member but its sender. It is counted once for all, and once for the member
 * that sent it, so that each member's own count is exact and a flood costs the same for four hosts as for four thousand. A
 * member's count is that of the group less what came from it. Tests hold this equal to counting frame by frame.
 *
 * Source: IEEE 802.1Q-2018, 8.8 (a frame leaves through every port of its VLAN but its own). Left out: rates of ports.
 */

/** Members and what was flooded to them. */
export class BroadcastGroup {
  /** Interfaces that are reached without another bridge. */
  readonly members: readonly number[];
  /** The bridge's ports to other bridges and to programs. */
  readonly onward: readonly number[];
  /** ARP requests flooded so far. */
  arpFrames = 0;
  /** Frames flooded so far, of any kind. */
  allFrames = 0;
  readonly #own = new Map<number, { arp: number; all: number }>();

  constructor(members: readonly number[], onward: readonly number[]) {
    this.members = members;
    this.onward = onward;
  }

  /** A frame was flooded; `source` is the interface that sent it, if it is a member. */
  count(isArp: boolean, source: number): void {
    this.allFrames++;
    if (isArp) this.arpFrames++;
    const own = this.#own.get(source) ?? { arp: 0, all: 0 };
    own.all++;
    if (isArp) own.arp++;
    this.#own.set(source, own);
  }

  /** ARP requests that a member has received. */
  arpReceived(member: number): number {
    return this.arpFrames - (this.#own.get(member)?.arp ?? 0);
  }

  /** Flooded frames that a member has received. */
  allReceived(member: number): number {
    return this.allFrames - (this.#own.get(member)?.all ?? 0);
  }
}
