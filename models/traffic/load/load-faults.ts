/**
 * What is wrong with a plan of load: all faults of services, calls and sources at once.
 *
 * Source: ours. Left out: what only the run can tell, such as services that nobody runs replicas of.
 */
import { meanOf } from '../../../sim/random/distributions.ts';
import { faultsOfCall, faultsOfDistribution, faultsOfServices } from './call-graph-faults.ts';
import { USERS_MAX } from './closed-source.ts';
import type { LoadPlan, SourcePlan } from './load.ts';
import { below, type PlanFault, wrongValue } from './plan-fault.ts';
import { faultsOfRate } from './rate-shape.ts';

/** Every fault, by its path from the root of the plan; empty when the plan can be run. */
export function faultsOfLoad({ services, sources }: LoadPlan): PlanFault[] {
  const names = sources.map(({ name }) => name);
  const twice = names.flatMap((name, i) =>
    names.indexOf(name) < i ? [wrongValue(['sources', i, 'name'], 'a name of its own', name)] : [],
  );
  return [
    ...below(['services'], faultsOfServices(services)),
    ...twice,
    ...sources.flatMap((source, i) =>
      below(['sources', i], [...below(['call'], faultsOfCall(source.call, services)), ...sourceFaults(source)]),
    ),
  ];
}

function sourceFaults(source: SourcePlan): PlanFault[] {
  const { patienceNs = Infinity, call } = source;
  const wrong = source.kind === 'open' ? openFaults(source) : closedFaults(source);
  if (!(patienceNs > 0 && (patienceNs === Infinity || Number.isSafeInteger(patienceNs))))
    wrong.push(wrongValue(['patienceNs'], 'a time above 0, in whole ns', patienceNs));
  if ((call.chance ?? 1) !== 1)
    wrong.push(wrongValue(['call', 'chance'], '1: a source makes every call', call.chance, 'lower the rate instead'));
  return wrong;
}

function openFaults({ rate, gaps = 'poisson' }: Extract<SourcePlan, { kind: 'open' }>): PlanFault[] {
  const wrong = below(['rate'], faultsOfRate(rate));
  if (typeof gaps === 'string') return wrong;
  const faults = faultsOfDistribution(['gaps'], gaps);
  if (faults.length === 0 && !(meanOf(gaps) > 0))
    faults.push(wrongValue(['gaps'], 'gaps with a mean above 0', meanOf(gaps)));
  return [...wrong, ...faults];
}

function closedFaults({ users, think }: Extract<SourcePlan, { kind: 'closed' }>): PlanFault[] {
  const wrong = faultsOfDistribution(['think'], think);
  if (!(Number.isSafeInteger(users) && users >= 0 && users <= USERS_MAX))
    wrong.push(wrongValue(['users'], `a whole number from 0 to ${USERS_MAX}`, users));
  return wrong;
}
