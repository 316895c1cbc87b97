/** Checks of groups of machines: names that exist, bounds that leave room, no rival for the same nodes. */
import { formatTime } from '../../sim/engine/sim-time.ts';
import { NODES_MAX } from './cluster-schema.ts';
import type { CountedCluster } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import { memberRuns } from './federation-check.ts';
import { type Finding, finding } from './issue.ts';
import { type NodeAutoscalerFile, nodeAutoscalerSchema } from './node-group-schema.ts';
import { autoscalerOfMember, groupNameOf } from './node-groups.ts';
import { countOf } from './node-list.ts';
import { pausePodOf, RESERVE_NAME } from './reserve.ts';
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

/** Where a node autoscaler works, and where it is written. */
interface Site {
  readonly autoscaler: NodeAutoscalerFile;
  readonly path: Path;
  /** Nodes of the cluster; undefined: they cannot be read. */
  readonly nodes: CountedCluster['nodes'] | undefined;
  /** The member, as the end of a message; empty where there is one cluster. */
  readonly where: string;
}

type CountedLists = { readonly [Part in 'nodes' | 'pods']: CountedCluster[Part] | undefined };

/** Findings about the node autoscalers of a scenario, whatever else is wrong with it. */
export function checkNodeGroups(
  file: Partial<ScenarioFile>,
  { nodes, pods }: CountedLists,
  isWritten: (part: string) => boolean,
): Finding[] {
  const sites = isWritten('federation') ? sitesOfMembers(file, nodes) : sitesOfOne(file, nodes);
  const findings = [...sites.flatMap(checkGroups), ...distinct(sites).flatMap(checkJustInTime)];
  if (file.nodeAutoscaler === undefined) return [...once(findings), ...checkReserves(sites, pods)];
  if (!isWritten('load')) findings.push(needs('load', 'only living services have it', 'a scenario with load'));
  if (file.federation !== undefined && sites.every(({ path }) => path.length > 1))
    findings.push(needs('one for all', 'every member has its own', 'a member without nodeAutoscaler'));
  return [...once(findings), ...checkReserves(sites, pods)];
}

function needs(got: string, message: string, expected: string): Finding {
  return finding(['nodeAutoscaler'], message, expected, got, 'take one of them out');
}

function sitesOfOne({ nodeAutoscaler }: Partial<ScenarioFile>, nodes: CountedLists['nodes']): Site[] {
  return nodeAutoscaler === undefined
    ? []
    : [{ autoscaler: nodeAutoscaler, path: ['nodeAutoscaler'], nodes, where: '' }];
}

function sitesOfMembers(file: Partial<ScenarioFile>, nodes: CountedLists['nodes']): Site[] {
  return (file.federation?.clusters ?? []).flatMap((member, at): Site[] => {
    const autoscaler = autoscalerOfMember(file, member);
    if (autoscaler === undefined) return [];
    const isOwn = member.nodeAutoscaler !== undefined;
    const path: Path = isOwn ? ['federation', 'clusters', at, 'nodeAutoscaler'] : ['nodeAutoscaler'];
    const runs = nodes === undefined || nodes.length === 0 ? undefined : memberRuns(member, nodes);
    return [{ autoscaler, path, nodes: runs, where: ` in ${member.name}` }];
  });
}

/** What is written for several members is wrong once. */
function once(findings: readonly Finding[]): Finding[] {
  const at = findings.map(({ path }) => path.join('.'));
  return findings.filter((_, index) => at.indexOf(at[index]!) === index);
}

function distinct(sites: readonly Site[]): Site[] {
  return sites.filter(({ autoscaler }, index) => sites.findIndex((one) => one.autoscaler === autoscaler) === index);
}

/** Pause pods of all members are one kind of pods, with a name of its own. */
function checkReserves(sites: readonly Site[], pods: CountedLists['pods']): Finding[] {
  if (pods === undefined) return [];
  const kept = distinct(sites).flatMap(({ autoscaler: { reserve }, path, where }) => {
    if (reserve === undefined) return [];
    const pause = pausePodOf(
      reserve,
      pods.map(({ shape }) => shape),
    );
    return [{ path: [...path, 'reserve'], where, size: `${pause.cpuMilli}m and ${pause.memoryMib}Mi` }];
  });
  const first = kept[0];
  if (first === undefined) return [];
  const unlike = kept.filter(({ size }) => size !== first.size);
  const named = pods.some(({ name }) => name === RESERVE_NAME);
  return [
    ...unlike.map(({ path, size }) =>
      finding(
        path,
        'pause pods of all members are alike',
        `${first.size}, as${first.where}`,
        size,
        'write the same cpu and memory in all reserves',
      ),
    ),
    ...(named ? [sameName(first.path)] : []),
  ];
}

function sameName(path: Path): Finding {
  const [message, expected] = ['pause pods have this name', 'another name of the group of pods'];
  return finding(path, message, expected, RESERVE_NAME, 'rename the group, or keep no reserve');
}

/** What only groups know, or what would never end a batch. */
function checkJustInTime({ autoscaler: file, path: under }: Site): Finding[] {
  const { groups, justInTime } = file;
  if (justInTime === undefined) return [];
  const { batchIdle, batchMost } = justInTime;
  const minima = groups.flatMap(({ min }, at): Finding[] => {
    const path: Path = [...under, 'groups', at, 'min'];
    const hint = 'take it out, or use a reserve';
    return min === 0 ? [] : [finding(path, 'machines that are made just in time have no minimum', '0', `${min}`, hint)];
  });
  minima.push(...groupsOnly(file, under));
  if (batchIdle <= batchMost) return minima;
  const path: Path = [...under, 'justInTime', 'batchMost'];
  const [least, got] = [formatTime(batchIdle), formatTime(batchMost)];
  return [...minima, finding(path, 'shorter than batchIdle', `at least ${least}`, got, 'write a longer batchMost')];
}

/** Settings that nobody would heed. */
function groupsOnly(file: NodeAutoscalerFile, under: Path): Finding[] {
  const usual = nodeAutoscalerSchema.parse({ groups: [{ nodes: 'any', max: 1 }] })!;
  return GROUPS_ONLY.filter((key) => String(file[key]) !== String(usual[key])).map((key) =>
    finding([...under, key], 'only groups that grow heed it', 'no justInTime beside it', key, 'take it out'),
  );
}

function checkGroups({ autoscaler: { groups }, path: under, nodes, where }: Site): Finding[] {
  if (nodes === undefined) return [];
  const names = nodes.map(groupNameOf);
  const findings = groups.flatMap(({ nodes: name, min, max }, at): Finding[] => {
    const path: Path = [...under, 'groups', at];
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
              `the group has ${count} nodes at the start${where}`,
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
              `the group has only ${count} nodes${where}, and nothing grows to a minimum`,
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
  return [...findings, finding([...under, 'groups'], 'too many nodes in all', `at most ${NODES_MAX}`, `${most}`, hint)];
}
