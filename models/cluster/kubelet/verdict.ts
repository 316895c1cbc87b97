/**
 * What the probes of a container will find next, and when.
 *
 * Source: Kubernetes 1.34 `core/v1` Probe: a startup probe that never succeeds ends the container, and keeps the others silent until it
 * succeeds; liveness ends it; readiness says whether it is offered.
 * Leaves out: an application that falls silent before it was found well (its first finding stands until it comes).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PodRuntime } from './pod-runtime.ts';
import { failsNs, givesUp, succeedsNs } from './probe.ts';

/** The next finding. */
export interface Verdict {
  readonly finding: 'ready' | 'unready' | 'killed';
  readonly atNs: TimeNs;
}

/** A container that started at `startedNs` and answers from `answersNs` on. */
export function verdictOnStart(runtime: PodRuntime, startedNs: TimeNs, answersNs: TimeNs): Verdict {
  const { startup, readiness, liveness } = runtime;
  if (startup !== undefined) {
    if (givesUp(startup, startedNs, answersNs))
      return { finding: 'killed', atNs: failsNs(startup, startedNs, startedNs) };
    const bornNs = succeedsNs(startup, startedNs, answersNs);
    return { finding: 'ready', atNs: readiness === undefined ? bornNs : succeedsNs(readiness, startedNs, bornNs) };
  }
  // Without a startup probe a slow start is the liveness probe's business.
  if (liveness !== undefined && givesUp(liveness, startedNs, answersNs))
    return { finding: 'killed', atNs: failsNs(liveness, startedNs, startedNs) };
  // Without a readiness probe it is Ready as soon as it runs.
  return { finding: 'ready', atNs: readiness === undefined ? startedNs : succeedsNs(readiness, startedNs, answersNs) };
}

/** A container that ran well answers nothing from `silentNs` on; undefined: nobody asks. */
export function verdictOnSilence(
  { readiness, liveness }: PodRuntime,
  startedNs: TimeNs,
  silentNs: TimeNs,
  isReady: boolean,
): Verdict | undefined {
  const unreadyNs = readiness === undefined || !isReady ? Infinity : failsNs(readiness, startedNs, silentNs);
  const killedNs = liveness === undefined ? Infinity : failsNs(liveness, startedNs, silentNs);
  if (unreadyNs === Infinity && killedNs === Infinity) return undefined;
  return unreadyNs <= killedNs ? { finding: 'unready', atNs: unreadyNs } : { finding: 'killed', atNs: killedNs };
}

/** A container that answers again from `answersNs` on; undefined: nothing changes. */
export function verdictOnRecovery(
  { readiness }: PodRuntime,
  startedNs: TimeNs,
  answersNs: TimeNs,
  isReady: boolean,
): Verdict | undefined {
  if (isReady) return undefined;
  return { finding: 'ready', atNs: readiness === undefined ? answersNs : succeedsNs(readiness, startedNs, answersNs) };
}
