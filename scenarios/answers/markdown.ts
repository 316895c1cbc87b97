/** The answer of a comparison as GitHub Markdown: what the page of the report holds, in text. */
import type { TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { AlternativeResult, ComparisonResult, Difference, Item } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { answersOf } from './answer-model.ts';
import { alternativeLabel, choiceLabel, environmentsOf, groupsOf, groupTitle } from './choice-group.ts';
import { differenceWords, pWords } from './difference-words.ts';
import { counted, labelOf, listed } from './label.ts';
import { bar, bullet, codeBlock, escaped, table } from './markdown-text.ts';
import { leadingMetrics, sameNetwork } from './metric-order.ts';
import { partShares } from './part-shares.ts';
import { estimateWords, formatCount, quantityWords } from './quantity.ts';
import { decidingMetrics, recommendationsIn } from './recommendation.ts';
import { tippingByPlace, tippingNote } from './tipping-words.ts';

/** The whole file. */
export function markdownReport(result: ComparisonResult): string {
  const blocks = [
    `# ${escaped(result.scenario.title)}`,
    `**${escaped(result.scenario.question)}**`,
    escaped(basisWords(result)),
    ...(result.interrupted ? ['This comparison was interrupted: what is here was finished, the rest is missing.'] : []),
    '## The answer',
    recommendationList(result),
    ...environmentAnswers(result),
    '## Decision table',
    ...decisionTables(result),
    ...(sameNetwork(result) ? [] : ['## Wiring', ...wiringTable(result)]),
    '## Changes and risks',
    ...itemLists(result),
    ...(result.tipping === undefined
      ? []
      : ['## What would change the recommendation', ...tippingBlocks(result.tipping, result)]),
    '## Differences',
    ...differenceTables(result),
    '## What this rests on',
    '### Assumed',
    listOf(result.assumptions),
    '### Left out',
    listOf(result.leftOut),
    '## Repeat it',
    codeBlock(result.command),
    factTable(result),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function basisWords(result: ComparisonResult): string {
  const count = counted(result.alternatives.length, 'alternative');
  const runs = counted(result.replications, 'replication');
  return `${count}, ${runs} each; means with ${Math.round(result.confidence * 100)} % intervals.`;
}

function listOf(words: readonly string[]): string {
  return words.length === 0 ? 'Nothing stated.' : words.map(bullet).join('\n');
}

function recommendationList(result: ComparisonResult): string {
  return recommendationsIn(result)
    .map(({ words }) => bullet(words))
    .join('\n');
}

function environmentAnswers(result: ComparisonResult): string[] {
  return answersOf(result).flatMap(({ title, sentences }) =>
    sentences.length === 0 ? [] : [`### ${escaped(title)}`, sentences.map(escaped).join(' ')],
  );
}

const SIGNS = { allowed: '●', restricted: '◐', refused: '✗' } as const;

function decisionTables(result: ComparisonResult): string[] {
  const metrics = leadingMetrics(result).map(({ spec }) => spec);
  const counts = !sameNetwork(result);
  const head = [
    'Alternative',
    'Verdict',
    ...metrics.map(({ label }) => label),
    ...(counts ? ['Kinds of change', 'Risk points'] : []),
  ];
  const largest = new Map(metrics.map(({ key }) => [key, largestOf(result, key)]));
  return environmentsOf(result).flatMap((environment) => {
    const rows = result.alternatives
      .filter((one) => one.environment === environment)
      .map((one) => [
        alternativeLabel(one),
        `${SIGNS[one.verdict]} ${one.verdict}${decidedBy(one)}`,
        ...metrics.map((spec) => figureCell(one, spec, largest.get(spec.key)!, sharesIn(result, one))),
        ...(counts ? changeCounts(one) : []),
      ]);
    return [`### ${escaped(labelOf(environment))}`, table(head, rows)];
  });
}

function changeCounts(one: AlternativeResult): string[] {
  return one.verdict === 'refused' ? ['–', '–'] : [String(one.changes.length), String(one.risks.length)];
}

/** The one fact behind a verdict: the condition, or the rule that refused. */
function decidedBy({ verdict, because }: AlternativeResult): string {
  const condition = because.find((one) => one.condition !== undefined)?.condition;
  if (verdict === 'restricted' && condition !== undefined) return `: only if ${condition}`;
  return verdict === 'refused' && because[0] !== undefined ? ` by rule ${because[0].rule}` : '';
}

function figureCell(
  { metrics }: AlternativeResult,
  { key, unit }: MetricSpec,
  max: number,
  shares: ReadonlyMap<string, string>,
): string {
  const estimate = Object.hasOwn(metrics, key) ? metrics[key] : undefined;
  if (estimate === undefined) return '–';
  const share = shares.has(key) ? `, ${shares.get(key)}` : '';
  return `${estimateWords(estimate, unit)}${share} ${bar(estimate.mean, max)}`;
}

/** Parts of a whole in per cent of it, by their means. */
function sharesIn({ metrics: specs }: ComparisonResult, { metrics }: AlternativeResult): ReadonlyMap<string, string> {
  return partShares(specs, (key) => (Object.hasOwn(metrics, key) ? metrics[key]!.mean : undefined));
}

function largestOf(result: ComparisonResult, key: string): number {
  return Math.max(
    0,
    ...result.alternatives.map(({ metrics }) => (Object.hasOwn(metrics, key) ? metrics[key]!.mean : 0)),
  );
}

/** One row for each scheme: how it is built, and where it may run. */
function wiringTable(result: ComparisonResult): string[] {
  const environments = environmentsOf(result);
  const schemes = [...new Set(result.alternatives.map(({ scheme }) => scheme))];
  const rows = schemes.map((scheme) => {
    const own = result.alternatives.filter((one) => one.scheme === scheme);
    const { layer, traversal, isolation } = own[0]!.wiring;
    const verdicts = environments.map((environment) => {
      const found = own.find((one) => one.environment === environment);
      return found === undefined ? '' : `${SIGNS[found.verdict]} ${found.verdict}`;
    });
    return [labelOf(scheme), layer, traversal, isolation, ...verdicts];
  });
  const head = ['Scheme', 'Layer', 'Traversal', 'Isolation', ...environments.map(labelOf)];
  return [table(head, rows), '● allowed, ◐ restricted: passes on a condition, ✗ refused.'];
}

/** What must change and what can fail, each list once for all alternatives that share it. */
function itemLists(result: ComparisonResult): string[] {
  const groups = new Map<string, AlternativeResult[]>();
  for (const one of result.alternatives) {
    if (one.verdict === 'refused') continue;
    const key = JSON.stringify([one.changes, one.risks]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  if (groups.size === 0) return ['Nothing passes, so there is nothing to change.'];
  return [...groups.values()].map((ones) => {
    const [first] = ones as [AlternativeResult];
    const changes = first.changes.map((item) => `  ${bullet(itemWords(item))}`);
    const risks = first.risks.map((item) => `  ${bullet(itemWords(item))}`);
    return [
      whoWords(ones, result),
      '',
      ...(changes.length === 0 ? ['- Nothing must change.'] : ['- Must change:', ...changes]),
      ...(risks.length === 0 ? ['- No risk point is stated.'] : ['- Can fail:', ...risks]),
    ].join('\n');
  });
}

/** Who shares a list: all, or each label with its environments. */
function whoWords(ones: readonly AlternativeResult[], result: ComparisonResult): string {
  const passing = result.alternatives.filter(({ verdict }) => verdict !== 'refused');
  if (ones.length === passing.length && ones.length > 1) return '**Every alternative that passes**';
  const labels = [...new Set(ones.map(alternativeLabel))];
  const places = (label: string): string[] => [
    ...new Set(ones.filter((one) => alternativeLabel(one) === label).map(({ environment }) => labelOf(environment))),
  ];
  return labels.map((label) => `**${escaped(label)}** (${escaped(listed(places(label)))})`).join('; ');
}

function itemWords({ count, words, source, closedForm }: Item): string {
  const notes = [closedForm === true ? 'closed form' : '', source ?? ''].filter((note) => note !== '');
  return `${count === undefined ? '' : `${formatCount(count)} × `}${words}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function tippingBlocks(tipping: TippingSearch, result: ComparisonResult): string[] {
  const places = tippingByPlace(tipping, result).flatMap(({ title, words }) => [
    `### ${escaped(title)}`,
    listOf(words),
  ]);
  return [escaped(tippingNote(tipping)), ...places];
}

/** Rows of one table of differences: more are not read as text. */
const PAIRS_MAX = 40;

/** Pairs with the recommended one, or all pairs of those that are level, on the measures that decide. */
function differenceTables(result: ComparisonResult): string[] {
  const metrics = decidingMetrics(result, result.decide);
  const byName = new Map(result.alternatives.map((one) => [one.name, one]));
  const intro = `Pairs met the same arrivals and failures. Of each place: the pairs with what is recommended, on the measures that decide; all others stand in results.json. p is corrected for all pairs of a measure in one place (Holm).`;
  const blocks = recommendationsIn(result).flatMap((found) => {
    const chosen = new Set(found.alternative === null ? found.level : [found.alternative]);
    const members = new Set(
      groupsOf(result)
        .find(({ key }) => key === found.group)
        ?.members.map(({ name }) => name),
    );
    const wanted = ({ a, b }: Difference): boolean =>
      members.has(a) && members.has(b) && (chosen.has(a) || chosen.has(b));
    const rows = metrics.flatMap((spec) =>
      result.differences
        .filter((one) => one.metric === spec.key && wanted(one))
        .map((one) => differenceRow(one, spec, byName, result.confidence)),
    );
    if (rows.length === 0) return [];
    const rest = rows.length - PAIRS_MAX;
    const more = rest > 0 ? [`${formatCount(rest)} more pairs stand in results.json.`] : [];
    const head = ['Measure', 'First', 'Second', 'First minus second', 'Corrected p', 'Shown?'];
    return [`### ${escaped(groupTitle(found.group))}`, table(head, rows.slice(0, PAIRS_MAX)), ...more];
  });
  return blocks.length === 0 ? ['Nothing was compared in pairs.'] : [escaped(intro), ...blocks];
}

function differenceRow(
  one: Difference,
  spec: MetricSpec,
  byName: ReadonlyMap<string, AlternativeResult>,
  confidence: number,
): string[] {
  const [a, b] = [one.a, one.b].map((name) => choiceLabel(byName.get(name)!)) as [string, string];
  const interval =
    one.low === null || one.high === null
      ? ''
      : ` (${quantityWords(one.low, spec.unit)} to ${quantityWords(one.high, spec.unit)})`;
  const figure = `${quantityWords(one.mean, spec.unit)}${interval}`;
  return [spec.label, a, b, figure, pWords(one.adjustedP), differenceWords(spec, one, confidence, [a, b])];
}

function factTable(result: ComparisonResult): string {
  return table(
    ['Fact', 'Value'],
    [
      ['Scenario', result.scenario.name],
      ['Digest of the scenario', result.scenario.digest],
      ['Seed', result.seed],
      ['Replications', String(result.replications)],
      ['Confidence', `${Math.round(result.confidence * 100)} %`],
      ['Version', result.wavetank],
      ['Digests of all runs', 'in results.json, in seed order'],
    ],
  );
}
