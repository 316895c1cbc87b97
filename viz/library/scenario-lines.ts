/**
 * Reads what a card needs from the text of a scenario: title, question, axes and size.
 *
 * A few lines instead of a YAML parser: this page must not pull the compiler into its first download. What it cannot
 * read it leaves out; the scenario itself is checked where it is run.
 */

/** What a scenario is about; a library has a part for each. */
export type Subject = 'networks' | 'placing' | 'load' | 'federations';

/** The least and the most. */
export type Range = readonly [least: number, most: number];

/** A scenario as its card shows it. */
export interface ScenarioSummary {
  readonly name: string;
  readonly subject: Subject;
  readonly title: string;
  readonly question: string;
  /** Members of a federation; 1 where there is none. Each has nodes as `nodes` counts them. */
  readonly clusters: number;
  /** Null when the count comes from a data set. */
  readonly nodes: number | null;
  /** Replicas of manifests count. */
  readonly pods: number | null;
  /** The smallest and the largest that variants make of them; null where none does. */
  readonly nodesRange: Range | null;
  readonly podsRange: Range | null;
  /** How many alternatives the varied axes make. */
  readonly alternatives: number;
  /** Lines of the file, without comments and empty ones. */
  readonly lines: number;
}

/** The largest cluster that the page offers to run live. */
const LIVE_PODS_MOST = 1000;

/** Summarises the text of a scenario. */
export function summarise(name: string, text: string): ScenarioSummary {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd())
    .filter((line) => line !== '');
  const cluster = section(lines, 'cluster');
  const [nodes, pods] = [countIn(cluster, 'nodes'), countIn(cluster, 'pods') ?? replicasOfManifests(cluster)];
  const variants = section(lines, 'variants');
  return {
    name,
    subject: subjectOf(lines),
    title: scalar(lines, 'title') ?? name,
    question: scalar(lines, 'question') ?? '',
    clusters: Math.max(1, entriesIn(section(lines, 'federation'), 'clusters')),
    nodes,
    pods,
    nodesRange: rangeOf(nodes, variants, 'nodes'),
    podsRange: rangeOf(pods, variants, 'pods'),
    alternatives: alternativesIn(section(lines, 'vary')),
    lines: lines.length,
  };
}

/** True when the scenario is small enough to be run in a page. */
export function runsLive(summary: ScenarioSummary): boolean {
  return summary.nodes !== null && summary.pods !== null && summary.pods <= LIVE_PODS_MOST;
}

function scalar(lines: readonly string[], key: string): string | undefined {
  const line = lines.find((candidate) => candidate.startsWith(`${key}:`));
  return line
    ?.slice(key.length + 1)
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');
}

/** A top-level section: its own line and everything indented below it. */
function section(lines: readonly string[], key: string): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (start < 0) return [];
  const after = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  return lines.slice(start, after < 0 ? lines.length : start + 1 + after);
}

function countIn(cluster: readonly string[], key: string): number | null {
  const start = cluster.findIndex((line) => new RegExp(`^\\s+${key}:`).test(line));
  if (start < 0) return null;
  const depth = indent(cluster[start]!);
  const after = cluster.slice(start + 1).findIndex((line) => indent(line) <= depth);
  const text = cluster.slice(start, after < 0 ? cluster.length : start + 1 + after).join('\n');
  if (/\bdata:/.test(text)) return null;
  const counts = [...text.matchAll(/\bcount:\s*(\d+)/g)].map((match) => Number(match[1]));
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** Pods of manifests that stand in the scenario itself. */
function replicasOfManifests(cluster: readonly string[]): number | null {
  const start = cluster.findIndex((line) => /^\s+manifests:/.test(line));
  if (start < 0) return null;
  const counts = [
    ...cluster
      .slice(start)
      .join('\n')
      .matchAll(/\breplicas:\s*(\d+)/g),
  ].map((match) => Number(match[1]));
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** The least and the most when variants put others over the count of the first list of nodes or pods. */
function rangeOf(count: number | null, variants: readonly string[], key: 'nodes' | 'pods'): Range | null {
  if (count === null) return null;
  const others = [...variants.join('\n').matchAll(new RegExp(`\\bcluster\\.${key}\\.0\\.count:\\s*(\\d+)`, 'g'))];
  const counts = [count, ...others.map((match) => Number(match[1]))];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? null : [least, most];
}

/** By what a scenario has, not by a list of names: a new one finds its part by itself. */
function subjectOf(lines: readonly string[]): Subject {
  const has = (key: string): boolean => section(lines, key).length > 0;
  if (has('federation')) return 'federations';
  if (has('load')) return 'load';
  const places = has('placements') || has('startup') || lines.some((line) => /\b(manifests|taints):/.test(line));
  return places ? 'placing' : 'networks';
}

/** How many entries a list in a section has. */
function entriesIn(lines: readonly string[], key: string): number {
  const start = lines.findIndex((line) => new RegExp(`^\\s+${key}:`).test(line));
  if (start < 0) return 0;
  const depth = indent(lines[start]!);
  const after = lines.slice(start + 1).findIndex((line) => indent(line) <= depth);
  const inside = lines.slice(start + 1, after < 0 ? lines.length : start + 1 + after);
  const entries = inside.filter((line) => line.trimStart().startsWith('- '));
  const first = entries[0] === undefined ? 0 : indent(entries[0]);
  return entries.filter((line) => indent(line) === first).length;
}

function alternativesIn(vary: readonly string[]): number {
  const lists = [...vary.join(' ').matchAll(/\[([^\]]*)\]/g)];
  return lists.reduce((product, list) => product * list[1]!.split(',').filter((item) => item.trim() !== '').length, 1);
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
