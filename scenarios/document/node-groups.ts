/** The machines that groups may add: nodes like those that they have, after all others. */
import type { NodeAutoscalerFile } from './node-group-schema.ts';
import { digitsFor, type NodeRun } from './node-list.ts';

/** The name by which a scenario speaks of a run of nodes. */
export function groupNameOf({ namePrefix }: { readonly namePrefix: string }): string {
  return namePrefix.replace(/-$/, '');
}

/** One run of spare machines for each group that may have more than it has. */
export function spareRuns(nodes: readonly NodeRun[], autoscaler: NodeAutoscalerFile | undefined): NodeRun[] {
  return (autoscaler?.groups ?? []).flatMap(({ nodes: name, max }) => {
    const run = nodes.find((each) => groupNameOf(each) === name)!;
    const count = max - run.count;
    const digits = Math.max(run.digits, digitsFor(max));
    return count <= 0 ? [] : [{ ...run, first: run.first + run.count, count, digits }];
  });
}

/** The group of each node, those of the spare machines included; -1: none. */
export function groupOfNodes(nodes: readonly NodeRun[], autoscaler: NodeAutoscalerFile | undefined): number[] {
  const groups = autoscaler?.groups ?? [];
  return [...nodes, ...spareRuns(nodes, autoscaler)].flatMap((run) => {
    const group = groups.findIndex((each) => each.nodes === groupNameOf(run));
    return Array.from({ length: run.count }, () => group);
  });
}
