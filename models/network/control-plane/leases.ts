/**
 * Leases: keys of a store that vanish when those who hold them could not renew them in time.
 *
 * Source: Flannel with etcd (a lease of 24 h, renewed an hour before its end; flannel-io/flannel #1240), where a node that comes
 * too late gets another range (oracle/terraform-kubernetes-installer #5). Here it gets the same one back, a moment later.
 * Leaves out: another range and the pods that keep addresses of the old one, leases that the store prolongs after its own
 * restart.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { Lease } from './profile.ts';

/** When the lease of each entry was taken. */
export class Leases {
  readonly #lease: Lease | undefined;
  readonly #takenNs = new Map<number, TimeNs>();

  constructor(lease: Lease | undefined) {
    this.#lease = lease;
  }

  /** An entry is written: its lease begins. */
  take(entry: number, nowNs: TimeNs): void {
    if (this.#lease !== undefined) this.#takenNs.set(entry, nowNs);
  }

  /** An entry was written long before the run: its lease is somewhere between two renewals. */
  takeBefore(entry: number, stream: Stream): void {
    if (this.#lease !== undefined) this.#takenNs.set(entry, -Math.floor(stream.uniform() * this.#lease.renewalNs));
  }

  /** An entry is gone. */
  drop(entry: number): void {
    this.#takenNs.delete(entry);
  }

  /** Entries whose leases ran out because nobody could renew any from `sinceNs` to `untilNs`, in the order of their taking. */
  expired(sinceNs: TimeNs, untilNs: TimeNs): number[] {
    const lease = this.#lease;
    if (lease === undefined) return [];
    return [...this.#takenNs.entries()]
      .filter(([, takenNs]) => {
        const renewals = Math.max(0, Math.floor((sinceNs - takenNs) / lease.renewalNs));
        return takenNs + renewals * lease.renewalNs + lease.ttlNs < untilNs;
      })
      .map(([entry]) => entry);
  }
}
