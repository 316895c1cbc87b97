/**
 * The trial of a node autoscaler on the scheduler's own books: machines that are not there yet are among its nodes, and come to be in it.
 *
 * Source: ours; both autoscalers upstream copy the scheduler's snapshot and ask its filters. Leaves out: nothing that the filters see.
 * Choice of ours: of the machines of a group that are not there, the one that is listed first comes first.
 */
import type { Scheduler } from '../../scheduling/scheduler.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** `seatOf`: the scheduler's number of a pod; `there`: nodes that exist; `spares`: by group, numbers of machines that do not. */
export function trialClusterOf(
  scheduler: Pick<Scheduler, 'trial' | 'nodeOf'>,
  seatOf: (pod: number) => number,
  there: readonly number[],
  spares: readonly (readonly number[])[],
): TrialCluster {
  const trial = scheduler.trial();
  const added: { readonly node: number; readonly at: number; goneAt: number }[] = [];
  const isThere = ({ goneAt }: { readonly goneAt: number }): boolean => goneAt === Number.POSITIVE_INFINITY;
  return {
    nodes: () => [...there, ...added.filter(isThere).map(({ node }) => node)],
    addNode: (group) => {
      const isTaken = (node: number): boolean => added.some((other) => other.node === node && isThere(other));
      const node = spares[group]!.find((each) => !isTaken(each)) ?? -1;
      if (node < 0) return node;
      added.push({ node, at: trial.mark(), goneAt: Number.POSITIVE_INFINITY });
      trial.setPresent(node, true);
      return node;
    },
    removeNode: (node) => {
      added.find((each) => each.node === node && isThere(each))!.goneAt = trial.mark();
      trial.setPresent(node, false);
    },
    dropNode: (node) => trial.setCordoned(node, true),
    fits: (pod, node) => trial.fits(seatOf(pod), node),
    place: (pod, node) => {
      // A pod that is being bound stands there in the scheduler's books already.
      if (scheduler.nodeOf(seatOf(pod)) !== node) trial.place(seatOf(pod), node);
    },
    lift: (pod) => trial.lift(seatOf(pod)),
    mark: () => trial.mark(),
    backTo: (mark) => {
      while (added.length > 0 && added[added.length - 1]!.at >= mark) added.pop();
      for (const each of added) if (each.goneAt >= mark) each.goneAt = Number.POSITIVE_INFINITY;
      trial.backTo(mark);
    },
  };
}
