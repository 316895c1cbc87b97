/**
 * Packet filters and service chains of the suite `dataplane`: how a cost grows with the number of rules or services.
 *
 * The case's own row without rules, or with a direct connect, tells how fast the recording machine was and what a packet or
 * a connect costs there; rules and chains are added by the models. Tolerances: 20 %; a whole reload of rules 25 % (two runs
 * of the recording gave 3.2 and 3.9 s), of a map a factor of three (the same two runs gave 0.2 and 0.6 s for 10,000 entries,
 * and a row is a single reload). Rows that constants were calibrated on are marked.
 */
import {
  connectExtraCpuUs,
  connectExtraUs,
  connectRulesNs,
  fullReloadS,
  type RuleForm,
  rulesNs,
  type ServiceForm,
} from '../../models/machine/rule-cost.ts';
import { isObject, numberField, textField, wholeField } from './case-reader.ts';
import { setsConstant } from './dataplane-rows.ts';
import { judge, marked, type Quantity, type Tolerance } from './quantity.ts';
import { CaseProblem, type JsonObject, type Replay } from './suite.ts';

const COST: Tolerance = { relative: 0.2 };
const RELOAD: Tolerance = { relative: 0.25 };
const MAP_RELOAD_FACTOR = 3;

const RULES_MAX = 10_000_000;
const FIGURE_MAX = 1e15;

/** Rules are told from the packet's own cost where they add this share of it. */
const SLOPE_FROM = 0.2;

/** Columns that say what a row is. */
const KEYS: readonly string[] = ['mode', 'rules', 'services', 'endpoints_per_service'];

/** Replays a case whose rows are a list. @throws CaseProblem */
export function replayChains(json: JsonObject): Replay {
  const rows = (json.rows as readonly unknown[]).map((row) => {
    if (isObject(row)) return row;
    throw new CaseProblem('each of "rows" must be an object.');
  });
  const counted = rows.every((row) => 'services' in row) ? 'services' : 'rules';
  const base = rows.find((row) => row[counted] === 0);
  if (base === undefined) throw new CaseProblem(`one of "rows" must have 0 ${counted}: what costs nothing extra.`);
  const quantities = rows
    .filter((row) => row !== base)
    .flatMap((row) => (counted === 'services' ? ofServices(json, row, base) : ofRules(json, row, base)));
  return { family: counted, name: textField(json, 'case'), quantities };
}

function ofServices(json: JsonObject, row: JsonObject, base: JsonObject): Quantity[] {
  const mode = textField(row, 'mode');
  const services = wholeField(row, 'services', 0, RULES_MAX);
  const form: ServiceForm | undefined = mode === 'iptables' || mode === 'nft-map' ? mode : undefined;
  const simulated = (field: string): number | null => {
    if (form === undefined) return null;
    if (field === 'connect_p10_us') return figureOf(base, field) + connectExtraUs(form, services);
    if (field === 'connect_cpu_us') return figureOf(base, field) + connectExtraCpuUs(form, services);
    return field === 'full_reload_s' ? fullReloadS(form, services) : null;
  };
  return figures(row).map((field) => {
    const [observed, ours] = [figureOf(row, field), simulated(field)];
    const tolerance = field === 'full_reload_s' ? reloadTolerance(form, observed, ours) : COST;
    const quantity = judge(`${mode} ${services} services ${field}`, observed, ours, tolerance);
    return marked(quantity, setsConstant(json, `${mode}-${services}`, field));
  });
}

function reloadTolerance(form: ServiceForm | undefined, observed: number, simulated: number | null): Tolerance {
  if (form !== 'nft-map' || simulated === null) return RELOAD;
  const furthest = simulated < observed ? observed / MAP_RELOAD_FACTOR : observed * MAP_RELOAD_FACTOR;
  return Math.abs(furthest - observed);
}

function ofRules(json: JsonObject, row: JsonObject, base: JsonObject): Quantity[] {
  const mode = textField(row, 'mode');
  const rules = wholeField(row, 'rules', 0, RULES_MAX);
  const form = formOf(mode);
  const established = /established|conntrack|ctstate/.test(mode);
  return figures(row).map((field) => {
    const label = `${mode} ${rules} rules ${field}`;
    const isFitted = form === 'iptables' && setsConstant(json, form, 'slope');
    const from = base[field];
    if (form === null || typeof from !== 'number') return judge(label, row[field], null, COST);
    if (/connect/.test(field))
      return marked(
        judge(label, row[field], from + connectRulesNs(form, rules, established) / nsOf(field), COST),
        isFitted,
      );
    const added = established ? 0 : rulesNs(form, rules) / nsOf(field);
    return marked(slopeOrCost(label, field, row, { from, added, rules }), isFitted);
  });
}

/** Where rules add, their slope is judged, which the packet's own cost must not hide; where they do not, the cost. */
function slopeOrCost(
  label: string,
  field: string,
  row: JsonObject,
  { from, added, rules }: { readonly from: number; readonly added: number; readonly rules: number },
): Quantity {
  const observed = figureOf(row, field);
  if (!/_ns$|_us$|_ns_/.test(field)) return judge(label, observed, null, COST);
  // Few rules cannot be told from the noise of the packet's own cost.
  if (added < SLOPE_FROM * from) return judge(label, observed, from + added, COST);
  return judge(`${label}, for each rule`, (observed - from) / rules, added / rules, COST);
}

/** The form of a recorded mode; null when no model is for it. */
function formOf(mode: string): RuleForm | null {
  if (/ipset/.test(mode)) return 'ipset';
  if (/nft.*map|map/.test(mode)) return 'nft-map';
  if (/set/.test(mode)) return 'nft-set';
  return /iptables|linear|nft/.test(mode) ? 'iptables' : null;
}

const nsOf = (field: string): number => (/_us/.test(field) ? 1e3 : 1);

function figures(row: JsonObject): string[] {
  return Object.keys(row).filter((field) => typeof row[field] === 'number' && !KEYS.includes(field));
}

function figureOf(row: JsonObject, field: string): number {
  return numberField(row, field, 0, FIGURE_MAX);
}
