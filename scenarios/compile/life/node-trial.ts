/** The scheduler's own books lent to a node autoscaler, machines that are not there yet among the nodes. */
import type { TrialCluster } from '../../../models/autoscaling/nodes/trial-cluster.ts';
import type { Trial } from '../../../models/scheduling/trial.ts';

/** `seatOf`: the scheduler's number of a pod; `there`: nodes that exist; `spares`: by group, numbers of machines that do not. */
export function trialClusterOf(
  trial: Trial,
  seatOf: (pod: number) => number,
  there: readonly number[],
  spares: readonly (readonly number[])[],
): TrialCluster {
  const added: { readonly node: number; readonly at: number }[] = [];
  return {
    nodes: () => [...there, ...added.map(({ node }) => node)],
    addNode: (group) => {
      const node = spares[group]!.find((each) => !added.some((other) => other.node === each)) ?? -1;
      if (node < 0) return node;
      added.push({ node, at: trial.mark() });
      trial.setPresent(node, true);
      return node;
    },
    dropNode: (node) => trial.setCordoned(node, true),
    fits: (pod, node) => trial.fits(seatOf(pod), node),
    place: (pod, node) => trial.place(seatOf(pod), node),
    lift: (pod) => trial.lift(seatOf(pod)),
    mark: () => trial.mark(),
    backTo: (mark) => {
      while (added.length > 0 && added[added.length - 1]!.at >= mark) added.pop();
      trial.backTo(mark);
    },
  };
}
