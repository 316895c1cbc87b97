/**
 * The answer of a comparison in sentences: what each environment allows, and what is best on what.
 *
 * The rules of speech: a refused alternative is never a candidate; a restricted one is a candidate only where nothing is
 * allowed; one alternative "leads" only when the paired interval against every other candidate excludes zero. Means
 * alone never decide.
 */
import type { AlternativeResult, ComparisonResult } from '../../sim/experiment/results.ts';
import { alternativeLabel, type ChoiceGroup, choiceLabel, environmentsOf, groupsOf } from './choice-group.ts';
import { DifferenceIndex, type DirectedMetric, isDirected, type Lead, leadOn } from './difference.ts';
import { capitalised, counted, inSentence, labelOf, listed, listedUpTo } from './label.ts';
import { leadingMetrics, sameNetwork } from './metric-order.ts';
import { estimateWords } from './quantity.ts';
import { variantSentences } from './variant-words.ts';

/** The key of the finding that counts changes, which no run measures. */
export const CHANGES = '@changes';

/** A sentence with more names than this is not read. */
const OPEN_NAMED_MAX = 2;
const NAMED_MAX = 5;
/** Of more alternatives the verdicts are counted; the table names them. */
const VERDICTS_NAMED_MAX = 8;

/** One measure in one sentence. `leaders` holds one label when a lead was shown, several when they are level. */
export interface Finding {
  /** Key of the metric; `CHANGES` for the count of changes. */
  readonly key: string;
  readonly measure: string;
  /** Name of the alternative that was shown to lead; null when none was. */
  readonly best: string | null;
  readonly leaders: readonly string[];
  /** Those that the first of the leaders was shown to beat. */
  readonly beaten: readonly string[];
  /** Of these, those that every leader was shown to beat. */
  readonly beatenByAll: readonly string[];
  readonly words: string;
}

/** What holds in one environment. */
export interface EnvironmentAnswer {
  readonly environment: string;
  readonly title: string;
  readonly allowed: readonly string[];
  readonly restricted: readonly string[];
  readonly refused: readonly string[];
  /** One or two sentences for people. */
  readonly sentences: readonly string[];
  readonly findings: readonly Finding[];
}

/** Computes the answer for every environment. */
export function answersOf(result: ComparisonResult): readonly EnvironmentAnswer[] {
  const differences = new DifferenceIndex(result);
  const metrics = leadingMetrics(result)
    .map(({ spec }) => spec)
    .filter(isDirected);
  const groups = groupsOf(result);
  return environmentsOf(result).map((environment) => {
    const own = groups.filter((group) => group.environment === environment);
    return answerFor(environment, own, metrics, differences, !sameNetwork(result));
  });
}

/** `groups` are the variants of one environment, or all of it as one. */
function answerFor(
  environment: string,
  groups: readonly ChoiceGroup[],
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
  withChanges: boolean,
): EnvironmentAnswer {
  const members = groups.flatMap((group) => group.members);
  const having = (verdict: string) => members.filter((one) => one.verdict === verdict);
  const [allowed, restricted, refused] = [having('allowed'), having('restricted'), having('refused')];
  const answers = groups.map((group) => groupAnswer(group, metrics, differences, withChanges));
  // Where schemes and environments are the same, that everything is allowed is no news.
  const saysVerdicts = withChanges || refused.length + restricted.length > 0;
  return {
    environment,
    title: labelOf(environment),
    allowed: allowed.map(alternativeLabel),
    restricted: restricted.map(alternativeLabel),
    refused: refused.map(alternativeLabel),
    sentences: [
      ...(saysVerdicts ? verdictSentences(groups) : []),
      ...answers.flatMap(({ sentences }) => sentences),
      ...variantSentences(members, metrics, differences),
    ],
    findings: answers.flatMap(({ findings }) => findings),
  };
}

/** What holds among those that one may choose from. */
function groupAnswer(
  { members, variant }: ChoiceGroup,
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
  withChanges: boolean,
): Pick<EnvironmentAnswer, 'sentences' | 'findings'> {
  const [allowed, restricted] = ['allowed', 'restricted'].map((verdict) =>
    members.filter((one) => one.verdict === verdict),
  ) as [AlternativeResult[], AlternativeResult[]];
  const candidates = allowed.length > 0 ? allowed : restricted;
  const leads = metrics.map((metric) => leadOn(metric, candidates, differences)).filter((lead) => lead !== null);
  const findings = leads.map(findingOf);
  if (withChanges && candidates.length > 1) findings.push(fewestChanges(candidates));
  const rivals = allowed.length > 0 ? strongerButRestricted(metrics, allowed, restricted, differences) : [];
  const sentences = [bestSentence(candidates, findings), ...rivals].filter((sentence) => sentence !== '');
  if (variant === null) return { sentences, findings };
  const place = labelOf(variant);
  return {
    sentences: sentences.map((sentence) => `${place}: ${sentence}`),
    findings: findings.map((one) => ({ ...one, measure: `${one.measure} (${place})` })),
  };
}

/** The verdicts once where no variant changes them, else for each variant. */
function verdictSentences(groups: readonly ChoiceGroup[]): string[] {
  const sentences = groups.map(({ members }) => {
    const having = (verdict: string) => members.filter((one) => one.verdict === verdict);
    return verdictSentence(having('allowed'), having('restricted'), having('refused'));
  });
  if (new Set(sentences).size === 1) return [sentences[0]!];
  return sentences.map((sentence, index) => `${labelOf(groups[index]!.variant!)}: ${sentence}`);
}

function verdictSentence(
  allowed: readonly AlternativeResult[],
  restricted: readonly AlternativeResult[],
  refused: readonly AlternativeResult[],
): string {
  const all = allowed.length + restricted.length + refused.length;
  if (restricted.length + refused.length === 0) {
    if (all > VERDICTS_NAMED_MAX) return `All ${all} are allowed.`;
    return `${listed(allowed.map(choiceLabel))} ${['are all', 'is', 'are both'][all] ?? 'are all'} allowed.`;
  }
  if (allowed.length + restricted.length === 0) return 'Nothing passes: every alternative is refused.';
  const parts = [
    allowed.length > 0 ? clause(allowed, 'allowed') : 'Nothing is allowed without conditions',
    restricted.length > 0 && clause(restricted, 'possible under conditions'),
    refused.length > 0 && refusal(refused),
  ];
  const told = parts.filter((part) => part !== false).join('; ');
  return all > VERDICTS_NAMED_MAX ? `Of ${all}, ${told}.` : `${told}.`;
}

function clause(members: readonly AlternativeResult[], state: string): string {
  const are = members.length === 1 ? 'is' : 'are';
  const names = members.length > VERDICTS_NAMED_MAX ? members.length : listed(members.map(choiceLabel));
  return `${names} ${are} ${state}`;
}

/** Names the rule with each refusal: that is what a network team asks next. Many are summed up by rule. */
function refusal(refused: readonly AlternativeResult[]): string {
  const ruleOf = (one: AlternativeResult): string | undefined => one.because[0]?.rule;
  if (refused.length > VERDICTS_NAMED_MAX) {
    const rules = [...new Set(refused.map((one) => ruleOf(one) ?? 'no named rule'))];
    const count = (rule: string): number => refused.filter((one) => (ruleOf(one) ?? 'no named rule') === rule).length;
    const sorted = rules.map((rule) => ({ rule, n: count(rule) })).sort((a, b) => b.n - a.n);
    return `${refused.length} are refused: ${listed(sorted.map(({ rule, n }) => `${n} by ${rule}`))}`;
  }
  const names = refused.map((one) => {
    const rule = ruleOf(one);
    return rule === undefined ? choiceLabel(one) : `${choiceLabel(one)} (${rule})`;
  });
  return `${listed(names)} ${refused.length === 1 ? 'is' : 'are'} refused`;
}

function bestSentence(candidates: readonly AlternativeResult[], findings: readonly Finding[]): string {
  if (candidates.length > 0 && candidates.every(({ metrics }) => Object.keys(metrics).length === 0))
    return 'No run was finished, so there are no figures.';
  if (candidates.length < 2 || findings.length === 0) return '';
  const champion = candidates.map(choiceLabel).find((name) => findings.every(({ leaders }) => leaders.includes(name)));
  if (champion !== undefined && findings.some(({ best, leaders }) => best !== null && leaders[0] === champion)) {
    if (findings.every(({ best }) => best !== null)) return `${champion} is best on every measure.`;
    return `${champion} leads, or could not be told from the leader, on every measure.`;
  }
  const parts = [...leadsByName(findings), ...levelMeasures(findings)];
  return parts.length === 0 ? '' : `${capitalised(parts.join('; '))}.`;
}

function leadsByName(findings: readonly Finding[]): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const { best, key, leaders, measure } of findings) {
    if (best !== null && key !== CHANGES)
      byName.set(leaders[0]!, [...(byName.get(leaders[0]!) ?? []), inSentence(measure)]);
  }
  const fewest = findings.find(({ key, best }) => key === CHANGES && best !== null);
  return [
    ...[...byName].map(([name, measures]) => `${name} is best on ${listed(measures)}`),
    ...(fewest === undefined ? [] : [`${fewest.leaders[0]} needs the fewest kinds of change`]),
  ];
}

/** Measures without a single leader: a group may beat the rest, one may beat a few, and some measures show no difference. */
function levelMeasures(findings: readonly Finding[]): readonly string[] {
  const level = findings.filter(({ best, key }) => best === null && key !== CHANGES);
  const groups = level.filter(({ beatenByAll }) => beatenByAll.length > 0);
  const few = level.filter(({ beaten, beatenByAll }) => beatenByAll.length === 0 && beaten.length > 0);
  const open = level.filter(({ beaten }) => beaten.length === 0).map(({ measure }) => inSentence(measure));
  return [
    ...groups.map(
      ({ leaders, beatenByAll, measure }) =>
        `${some(leaders)} ${are(leaders)} better than ${some(beatenByAll)} on ${inSentence(measure)}`,
    ),
    ...few.map(
      ({ leaders, beaten, measure }) => `${leaders[0]} is better than ${some(beaten)} on ${inSentence(measure)}`,
    ),
    ...(open.length === 0 ? [] : [lastWords(open, findings)]),
  ];
}

/** What could not be told apart, named where it is little and summed up where it is much. */
function lastWords(open: readonly string[], findings: readonly Finding[]): string {
  if (open.length <= OPEN_NAMED_MAX) return `no difference could be shown on ${listed(open)}`;
  const told = findings.some(({ best, beaten, key }) => key !== CHANGES && (best !== null || beaten.length > 0));
  return told ? 'no difference could be told on the other measures' : 'no difference could be told on any measure';
}

/** So many names as a sentence bears. */
function some(names: readonly string[]): string {
  return listedUpTo(names, NAMED_MAX);
}

function are(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

function findingOf(lead: Lead): Finding {
  const { metric, leader, level, beaten, beatenByAll } = lead;
  const names = [leader, ...level].map(choiceLabel);
  const figure = estimateWords(leader.metrics[metric.key]!, metric.unit);
  const best = level.length === 0 ? leader.name : null;
  const finding = {
    key: metric.key,
    measure: metric.label,
    best,
    leaders: names,
    beaten: beaten.map(choiceLabel),
    beatenByAll: beatenByAll.map(choiceLabel),
  };
  if (best !== null) return { ...finding, words: `${names[0]} is best: ${figure}.` };
  return { ...finding, words: `${names[0]}: ${figure}${behindWords(lead)}.` };
}

/** Who stands where behind a leader that no interval singles out. */
function behindWords({ level, near, beaten }: Lead): string {
  const labels = (ones: readonly AlternativeResult[]): string => some(ones.map(choiceLabel));
  const apart = level.filter((one) => !near.includes(one));
  return [
    near.length === 0
      ? ''
      : `; ${labels(near)} ${near.length === 1 ? 'is' : 'are'} behind by less than the models can tell`,
    apart.length === 0 ? '' : `; no difference to ${labels(apart)} could be shown`,
    beaten.length === 0 ? '' : `; better than ${labels(beaten)}`,
  ].join('');
}

/** Changes are counted, not sampled: a smaller count is smaller without an interval. */
function fewestChanges(candidates: readonly AlternativeResult[]): Finding {
  const fewest = Math.min(...candidates.map((one) => one.changes.length));
  const smallest = candidates.filter((one) => one.changes.length === fewest);
  const leaders = smallest.map(choiceLabel);
  const need = fewest === 0 ? 'no change' : counted(fewest, 'kind of change', 'kinds of change');
  return {
    key: CHANGES,
    measure: 'Fewest changes',
    best: smallest.length === 1 ? smallest[0]!.name : null,
    leaders,
    beaten: [],
    beatenByAll: [],
    words: `${some(leaders)} ${leaders.length === 1 ? 'needs' : 'need'} ${need}.`,
  };
}

/** Restricted alternatives that beat the best allowed one, were their conditions met. */
function strongerButRestricted(
  metrics: readonly DirectedMetric[],
  allowed: readonly AlternativeResult[],
  restricted: readonly AlternativeResult[],
  differences: DifferenceIndex,
): readonly string[] {
  const leads = metrics.flatMap((metric) => leadOn(metric, allowed, differences, 1) ?? []);
  const rivals = new Map<string, string[]>();
  for (const rival of restricted) {
    const wins = leads.filter(
      ({ metric, leader }) =>
        Object.hasOwn(rival.metrics, metric.key) && differences.outcome(metric, rival.name, leader.name) === 'a-better',
    );
    if (wins.length === 0) continue;
    const measures = listed(wins.map(({ metric }) => inSentence(metric.label)));
    rivals.set(measures, [...(rivals.get(measures) ?? []), choiceLabel(rival)]);
  }
  const count = [...rivals.values()].flat().length;
  const parts = [...rivals].map(([measures, names]) => `${some(names)} would be better on ${measures}`);
  if (parts.length === 0) return [];
  return [`Under ${count === 1 ? 'its' : 'their'} conditions, ${parts.join('; ')}.`];
}
