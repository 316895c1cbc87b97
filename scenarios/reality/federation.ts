/**
 * The suite `federation`: how real federations divided replicas between clusters, by rule.
 *
 * A case is one division; nothing runs before it.
 */
import { DIVISION_RULES, type DivisionRule, type DivisionShare, divide } from '../../models/federation/division.ts';
import { isObject, textField, wholeField } from './case-reader.ts';
import { judge } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** More than any federation runs; webster takes a step for each. */
const REPLICAS_MAX = 1_000_000;
const WEIGHT_MAX = 1_000_000_000;

/** Replicas by cluster, as the rule of a real federation gives them. */
export const federationSuite: Suite = {
  name: 'federation',
  recognises: ({ json, file }) =>
    json.suite === 'federation' || (file.suite === 'federation' && json.rule !== undefined),
  replay,
};

function replay({ json }: RecordedCase): Replay {
  const rule = DIVISION_RULES.find((one) => one === json.rule);
  if (rule === undefined)
    throw new CaseProblem(
      `"rule" must be one of ${DIVISION_RULES.join(', ')}, but it is ${JSON.stringify(json.rule)}.`,
    );
  return { family: rule, name: textField(json, 'case'), quantities: quantitiesOf(json, rule) };
}

function quantitiesOf(json: JsonObject, rule: DivisionRule): Replay['quantities'] {
  const { clusters, expected } = json;
  if (!Array.isArray(clusters) || !clusters.every(isObject))
    throw new CaseProblem('"clusters" must be a list of objects.');
  const shares = clusters.map(shareOf);
  if (new Set(shares.map(({ name }) => name)).size < shares.length)
    throw new CaseProblem('two clusters have one name.');
  const { replicas } = divide(rule, wholeField(json, 'replicas', 0, REPLICAS_MAX), shares);
  if (!Array.isArray(expected) || expected.length !== shares.length)
    throw new CaseProblem(`"expected" must be a list of ${shares.length} numbers.`);
  return shares.map(({ name }, i) => judge(`replicas of ${name}`, expected[i], replicas[i], 0));
}

function shareOf(cluster: JsonObject): DivisionShare {
  const limit = (name: string): number =>
    cluster[name] === undefined || cluster[name] === null
      ? Number.POSITIVE_INFINITY
      : wholeField(cluster, name, 0, REPLICAS_MAX);
  return {
    name: textField(cluster, 'name'),
    weight: wholeField(cluster, 'weight', 0, WEIGHT_MAX),
    min: cluster.min === undefined || cluster.min === null ? 0 : wholeField(cluster, 'min', 0, REPLICAS_MAX),
    max: limit('max'),
    capacity: limit('capacity'),
  };
}
