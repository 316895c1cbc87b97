/** The oracle of sharing: max-min rates by the definition, as slowly and plainly as can be. Shares no code with `sim`. */
import type { FlowPlan } from './random-network.ts';

/**
 * All flows rise together; at each step the lowest level at which a resource fills up or a flow meets its cap fixes the
 * flows concerned. Every sum is made anew at every step.
 */
export function plainRates(capacities: readonly number[], plans: readonly FlowPlan[]): number[] {
  const rates: (number | undefined)[] = plans.map(() => undefined);
  while (rates.includes(undefined)) {
    const levels = capacities.map((capacity, resource) => levelOf(capacity, resource, plans, rates));
    const caps = plans.map((plan, i) => (rates[i] === undefined ? plan.cap : Infinity));
    const level = Math.max(0, Math.min(...levels, ...caps));
    plans.forEach((plan, i) => {
      if (rates[i] !== undefined) return;
      if (plan.cap <= level || plan.uses.some((use) => levels[use.resource] <= level)) rates[i] = level;
    });
  }
  return rates as number[];
}

function levelOf(
  capacity: number,
  resource: number,
  plans: readonly FlowPlan[],
  rates: readonly (number | undefined)[],
): number {
  let left = capacity;
  let weight = 0;
  plans.forEach((plan, i) => {
    const rate = rates[i];
    for (const use of plan.uses) {
      if (use.resource !== resource) continue;
      if (rate === undefined) weight += use.weight;
      else left -= use.weight * rate;
    }
  });
  return weight === 0 ? Infinity : Math.max(0, left) / weight;
}
