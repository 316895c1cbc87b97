/**
 * Preemption: which pods of lower priority must leave which node so that a pod finds room.
 *
 * Source: Kubernetes 1.34 `framework/preemption` and `plugins/defaultpreemption`; all recorded nominations and victims of
 * the oracle suite `k8s`. On each node that was refused for reasons that can pass, all pods of lower priority are taken
 * off; if the pod then passes every filter they are given back one by one, those that no disruption budget spares first,
 * the important before the unimportant, and those that no longer fit are the victims. Nodes are compared by budgets
 * violated, highest victim, sum of priorities, number of victims, and how late the highest victims started.
 * Leaves out: grace periods (who calls decides when victims are gone), extenders, pods that a budget's status already
 * lists as disrupted.
 */
import type { DisruptionBudget } from '../cluster/cluster-objects.ts';
import { selects } from '../cluster/label-selector.ts';
import type { PodShape } from '../cluster/pod.ts';
import type { Framework } from './framework.ts';
import type { ReasonCount } from './messages.ts';

/** Pods that must leave one node. */
export interface Victims {
  readonly node: number;
  /** Pod numbers, the most important first. */
  readonly pods: readonly number[];
  /** How many of them a disruption budget would have spared. */
  readonly budgetViolations: number;
}

/** What came of an attempt. */
export type Preemption =
  | {
      readonly kind: 'nominated';
      /** Nodes that are equally good after all comparisons; the tie-break of the scheduler chooses among them. */
      readonly equallyGood: readonly Victims[];
      /** Nodes on which it would have helped. */
      readonly candidates: number;
    }
  | {
      readonly kind: 'in-vain';
      /** Reasons by node, in upstream's words. */
      readonly reasons: readonly ReasonCount[];
    }
  | { readonly kind: 'never' };

/** Upstream's words for a pod whose policy forbids it. */
export const NEVER_MESSAGE = 'not eligible due to preemptionPolicy=Never.';

/** Upstream's words for a pod whose victims have not left yet. */
export const LEAVING_MESSAGE = 'not eligible due to a terminating pod on the nominated node.';

const NO_HELP = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

/** Upstream looks for at least this many candidates, or a tenth of the nodes, and stops once one of them spares all budgets. */
const CANDIDATES_MIN = 100;
const CANDIDATES_PERCENT = 10;

/** What preemption reads besides the framework. */
export interface PreemptionContext {
  readonly framework: Framework;
  /** Refusal codes of the attempt that failed, by node. */
  readonly codes: readonly number[];
  /** Code of the first refusal of a node as the ledger stands, promised pods counted; 0: it passes. */
  readonly verdict: (pod: number, node: number) => number;
  /** When a pod started, seconds; undefined: it has not. */
  readonly startedSeconds: (pod: number) => number | undefined;
  readonly budgets: readonly DisruptionBudget[];
  /** Where the search begins among `count` nodes; asked only when not all are searched. */
  readonly offset: (count: number) => number;
}

/** Looks for room for a pod that is on no node. Changes nothing that lasts. */
export function preempt(context: PreemptionContext, pod: number): Preemption {
  const { framework } = context;
  const { demands, ledger } = framework.context;
  const shape = demands.shapes[demands.shapeOf[pod]];
  if (shape.preemptionPolicy === 'Never') return { kind: 'never' };
  const open = helpfulNodes(context, pod);
  const lower = lowerPods(framework, shape, open);
  const wanted = Math.max(CANDIDATES_MIN, Math.floor((open.length * CANDIDATES_PERCENT) / 100));
  const offset = open.length > wanted ? context.offset(open.length) : 0;
  const found: Victims[] = [];
  const tally = new Map<string, number>();
  let sparing = 0;
  for (let i = 0; i < open.length && (sparing === 0 || found.length < wanted); i++) {
    const node = open[(offset + i) % open.length];
    const outcome = victimsOn(context, pod, node, lower.get(node)!);
    if (!('pods' in outcome)) for (const reason of outcome) add(tally, reason, 1);
    else {
      found.push(outcome);
      if (outcome.budgetViolations === 0) sparing++;
    }
  }
  if (found.length > 0) return { kind: 'nominated', equallyGood: bestOf(context, found), candidates: found.length };
  const { present } = ledger.marks;
  if (present > open.length) add(tally, NO_HELP, present - open.length);
  return { kind: 'in-vain', reasons: [...tally].map(([reason, count]) => ({ reason, count })) };
}

/** Nodes that refuse the pod for a reason that other pods' leaving may remove. */
function helpfulNodes({ framework, codes }: PreemptionContext, pod: number): number[] {
  const nodes: number[] = [];
  codes.forEach((code, node) => {
    if (code !== 0 && !framework.isUnresolvable(pod, node, code)) nodes.push(node);
  });
  return nodes;
}

/** Pods of lower priority by node, in the order of their numbers. */
function lowerPods({ context }: Framework, shape: PodShape, nodes: readonly number[]): Map<number, number[]> {
  const { ledger, demands } = context;
  const byNode = new Map<number, number[]>(nodes.map((node) => [node, []]));
  for (let pod = 0; pod < demands.pods; pod++) {
    const there = ledger.nodeOf[pod] < 0 ? undefined : byNode.get(ledger.nodeOf[pod]);
    if (there !== undefined && priorityOf(demands.shapes[demands.shapeOf[pod]]) < priorityOf(shape)) there.push(pod);
  }
  return byNode;
}

/** The victims on one node, or the reasons why even all of them would not be enough. */
function victimsOn(
  context: PreemptionContext,
  pod: number,
  node: number,
  lower: readonly number[],
): Victims | readonly string[] {
  if (lower.length === 0) return [NO_VICTIMS];
  const { framework } = context;
  const { ledger } = framework.context;
  const devices = new Map(lower.map((victim) => [victim, ledger.devicesOf[victim]]));
  const giveBack = (victim: number): void => ledger.hold(victim, node, devices.get(victim)!);
  for (const victim of lower) ledger.release(victim);
  const code = context.verdict(pod, node);
  if (code !== 0) {
    lower.forEach(giveBack);
    return framework.refusalOf(code)!.reasons;
  }
  const inOrder = byImportance(context, lower);
  const spared = new Set(sparedByBudgets(context, inOrder));
  const first = inOrder.filter((victim) => spared.has(victim));
  const then = inOrder.filter((victim) => !spared.has(victim));
  const victims = new Set<number>();
  for (const victim of [...first, ...then]) {
    giveBack(victim);
    if (context.verdict(pod, node) === 0) continue;
    ledger.release(victim);
    victims.add(victim);
  }
  for (const victim of victims) giveBack(victim);
  const budgetViolations = first.filter((victim) => victims.has(victim)).length;
  return { node, pods: inOrder.filter((victim) => victims.has(victim)), budgetViolations };
}

/** The more important first: higher priority, then the earlier start. */
function byImportance({ framework, startedSeconds }: PreemptionContext, pods: readonly number[]): number[] {
  const { demands } = framework.context;
  const priority = (pod: number): number => priorityOf(demands.shapes[demands.shapeOf[pod]]);
  // Upstream gives a pod without start time the instant of the comparison, so that of two such pods the one that is asked
  // about first counts as the earlier: its sort then turns their order around.
  const order = [...pods].sort((a, b) => b - a);
  const started = order.filter((pod) => startedSeconds(pod) !== undefined).reverse();
  const waiting = order.filter((pod) => startedSeconds(pod) === undefined);
  const start = (pod: number): number => startedSeconds(pod) ?? Number.POSITIVE_INFINITY;
  return [...started, ...waiting].sort((a, b) => priority(b) - priority(a) || compare(start(a), start(b)));
}

/** The pods that a budget without any allowance left would spare. Each budget is charged in the given order. */
function sparedByBudgets({ framework, budgets }: PreemptionContext, pods: readonly number[]): number[] {
  const { demands } = framework.context;
  const allowed = budgets.map(({ disruptionsAllowed }) => disruptionsAllowed);
  return pods.filter((pod) => {
    const { labels = {}, namespace = 'default' } = demands.shapes[demands.shapeOf[pod]];
    let violated = false;
    budgets.forEach((budget, i) => {
      if (budget.namespace !== namespace || !covers(budget, labels)) return;
      allowed[i]--;
      if (allowed[i] < 0) violated = true;
    });
    return violated;
  });
}

/** A budget with an empty selector spares nothing here, unlike elsewhere; so do all budgets for a pod without labels. */
function covers({ selector }: DisruptionBudget, labels: Readonly<Record<string, string>>): boolean {
  if (selector === null || Object.keys(labels).length === 0) return false;
  const conditions = Object.keys(selector.matchLabels).length + selector.matchExpressions.length;
  return conditions > 0 && selects(selector, labels);
}

/** The nodes that stay after each comparison in turn. */
function bestOf(context: PreemptionContext, found: readonly Victims[]): Victims[] {
  const { framework, startedSeconds } = context;
  const { demands } = framework.context;
  const priority = (pod: number): number => priorityOf(demands.shapes[demands.shapeOf[pod]]);
  const earliestOfHighest = ({ pods }: Victims): number => {
    const highest = pods.filter((pod) => priority(pod) === priority(pods[0]));
    return Math.min(...highest.map((pod) => startedSeconds(pod) ?? Number.POSITIVE_INFINITY));
  };
  // Smaller is better in each. 2^31 is added to every priority so that fewer negative ones do not look like more.
  const measures: readonly ((victims: Victims) => number)[] = [
    ({ budgetViolations }) => budgetViolations,
    ({ pods }) => priority(pods[0]),
    ({ pods }) => pods.reduce((sum, pod) => sum + priority(pod) + 2 ** 31, 0),
    ({ pods }) => pods.length,
    (victims) => -earliestOfHighest(victims),
  ];
  let left = [...found];
  for (const measure of measures) {
    const least = left.reduce((most, victims) => Math.min(most, measure(victims)), Number.POSITIVE_INFINITY);
    left = left.filter((victims) => measure(victims) === least);
    if (left.length === 1) break;
  }
  return left;
}

function priorityOf({ priority = 0 }: PodShape): number {
  return priority;
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function add(tally: Map<string, number>, reason: string, count: number): void {
  tally.set(reason, (tally.get(reason) ?? 0) + count);
}
