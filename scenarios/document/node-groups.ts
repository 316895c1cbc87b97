/** The machines that groups may add: nodes like those that they have, after all others of their cluster. */
import type { NodeAutoscalerFile, ReserveFile } from './node-group-schema.ts';
import { digitsFor, type NodeRun } from './node-list.ts';

/** The name by which a scenario speaks of a run of nodes. */
export function groupNameOf({ namePrefix }: { readonly namePrefix: string }): string {
  return namePrefix.replace(/-$/, '');
}

/** What of a member says how its nodes come and go. */
interface AutoscaledMember {
  readonly nodeAutoscaler?: NodeAutoscalerFile | undefined;
}

/** What of a scenario says whose nodes come and go. */
interface AutoscaledNodes extends AutoscaledMember {
  readonly federation?: { readonly clusters: readonly AutoscaledMember[] } | undefined;
}

/** The node autoscaler of a member: its own, or the one that is written for all; undefined: its nodes stay. */
export function autoscalerOfMember(
  { nodeAutoscaler }: AutoscaledNodes,
  member: AutoscaledMember,
): NodeAutoscalerFile | undefined {
  return member.nodeAutoscaler ?? nodeAutoscaler;
}

/** Every node autoscaler that works somewhere in a scenario. */
export function autoscalersOfNodes(scenario: AutoscaledNodes): readonly NodeAutoscalerFile[] {
  const { nodeAutoscaler, federation } = scenario;
  const all =
    federation === undefined
      ? [nodeAutoscaler]
      : federation.clusters.map((member) => autoscalerOfMember(scenario, member));
  return all.flatMap((one) => one ?? []);
}

/** The reserves that are kept somewhere in a scenario. */
export function reservesOf(scenario: AutoscaledNodes): readonly ReserveFile[] {
  return autoscalersOfNodes(scenario).flatMap(({ reserve }) => reserve ?? []);
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
