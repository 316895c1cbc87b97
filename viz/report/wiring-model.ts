/**
 * The wiring diagram as data: every alternative is one path through scheme, layer, traversal, isolation and environment.
 *
 * Inside a node the paths take slots ordered by where they come from and where they go, so that lines cross little.
 */

import { labelOf } from '../../scenarios/answers/label.ts';
import type { AlternativeResult, ComparisonResult, Verdict } from '../../sim/experiment/results.ts';

/** Titles of the columns, from left to right. */
export const WIRING_COLUMNS = ['Scheme', 'Layer', 'Traversal', 'Isolation', 'Environment'] as const;

/** Known values come in this order; others follow as met. */
const KNOWN: readonly (readonly string[])[] = [
  [],
  ['2', '2+3', '3'],
  ['underlay', 'mixed', 'overlay'],
  ['none', 'VLAN', 'VXLAN', 'policy'],
  [],
];

export interface WiringNode {
  readonly column: number;
  readonly value: string;
  readonly label: string;
  /** Indices of the paths through this node, in slot order. */
  readonly paths: readonly number[];
}

export interface WiringPath {
  readonly name: string;
  readonly verdict: Verdict;
  /** The five values, one for each column. */
  readonly values: readonly string[];
  /** The path in words, for readers who do not see the picture. */
  readonly words: string;
  readonly reason: string;
}

export interface WiringModel {
  readonly columns: readonly (readonly WiringNode[])[];
  readonly paths: readonly WiringPath[];
}

/** Lays out all alternatives of a result. */
export function wiringModel(result: ComparisonResult): WiringModel {
  const paths = result.alternatives.map(pathOf);
  const columns = WIRING_COLUMNS.map((_, column) => orderedValues(paths, column));
  columns[0] = schemesByKind(paths, columns);
  return {
    paths,
    columns: columns.map((values, column) => values.map((value) => nodeOf(paths, columns, column, value))),
  };
}

function pathOf(alternative: AlternativeResult): WiringPath {
  const { layer, traversal, isolation } = alternative.wiring;
  const values = [alternative.scheme, layer, traversal, isolation, alternative.environment];
  const words =
    `${labelOf(values[0]!)}: layer ${layer}, ${traversal}, ` +
    `${isolationWords(isolation)}, in ${labelOf(values[4]!)}`;
  return { name: alternative.name, verdict: alternative.verdict, values, words, reason: reasonOf(alternative) };
}

/** What decided, in one line: the condition where there is one, else the sentence of the first rule. */
export function reasonOf(alternative: AlternativeResult): string {
  const [first] = alternative.because;
  if (first === undefined) return alternative.verdict === 'allowed' ? 'Every rule on the path lets it pass.' : '';
  return first.condition === undefined ? first.words : `${first.words} Condition: ${first.condition}.`;
}

function isolationWords(isolation: string): string {
  return isolation === 'none' ? 'no isolation' : `isolation by ${isolation}`;
}

function orderedValues(paths: readonly WiringPath[], column: number): readonly string[] {
  const met = [...new Set(paths.map((path) => path.values[column]!))];
  const known = KNOWN[column]!;
  return [...known.filter((value) => met.includes(value)), ...met.filter((value) => !known.includes(value))];
}

/** Schemes of one kind stand together, which is most of what keeps lines from crossing. */
function schemesByKind(paths: readonly WiringPath[], columns: readonly (readonly string[])[]): readonly string[] {
  const ranks = new Map<string, number>();
  for (const { values } of paths) {
    const [layer, traversal, isolation] = [1, 2, 3].map((column) => columns[column]!.indexOf(values[column]!));
    ranks.set(values[0]!, (layer! * 16 + traversal!) * 16 + isolation!);
  }
  return [...columns[0]!].sort((a, b) => ranks.get(a)! - ranks.get(b)!);
}

function nodeOf(
  paths: readonly WiringPath[],
  columns: readonly (readonly string[])[],
  column: number,
  value: string,
): WiringNode {
  const through = paths.map((_, index) => index).filter((index) => paths[index]!.values[column] === value);
  const rank = (index: number, at: number) => columns[at]?.indexOf(paths[index]!.values[at]!) ?? 0;
  // Neighbours first, then the ends: the same order on both sides of a node keeps bundles parallel.
  const sides = [column - 1, column + 1, 0, WIRING_COLUMNS.length - 1].filter((at) => at >= 0 && at < columns.length);
  const slots = [...through].sort((a, b) => {
    for (const at of sides) {
      const order = rank(a, at) - rank(b, at);
      if (order !== 0) return order;
    }
    return a - b;
  });
  return { column, value, label: nodeLabel(column, value), paths: slots };
}

function nodeLabel(column: number, value: string): string {
  if (column === 1) return `layer ${value}`;
  return column === 0 || column === 4 ? labelOf(value) : value;
}
