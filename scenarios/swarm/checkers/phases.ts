/** A pod is in one phase at a time, and goes from phase to phase as pods do. */
import { PHASE } from '../../../models/world/catalog.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker } from '../checker.ts';
import type { Change } from '../playback.ts';

const NAMES = Object.keys(PHASE) as (keyof typeof PHASE)[];

/** What may follow each phase, over whole instants. */
const NEXT: Readonly<Partial<Record<keyof typeof PHASE, readonly (keyof typeof PHASE)[]>>> = {
  pending: ['unschedulable', 'starting', 'ending'],
  unschedulable: ['starting', 'ending'],
  starting: ['pulling', 'noImage', 'running', 'crashed', 'evicted', 'lost', 'ending'],
  pulling: ['noImage', 'starting', 'evicted', 'lost', 'ending'],
  noImage: ['pulling', 'starting', 'evicted', 'lost', 'ending'],
  running: ['starting', 'crashed', 'evicted', 'lost', 'ending'],
  crashed: ['starting', 'running', 'evicted', 'lost', 'ending'],
  evicted: ['ending'],
  lost: ['starting', 'running', 'ending'],
  // Its node may die meanwhile; but it never serves again.
  ending: ['lost'],
};

/** A Ready pod runs, or what became of it has yet to be told. */
const UNHEARD: readonly (keyof typeof PHASE)[] = ['running', 'lost', 'crashed', 'evicted'];

/** As the file says. */
export const phases: Checker = {
  name: 'phases',
  statement: 'A pod is in one phase at a time, and goes from phase to phase as pods do.',
  watch: ({ onlooker, report }) => {
    /** When pods were last lost with their node. */
    const lostNs = new Map<Change['row'], TimeNs>();
    return {
      instant: ({ timeNs, changes }) => {
        for (const [pod, before] of firstValues(changes)) {
          const [from, to] = [NAMES[before]!, NAMES[pod.values['phase']!]!];
          const known = onlooker.pods[pod.row]!;
          const stands = onlooker.stands && timeNs === 0 && to === 'running';
          if (from !== to && !stands && !NEXT[from]?.includes(to))
            report(timeNs, `after ${from}: ${NEXT[from]?.join(', ') ?? 'nothing'}`, `${pod.name} is ${to}`);
          const ordered = known.endsNs !== undefined && known.endsNs < timeNs;
          if (ordered && to !== 'ending' && to !== 'lost')
            report(timeNs, 'a pod that was told to end is never started again', `${pod.name} is ${to}`);
          if (to === 'lost') lostNs.set(pod, timeNs);
          // A machine that came back has not yet said that its pods start anew.
          if (known.ready && !UNHEARD.includes(to) && (lostNs.get(pod) ?? -1) < known.readyNs)
            report(timeNs, 'a pod that is Ready runs', `${pod.name} is ${to}`);
        }
      },
    };
  },
};

/** Pods whose phase was set in an instant, with what it was before. */
function firstValues(changes: readonly Change[]): Map<Change['row'], number> {
  const first = new Map<Change['row'], number>();
  for (const { what, table, row, column, before } of changes)
    if (what === 'set' && table === 'pods' && column === 'phase' && !first.has(row)) first.set(row, before);
  return first;
}
