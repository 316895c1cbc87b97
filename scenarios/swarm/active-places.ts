/** Which members serve what only one may: the active place and its standby of a federation, as their marks tell. */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Onlooker } from './onlooker.ts';
import type { Instant } from './playback.ts';

/** Follows them; nobody where the document has no such places. */
export class ActivePlaces {
  readonly #onlooker: Onlooker;
  readonly #workload: string | undefined;
  /** Names of members. */
  readonly active: Set<string>;
  /** When they last were others. */
  changedNs: TimeNs = 0;

  constructor(document: ScenarioDocument, onlooker: Onlooker) {
    const standby = document.federation?.activeStandby;
    this.#onlooker = onlooker;
    this.#workload = standby?.workload;
    this.active = new Set(standby === undefined ? [] : [standby.active]);
  }

  /** Takes in what has happened. */
  see({ timeNs, marks }: Instant): void {
    if (this.#workload === undefined) return;
    for (const { name, row, payload } of marks) {
      if (name !== 'member') continue;
      const member = this.#onlooker.clusters[row]!;
      if (payload[0] === `is the active place of ${this.#workload} now`) this.active.add(member);
      else if (payload[0] === `stops to serve ${this.#workload}`) this.active.delete(member);
      else continue;
      this.changedNs = timeNs;
    }
  }
}
