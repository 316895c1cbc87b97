/**
 * Of an active place and its standby one serves at a time; two do only while they cannot hear each other and nobody else is asked, and in the
 * end it is one again.
 *
 * With a witness two of three must agree, so that of two parts that do not hear each other at most one has a majority.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { ActivePlaces } from '../active-places.ts';
import type { Checker, Scene, Watch } from '../checker.ts';
import type { Instant } from '../playback.ts';

/** As the file says. */
export const masters: Checker = {
  name: 'masters',
  statement:
    'Of an active place and its standby one serves at a time; two do only while they cannot hear each other and no witness is asked, and in the end one does.',
  watch: (scene) => (scene.document.federation?.activeStandby === undefined ? {} : new Mastered(scene)),
};

class Mastered implements Watch {
  readonly #scene: Scene;
  readonly #places: ActivePlaces;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#places = new ActivePlaces(scene.document, scene.onlooker);
  }

  instant(now: Instant): void {
    const { document, report } = this.#scene;
    const { active, changedNs } = this.#places;
    this.#places.see(now);
    if (this.#places.changedNs === changedNs || active.size < 2) return;
    const places = [...active].join(' and ');
    if (document.federation!.activeStandby!.witness !== undefined)
      report(now.timeNs, 'one place serves, for a witness is asked', places);
    else if (!this.#isCut(now.timeNs)) report(now.timeNs, 'one place serves, for they hear each other', places);
  }

  end(): void {
    const { endNs, report } = this.#scene;
    const { active } = this.#places;
    if (active.size !== 1) report(endNs, 'one place serves', [...active].join(' and ') || 'none');
  }

  /** Whether the two cannot hear each other at a time. */
  #isCut(timeNs: TimeNs): boolean {
    const { activeStandby, faults } = this.#scene.document.federation!;
    const pair = [activeStandby!.active, activeStandby!.standby];
    return faults.some(({ at, for: lastsNs = Number.POSITIVE_INFINITY, isolate, cut }) => {
      const strikes = (isolate !== undefined && pair.includes(isolate)) || pair.every((name) => cut?.includes(name));
      return strikes && timeNs >= at && timeNs <= at + lastsNs;
    });
  }
}
