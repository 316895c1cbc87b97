/**
 * Why an autoscaler did or did not move, in sentences with numbers.
 *
 * Source: the decision alone (`HorizontalDecision`): every number in it is one that the decision was made with. Leaves out:
 * what is to be changed so that it would move (horizontal-tipping.ts).
 */
import type { MetricTarget, ScalingBehavior } from './horizontal-autoscaler.ts';
import type { HorizontalDecision } from './horizontal-controller.ts';
import type { MetricProposal } from './metric-proposal.ts';
import { quantityText } from './quantity-text.ts';
import type { Kept, PodGroups, ReplicaCount, Tolerances } from './replica-count.ts';
import type { LimitedCount } from './scaling-limits.ts';

/** Names of pods that a sentence lists before it says how many more there are. */
const NAMES_MAX = 5;

/** The story of one decision: what it did, what each metric asked for, what held it back. */
export function explainDecision(decision: HorizontalDecision): string[] {
  const { proposals, chosen, limits } = decision;
  return [
    outcomeSentence(decision),
    ...proposals.flatMap((proposal) => proposalSentences(proposal, decision)),
    ...(chosen !== null && proposals.length > 1 ? [chosenSentence(chosen)] : []),
    ...(limits === null ? [] : limitSentences(limits, decision)),
  ];
}

function outcomeSentence(decision: HorizontalDecision): string {
  const { path, currentReplicas: current, replicas, autoscaler, proposals } = decision;
  const { minReplicas, maxReplicas } = autoscaler;
  switch (path) {
    case 'disabled':
      return 'It does nothing: the target has 0 replicas, which switches the autoscaler off.';
    case 'above maximum':
      return `It goes from ${current} to ${replicas} replicas at once: ${maxReplicas} is the maximum. No metric is looked at.`;
    case 'below minimum':
      return `It goes from ${current} to ${replicas} replicas at once: ${minReplicas} is the minimum. No metric is looked at.`;
    case 'metrics failed':
      return failedSentence(current, proposals);
    case 'metrics':
      return replicas === current
        ? `It stays at ${count(current, 'replica')}.`
        : `It goes from ${current} to ${count(replicas, 'replica')}.`;
  }
}

function failedSentence(current: number, proposals: readonly MetricProposal[]): string {
  const failed = proposals.filter(({ failure }) => failure !== null).length;
  return failed === proposals.length
    ? `It stays at ${count(current, 'replica')}: no metric could be computed.`
    : `It stays at ${count(current, 'replica')}: ${failed} of ${proposals.length} metrics failed, and then it does not scale down.`;
}

function proposalSentences(
  { name, spec, count: counted, failure }: MetricProposal,
  { currentReplicas, tolerances }: HorizontalDecision,
): string[] {
  if (counted === null) return [`${capital(name)} failed: ${failure?.message}.`];
  const binary = 'name' in spec && spec.name === 'memory';
  return [
    `${capital(name)} is ${valueText(counted, spec.target, binary)}: ${demandText(counted, currentReplicas, tolerances)}.`,
    ...(counted.pods === undefined ? [] : podSentences(counted, counted.pods, spec.target)),
  ];
}

function valueText({ utilization, usageMilli, ratio }: ReplicaCount, target: MetricTarget, binary: boolean): string {
  const wanted = target.averageValueMilli ?? target.valueMilli;
  const text = (milli: bigint) => quantityText(milli, binary);
  const [now, then] =
    utilization === undefined || wanted !== undefined
      ? [text(usageMilli), wanted === undefined ? '' : text(wanted)]
      : [`${utilization} %`, `${target.averageUtilization} %`];
  const each = target.averageValueMilli === undefined ? '' : ' a pod';
  return `${now}${each} where ${then} is the target, ratio ${rounded(ratio)}`;
}

function demandText(counted: ReplicaCount, current: number, tolerances: Tolerances): string {
  const { kept, replicas, multiplied, filledRatio, ratio } = counted;
  if (kept !== undefined) return `${count(current, 'replica')} as before, ${keptText(kept, counted, tolerances)}`;
  if (multiplied === undefined) return `the total divided by the target asks for ${count(replicas, 'replica')}`;
  return `${rounded(filledRatio ?? ratio)} times ${count(multiplied, 'pod')} asks for ${count(replicas, 'replica')}`;
}

function keptText(kept: Kept, { filledRatio }: ReplicaCount, { scaleDown, scaleUp }: Tolerances): string {
  switch (kept) {
    case 'within tolerance': {
      const band = `between ${rounded(1 - scaleDown)} and ${rounded(1 + scaleUp)}`;
      return filledRatio === undefined
        ? `because a ratio ${band} does not move it`
        : `because the ratio with the other pods filled in, ${rounded(filledRatio)}, is ${band}`;
    }
    case 'fill reverses direction':
      return `because with the other pods filled in the ratio is ${rounded(filledRatio ?? 0)}, on the other side of 1`;
    case 'fewer pods reverse direction':
      return `because the pods that count are so many or so few that the ratio ${rounded(filledRatio ?? 0)} would move it the other way`;
  }
}

/** How each pod that was not counted by its own sample was counted. */
function podSentences({ ratio }: ReplicaCount, pods: PodGroups, target: MetricTarget): string[] {
  const full = target.averageValueMilli === undefined ? Math.max(100, target.averageUtilization ?? 100) : 0;
  const down = full === 0 ? 'at the target' : `at ${full} % of their requests`;
  const sentences = [`${count(pods.counted.length, 'pod')} counted by samples.`];
  const add = (names: readonly string[], text: string) => {
    if (names.length > 0) sentences.push(`${count(names.length, 'pod')} (${listed(names)}) ${text}.`);
  };
  add(pods.missing, `without a sample counted ${ratio < 1 ? down : 'at 0'}, against the move`);
  add(pods.unready, ratio > 1 ? 'not ready counted at 0, against the move' : 'not ready left out');
  add(pods.ignored, 'failed or stopping left out');
  return sentences;
}

function chosenSentence({ name, count: counted }: MetricProposal): string {
  return `The largest demand counts: ${counted?.replicas ?? 0}, of ${name}.`;
}

function limitSentences(limits: LimitedCount, { autoscaler, currentReplicas }: HorizontalDecision): string[] {
  const { recommended, stabilized, replicas, limited, limit } = limits;
  const sentences: string[] = [];
  if (stabilized !== recommended) {
    const [extreme, name] = recommended < currentReplicas ? ['highest', 'down'] : ['lowest', 'up'];
    sentences.push(
      `Scaling ${name} is stabilized: the ${extreme} demand of the window allows ${stabilized} and not ${recommended}.`,
    );
  }
  if (!limited) return sentences;
  if (limit === 'TooManyReplicas')
    sentences.push(`The maximum is ${autoscaler.maxReplicas}, so ${stabilized} became ${replicas}.`);
  else if (limit === 'TooFewReplicas')
    sentences.push(`The minimum is ${autoscaler.minReplicas}, so ${stabilized} became ${replicas}.`);
  else sentences.push(rateText(limits, autoscaler.behavior, currentReplicas));
  return sentences;
}

function rateText(
  { limit, stabilized, replicas }: LimitedCount,
  behavior: ScalingBehavior | null,
  current: number,
): string {
  const way = limit === 'ScaleUpLimit' ? 'up' : 'down';
  if (behavior === null)
    return `The rate limit bound: without a behavior one look may at most double ${current} (4 are always allowed), so ${stabilized} became ${replicas}.`;
  const { selectPolicy, policies } = way === 'up' ? behavior.scaleUp : behavior.scaleDown;
  if (selectPolicy === 'Disabled') return `Scaling ${way} is disabled, so ${stabilized} became ${replicas}.`;
  const texts = policies.map(
    ({ type, value, periodSeconds }) => `${value} ${type === 'Pods' ? 'pods' : '%'} in ${periodSeconds} s`,
  );
  const among = texts.length > 1 ? ` (the ${selectPolicy === 'Min' ? 'smallest' : 'largest'} change of them)` : '';
  return `The rate limit bound: ${texts.join(', ')}${among}, so ${stabilized} became ${replicas}.`;
}

function listed(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, NAMES_MAX).join(', ');
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
