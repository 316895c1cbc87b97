/** Checks of groups of machines: names that exist, bounds that leave room, no rival for the same nodes. */
import { formatTime } from '../../sim/engine/sim-time.ts';
import { NODES_MAX } from './cluster-schema.ts';
import type { CountedCluster } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import { type Finding, finding } from './issue.ts';
import { type NodeAutoscalerFile, nodeAutoscalerSchema } from './node-group-schema.ts';
import { groupNameOf } from './node-groups.ts';
import { countOf } from './node-list.ts';
import { RESERVE_NAME } from './reserve.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** What growing and shrinking by groups goes by, and machines bought just in time do not. */
const GROUPS_ONLY = [
  'expanders',
  'scan',
  'newPodDelay',
  'scaleDown',
  'utilisation',
  'unneeded',
  'delayAfterAdd',
] as const;

/** Findings about the node autoscaler of a scenario, whatever else is wrong with it. */
export function checkNodeGroups(
  file: Partial<ScenarioFile>,
  { nodes, pods }: { readonly [Part in 'nodes' | 'pods']: CountedCluster[Part] | undefined },
  isWritten: (part: string) => boolean,
): Finding[] {
  const { nodeAutoscaler } = file;
  if (nodeAutoscaler === undefined) return [];
  const findings = isWritten('load') ? [] : [needs('load', 'only living services have it', 'a scenario with load')];
  if (isWritten('federation')) findings.push(needs('federation', 'one cluster at a time', 'no federation beside it'));
  if ((file.cluster?.manifests?.length ?? 0) > 0)
    findings.push(needs('manifests', 'machines are added to groups only', 'nodes in groups, without manifests'));
  if (nodes !== undefined) findings.push(...checkGroups(nodeAutoscaler, nodes));
  findings.push(...checkJustInTime(nodeAutoscaler));
  if (pods?.some(({ name }) => name === RESERVE_NAME) && nodeAutoscaler.reserve !== undefined)
    findings.push(needs(RESERVE_NAME, 'pause pods have this name', 'another name of the group of pods'));
  return findings;
}

function needs(got: string, message: string, expected: string): Finding {
  return finding(['nodeAutoscaler'], message, expected, got, 'take one of them out');
}

/** What only groups know, or what would never end a batch. */
function checkJustInTime(file: NodeAutoscalerFile): Finding[] {
  const { groups, justInTime } = file;
  if (justInTime === undefined) return [];
  const { batchIdle, batchMost } = justInTime;
  const minima = groups.flatMap(({ min }, at): Finding[] => {
    const path: Path = ['nodeAutoscaler', 'groups', at, 'min'];
    const hint = 'take it out, or use a reserve';
    return min === 0 ? [] : [finding(path, 'machines that are made just in time have no minimum', '0', `${min}`, hint)];
  });
  minima.push(...groupsOnly(file));
  if (batchIdle <= batchMost) return minima;
  const path: Path = ['nodeAutoscaler', 'justInTime', 'batchMost'];
  const [least, got] = [formatTime(batchIdle), formatTime(batchMost)];
  return [...minima, finding(path, 'shorter than batchIdle', `at least ${least}`, got, 'write a longer batchMost')];
}

/** Settings that nobody would heed. */
function groupsOnly(file: NodeAutoscalerFile): Finding[] {
  const usual = nodeAutoscalerSchema.parse({ groups: [{ nodes: 'any', max: 1 }] })!;
  return GROUPS_ONLY.filter((key) => String(file[key]) !== String(usual[key])).map((key) =>
    finding(['nodeAutoscaler', key], 'only groups that grow heed it', 'no justInTime beside it', key, 'take it out'),
  );
}

function checkGroups({ groups }: NodeAutoscalerFile, nodes: CountedCluster['nodes']): Finding[] {
  const names = nodes.map(groupNameOf);
  const findings = groups.flatMap(({ nodes: name, min, max }, at): Finding[] => {
    const path: Path = ['nodeAutoscaler', 'groups', at];
    const index = names.indexOf(name);
    if (index < 0) return [unknownName([...path, 'nodes'], 'group of nodes', name, names.slice(0, 20))];
    const { count } = nodes[index]!;
    const twice = groups.findIndex((other) => other.nodes === name) < at;
    return [
      ...(min > max
        ? [
            finding(
              [...path, 'min'],
              'more than max',
              `at most ${max}`,
              `${min}`,
              'write a smaller min or a larger max',
            ),
          ]
        : []),
      ...(count > max
        ? [
            finding(
              [...path, 'max'],
              `the group has ${count} nodes at the start`,
              `at least ${count}`,
              `${max}`,
              'write a larger max',
            ),
          ]
        : []),
      ...(count < min && min <= max
        ? [
            finding(
              [...path, 'min'],
              `the group has only ${count} nodes, and nothing grows to a minimum`,
              `at most ${count}`,
              `${min}`,
              'give cluster.nodes more of them',
            ),
          ]
        : []),
      ...(twice
        ? [finding([...path, 'nodes'], 'two entries for one group', 'one for each', name, 'take one out')]
        : []),
    ];
  });
  const most =
    countOf(nodes) +
    groups.reduce((sum, { nodes: name, max }) => sum + max - (nodes[names.indexOf(name)]?.count ?? 0), 0);
  if (most <= NODES_MAX) return findings;
  const hint = 'write smaller maxima';
  return [
    ...findings,
    finding(['nodeAutoscaler', 'groups'], 'too many nodes in all', `at most ${NODES_MAX}`, `${most}`, hint),
  ];
}
