/** Environments made up for tests: everything passes but what the test says. */
import { type Environment, RULE_NAMES, type RuleAction, type RuleName } from '../../../models/network/environment.ts';

type Rules = Partial<Record<RuleName, RuleAction>>;

/** An open machine room in which only `rules` and `changes` differ. */
export function smallEnvironment(rules: Rules = {}, changes: Partial<Omit<Environment, 'rules'>> = {}): Environment {
  const open = Object.fromEntries(RULE_NAMES.map((name) => [name, { kind: 'pass' }])) as Record<RuleName, RuleAction>;
  return {
    name: 'small',
    title: 'A small room',
    kind: 'machine-room',
    underlayMtu: 1500,
    subnets: 'one',
    rules: { ...open, ...rules },
    routeQuota: 100,
    addressesPerInterface: Infinity,
    addressesPerNetwork: Infinity,
    providerAddresses: 'none',
    source: 'made up',
    ...changes,
  };
}
