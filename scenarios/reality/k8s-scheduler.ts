/**
 * The suite `k8s`: what a real kube-scheduler 1.34.9 decided on generated clusters, pod after pod.
 *
 * Every recorded quantity of every pod is compared: outcome, nodes that passed, each refusal (plugin, code, reasons), each
 * score by plugin, each total, the set of best nodes. Where the real scheduler chose among equals the replay goes on from
 * the node that it chose. Nothing is calibrated: all quantities are predicted.
 */
import type { Explanation, NodeVerdict, Scheduler } from '../../models/scheduling/scheduler.ts';
import { isObject, objectField, textField } from './case-reader.ts';
import { clusterOf, objectsIn, type RecordedCluster } from './k8s-cluster.ts';
import { postFilterQuantities } from './k8s-preemption.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** Decisions of a real scheduler. */
export const k8sSchedulerSuite: Suite = {
  name: 'k8s',
  recognises: ({ json }) =>
    isObject(json.input) && Array.isArray(json.input.pendingPods) && Array.isArray(json.observed),
  replay: replayCase,
};

const SAME_SET = 'the same set';

function replayCase({ json, file }: RecordedCase): Replay {
  const weights = isObject(file.meta) && isObject(file.meta.weights) ? { weights: weightsOf(file.meta.weights) } : {};
  const cluster = clusterOf(objectField(json, 'input'), weights);
  const quantities = objectsIn(json, 'observed').flatMap((observed) => replayPod(cluster, observed));
  return { family: textField(json, 'family'), name: String(json.id), quantities };
}

function weightsOf(weights: JsonObject): Readonly<Record<string, number>> {
  for (const [name, weight] of Object.entries(weights)) {
    if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0)
      throw new CaseProblem(`The weight of ${name} must be a whole number.`);
  }
  return weights as Readonly<Record<string, number>>;
}

/** One decision: compares what was seen, then does what was really done. */
function replayPod(cluster: RecordedCluster, observed: JsonObject): Quantity[] {
  const { scheduler, podNumbers } = cluster;
  const name = textField(observed, 'pod');
  const pod = podNumbers.get(name);
  if (pod === undefined) throw new CaseProblem(`"observed" tells of pod "${name}", which is not among the pods.`);
  const first = scheduler.explain(pod);
  const quantities = [judge(`${name} outcome`, observed.outcome, outcomeOf(scheduler, pod, first), 0)];
  if (observed.outcome !== 'bound') {
    if (isObject(observed.firstAttempt))
      quantities.push(...refusalQuantities(`${name} first attempt`, observed.firstAttempt.failed, first, cluster));
    quantities.push(...postFilterQuantities(cluster, pod, observed));
  }
  if (observed.outcome === 'unschedulable') return quantities;
  for (const victim of victimsOf(observed)) scheduler.forget(numberOf(podNumbers, victim));
  const last = observed.outcome === 'bound' ? first : scheduler.explain(pod);
  quantities.push(...decisionQuantities(name, observed, last, cluster));
  scheduler.assume(pod, numberOf(cluster.nodeNumbers, textField(observed, 'node')), 0);
  return quantities;
}

function outcomeOf(scheduler: Scheduler, pod: number, { best }: Explanation): string {
  if (best.length > 0) return 'bound';
  return scheduler.preempt(pod).node >= 0 ? 'preempted-then-bound' : 'unschedulable';
}

function victimsOf({ victims = [] }: JsonObject): readonly string[] {
  if (Array.isArray(victims) && victims.every((name) => typeof name === 'string')) return victims;
  throw new CaseProblem('"victims" must be a list of names.');
}

function numberOf(numbers: ReadonlyMap<string, number>, name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new CaseProblem(`"observed" tells of "${name}", which is not in "input".`);
  return number;
}

function decisionQuantities(
  pod: string,
  observed: JsonObject,
  explanation: Explanation,
  cluster: RecordedCluster,
): Quantity[] {
  const { nodes } = cluster;
  const passed = explanation.verdicts.filter(({ refusedBy }) => refusedBy === null);
  const best = explanation.best.map((node) => nodes[node].name).sort();
  const node = textField(observed, 'node');
  return [
    judge(`${pod} node`, node, best.includes(node) ? node : (best[0] ?? null), 'one of the best nodes'),
    judge(`${pod} best`, sorted(observed.best), best, SAME_SET),
    judge(`${pod} feasible`, sorted(observed.feasible), passed.map((one) => nodes[one.node].name).sort(), SAME_SET),
    ...refusalQuantities(pod, observed.failed, explanation, cluster),
    ...scoreQuantities(pod, observed, passed.length > 1 ? passed : [], cluster),
  ];
}

/** Every refused node, those that only one side knows among them. */
function refusalQuantities(
  pod: string,
  failed: unknown,
  { verdicts }: Explanation,
  cluster: RecordedCluster,
): Quantity[] {
  const seen = isObject(failed) ? failed : {};
  const ours = new Map(
    verdicts.filter(({ refusedBy }) => refusedBy !== null).map((one) => [nameOf(one, cluster), one]),
  );
  const names = [...new Set([...Object.keys(seen), ...ours.keys()])].sort();
  return names.map((name) => {
    const verdict = ours.get(name);
    const simulated = verdict && refusal(verdict.refusedBy, verdict.code, verdict.reasons);
    const recorded = seen[name];
    const expected = isObject(recorded) ? refusal(recorded.plugin, recorded.code, recorded.reasons) : 'passed';
    return judge(`${pod} refused by ${name}`, expected, simulated ?? 'passed', SAME_SET);
  });
}

function refusal(plugin: unknown, code: unknown, reasons: unknown): JsonObject {
  return { plugin, code, reasons: sorted(reasons) };
}

/** Every score of every node by plugin, and every total. */
function scoreQuantities(
  pod: string,
  { scores, totals }: JsonObject,
  passed: readonly NodeVerdict[],
  cluster: RecordedCluster,
): Quantity[] {
  const [seenScores, seenTotals] = [isObject(scores) ? scores : {}, isObject(totals) ? totals : {}];
  const ours = new Map(passed.map((one) => [nameOf(one, cluster), one]));
  const names = [...new Set([...Object.keys(seenScores), ...ours.keys()])].sort();
  return names.flatMap((name) => {
    const verdict = ours.get(name);
    const recorded = seenScores[name];
    return [
      judge(`${pod} scores of ${name}`, inOrder(recorded), inOrder(verdict?.scores), 0),
      judge(`${pod} total of ${name}`, seenTotals[name] ?? 'not scored', verdict?.total ?? 'not scored', 0),
    ];
  });
}

function nameOf({ node }: NodeVerdict, { nodes }: RecordedCluster): string {
  return nodes[node].name;
}

function inOrder(scores: unknown): unknown {
  return isObject(scores)
    ? Object.fromEntries(Object.entries(scores).sort(([a], [b]) => (a < b ? -1 : 1)))
    : 'not scored';
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? [...list].sort() : list;
}
