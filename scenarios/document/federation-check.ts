/** Checks of `federation`: members with names of their own, what is named elsewhere is there, and parts that do not go together. */
import { USES, type Use } from '../../models/federation/interconnect/line.ts';
import type { CountedCluster } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import type { FederationFile, MemberFile } from './federation-schema.ts';
import type { Finding } from './issue.ts';
import { expandNodes, type NodeRun } from './node-list.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

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
    ...twins(names),
    ...sources.flatMap(({ near }, i) =>
      near === undefined || names.includes(near)
        ? []
        : [unknownName(['load', 'sources', i, 'near'], 'member cluster', near, names.slice(0, NAMES_SHOWN))],
    ),
    ...checkLines(federation, names),
    ...checkWeights(federation),
    ...checkLimits(federation),
    ...checkKinds(federation, cluster),
    ...checkAlone(file),
  ];
}

/** The nodes of every member, by name. */
export function memberNodeNames(members: readonly MemberFile[], nodes: readonly NodeRun[]): string[] {
  return members.flatMap((member) =>
    expandNodes(memberRuns(member, nodes)).map((node) => `${member.name}-${node.name}`),
  );
}

/** The nodes of one member. */
export function memberRuns({ nodes: count }: MemberFile, nodes: readonly NodeRun[]): readonly NodeRun[] {
  return count === undefined ? nodes : [{ ...nodes[0]!, count }];
}

function twins(names: readonly string[]): Finding[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [
          finding(
            ['federation', 'clusters', i, 'name'],
            `two members are named ${name}`,
            'a name of its own',
            name,
            'give one of them another name',
          ),
        ],
  );
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

function checkWeights({ clusters }: FederationFile): Finding[] {
  if (clusters.some(({ weight }) => weight > 0)) return [];
  const hint = 'give one of them a weight, or leave all weights out to divide evenly';
  return [
    finding(['federation', 'clusters'], 'no member has a weight', 'a weight above 0', 'weights of 0 for all', hint),
  ];
}

function checkLimits({ clusters }: FederationFile): Finding[] {
  return clusters.flatMap(({ min, max }, i) =>
    max === undefined || min <= max
      ? []
      : [
          finding(
            ['federation', 'clusters', i, 'max'],
            `max ${max} is below min ${min}`,
            `at least ${min}`,
            String(max),
            'raise max or lower min',
          ),
        ],
  );
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

/** An autoscaler of a member and the federation would both write its replicas, and undo each other's work. */
function checkAlone({ autoscalers = [] }: Partial<ScenarioFile>): Finding[] {
  if (autoscalers.length === 0) return [];
  return [
    finding(
      ['autoscalers'],
      'the federation writes how many replicas a member has, and so would an autoscaler in it',
      'no autoscalers beside federation',
      'autoscalers',
      'scale by changes',
    ),
  ];
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

function finding(path: Path, message: string, expected: string, got: string, hint: string): Finding {
  return { path, at: 'value', message, expected, got, hint };
}
