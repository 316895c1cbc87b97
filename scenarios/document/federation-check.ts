/** Checks of `federation`: members with names of their own, what is named elsewhere is there, and parts that do not go together. */
import { faultsOfQuorum, majorityOf } from '../../models/federation/detection/plan.ts';
import { DETECTION_PROFILES } from '../../models/federation/detection/profile.ts';
import { faultsOfDivision } from '../../models/federation/division-faults.ts';
import { USES, type Use } from '../../models/federation/interconnect/line.ts';
import { PROFILES } from '../../models/federation/profiles/index.ts';
import type { PlanFault } from '../../models/traffic/load/plan-fault.ts';
import type { CountedCluster } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import { checkFederationChanges, checkKindsOfRequests } from './federation-change-check.ts';
import { divisionSchema, type FederationFile, type MemberFile } from './federation-schema.ts';
import { type Finding, finding } from './issue.ts';
import { countOf, expandNodes, type NodeRun } from './node-list.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import { checkStandby } from './standby-check.ts';

type CountedLists = { readonly [Part in 'nodes' | 'manifests']: CountedCluster[Part] | undefined };

const NAMES_SHOWN = 20;

/** Findings about the members of a federation and about what names them. */
export function checkFederation(file: Partial<ScenarioFile>, cluster: CountedLists): Finding[] {
  const { federation, load } = file;
  const sources = load?.sources ?? [];
  if (federation === undefined)
    return sources.flatMap(({ near }, i) =>
      near === undefined ? [] : [needless(['load', 'sources', i, 'near'], 'callers are near a cluster')],
    );
  if (load === undefined) return [];
  const names = federation.clusters.map(({ name }) => name);
  return [
    ...checkDivision(federation, cluster),
    ...checkDetection(federation),
    ...checkFaults(federation, names, file.duration),
    ...sources.flatMap(({ near }, i) =>
      near === undefined || names.includes(near)
        ? []
        : [unknownName(['load', 'sources', i, 'near'], 'member cluster', near, names.slice(0, NAMES_SHOWN))],
    ),
    ...checkLines(federation, names),
    ...checkUnheeded(federation),
    ...checkFederationChanges(file, names),
    ...checkKindsOfRequests(load, names.length),
    ...checkKinds(federation, cluster),
    ...checkStandby(
      federation.activeStandby,
      names,
      load.services.map(({ name }) => name),
    ),
  ];
}

/** Settings that the chosen way of doing things does not heed. */
function checkUnheeded({ profile, division, migration, configuration }: FederationFile): Finding[] {
  const usual = divisionSchema.parse({});
  const findings = (Object.keys(usual) as (keyof typeof usual)[])
    .filter((key) => profile !== undefined && division[key] !== usual[key])
    .map((key) =>
      finding(
        ['federation', 'division', key],
        `${profile} divides as it does, and does not heed it`,
        'a profile, or a division of your own',
        `${key} beside profile`,
        'take it out, or take profile out',
      ),
    );
  if (migration.timeout !== undefined && migration.mode !== undefined && migration.mode !== 'gracefully')
    findings.push(
      finding(
        ['federation', 'migration', 'timeout'],
        'only moving gracefully takes time',
        'mode: gracefully, or no timeout',
        `timeout with mode: ${migration.mode}`,
        'take it out',
      ),
    );
  if (configuration.period !== undefined && configuration.delivery === 'push')
    findings.push(
      finding(
        ['federation', 'configuration', 'period'],
        'nobody asks where configuration is pushed',
        'delivery: pull, or no period',
        'period with delivery: push',
        'take it out',
      ),
    );
  return findings;
}

/** The nodes of every member, by name. */
export function memberNodeNames(members: readonly MemberFile[], nodes: readonly NodeRun[]): string[] {
  return members.flatMap((member) =>
    expandNodes(memberRuns(member, nodes)).map((node) => `${member.name}-${node.name}`),
  );
}

/** The nodes of all members as they are called and labelled in the run, in its order. */
export function federatedNodes(members: readonly MemberFile[], nodes: readonly NodeRun[]): NodeRun[] {
  return members.flatMap((member) =>
    memberRuns(member, nodes).map((run) => ({
      ...run,
      namePrefix: `${member.name}-${run.namePrefix}`,
      shape: { ...run.shape, labels: { ...run.shape.labels, ...placeLabels(member) } },
    })),
  );
}

/** Labels by which nodes tell where they stand, as clouds set them. */
export function placeLabels({ name, region = name, zone }: MemberFile): Record<string, string> {
  return { 'topology.kubernetes.io/region': region, 'topology.kubernetes.io/zone': `${region}-${zone}` };
}

/** The nodes of one member. */
export function memberRuns({ nodes: count }: MemberFile, nodes: readonly NodeRun[]): readonly NodeRun[] {
  return count === undefined ? nodes : [{ ...nodes[0]!, count }];
}

/** Ends that exist and differ, and for every use of a pair a line. */
function checkLines({ lines }: FederationFile, names: readonly string[]): Finding[] {
  const usesOf = new Map<string, { readonly first: number; readonly uses: Set<Use> }>();
  const findings = lines.flatMap(({ between, uses }, i) => {
    const pair = [...between].sort().join(' ');
    const known = usesOf.get(pair) ?? { first: i, uses: new Set() };
    for (const use of uses ?? USES) known.uses.add(use);
    usesOf.set(pair, known);
    if (between[0] === between[1])
      return [
        finding(
          ['federation', 'lines', i, 'between'],
          `a line joins ${between[0]} to itself`,
          'two members',
          between[0]!,
          'name the other end',
        ),
      ];
    return between.flatMap((name, end) =>
      names.includes(name)
        ? []
        : [
            unknownName(
              ['federation', 'lines', i, 'between', end],
              'member cluster',
              name,
              names.slice(0, NAMES_SHOWN),
            ),
          ],
    );
  });
  for (const [pair, { first, uses }] of usesOf) {
    const missing = USES.filter((use) => !uses.has(use));
    if (missing.length === 0) continue;
    const message = `no line between ${pair.replace(' ', ' and ')} is for ${missing.join(' or ')}`;
    findings.push(
      finding(
        ['federation', 'lines', first, 'uses'],
        message,
        'a line for every use',
        [...uses].join(', '),
        'add a line, or leave uses out',
      ),
    );
  }
  return findings;
}

/** Names, weights and limits, as far as whoever divides knows them. */
function checkDivision({ clusters, profile }: FederationFile, { nodes }: CountedLists): Finding[] {
  const own = nodes === undefined ? 1 : countOf(nodes);
  const plan = {
    clusters: clusters.map((member) => ({
      name: member.name,
      weight: member.weight,
      min: member.min,
      max: member.max ?? Number.POSITIVE_INFINITY,
      nodes: member.nodes ?? own,
    })),
    ...(profile === undefined ? {} : { profile: PROFILES[profile]!() }),
  };
  return faultsOfDivision(plan).map((fault) => findingOf(fault, ['federation']));
}

/** Probe points that there can be, and rules that can be followed. */
function checkDetection({ clusters, detection }: FederationFile): Finding[] {
  const { points, quorum = majorityOf(points) } = detection;
  const path = ['federation', 'detection'];
  const most = clusters.length + 1;
  const lease = DETECTION_PROFILES[detection.profile].detection.kind === 'lease';
  const probing = (['period', 'timeout', 'failures', 'successes'] as const).filter(
    (key) => detection[key] !== undefined,
  );
  return [
    ...faultsOfQuorum({ points, quorum }).map((fault) => findingOf(fault, path)),
    ...(points <= most
      ? []
      : [
          finding(
            [...path, 'points'],
            `there is one probe point in each member and one beside the federation`,
            `at most ${most}`,
            String(points),
            'ask for fewer points',
          ),
        ]),
    ...(lease
      ? probing.map((key) =>
          finding(
            [...path, key],
            `${detection.profile} looks at leases and probes nobody`,
            'a profile that probes',
            key,
            'take it out, or choose another profile',
          ),
        )
      : []),
  ];
}

/** Faults of members and lines that exist, within the run. */
function checkFaults(
  { clusters, faults }: FederationFile,
  names: readonly string[],
  durationNs: number | undefined,
): Finding[] {
  const regions = clusters.map(({ name, region }) => region ?? name);
  const known = (path: Path, name: string | undefined, list: readonly string[], what: string): Finding[] =>
    name === undefined || list.includes(name) ? [] : [unknownName(path, what, name, list.slice(0, NAMES_SHOWN))];
  return faults.flatMap(({ at, cluster, region, isolate, cut }, i) => {
    const path = ['federation', 'faults', i];
    const late =
      durationNs !== undefined && at >= durationNs
        ? [
            finding(
              [...path, 'at'],
              'it would happen after the end of the run',
              `less than ${formatQuantity('duration', durationNs)}`,
              formatQuantity('duration', at),
              'write an earlier time, or a longer duration',
            ),
          ]
        : [];
    const same = cut !== undefined && cut[0] === cut[1];
    return [
      ...late,
      ...known([...path, 'cluster'], cluster, names, 'member cluster'),
      ...known([...path, 'isolate'], isolate, names, 'member cluster'),
      ...known([...path, 'region'], region, [...new Set(regions)], 'region of members'),
      ...(cut ?? []).flatMap((name, end) => known([...path, 'cut', end], name, names, 'member cluster')),
      ...(same
        ? [finding([...path, 'cut'], `no line joins ${cut[0]} to itself`, 'two members', cut[0]!, 'name the other end')]
        : []),
    ];
  });
}

/** A number of nodes says nothing about a cluster of several kinds, nor of nodes that manifests bring. */
function checkKinds({ clusters }: FederationFile, { nodes, manifests }: CountedLists): Finding[] {
  if (nodes === undefined) return [];
  if (manifests !== undefined)
    return [
      finding(
        ['cluster', 'manifests'],
        'manifests describe one cluster',
        'no manifests beside federation',
        'manifests',
        'write nodes and pods as groups',
      ),
    ];
  if (nodes.length === 1) return [];
  return clusters.flatMap(({ nodes: count }, i) =>
    count === undefined
      ? []
      : [
          finding(
            ['federation', 'clusters', i, 'nodes'],
            `cluster.nodes has ${nodes.length} kinds of nodes, and nobody knows which of them are meant`,
            'one kind of nodes in cluster.nodes',
            String(count),
            'take nodes out, or write one kind in cluster.nodes',
          ),
        ],
  );
}

function needless(path: Path, what: string): Finding {
  return finding(
    path,
    `${what}, but there is one cluster`,
    'a scenario with federation',
    'no federation',
    'take it out',
  );
}

function findingOf({ path, message, expected, got, hint }: PlanFault, under: Path): Finding {
  return finding([...under, ...path], message, expected, got, hint);
}
