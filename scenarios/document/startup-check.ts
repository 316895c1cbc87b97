/** Checks of `startup`: that the pods it names exist, and that nobody waits on himself, not even by way of others. */
import { unknownName } from './environment.ts';
import type { Finding } from './issue.ts';
import type { Startup } from './startup-schema.ts';

const NAMES_SHOWN = 20;

/** Findings about the order of start; `names` are the groups of pods and the workloads. */
export function checkStartup({ order, times }: Startup, names: readonly string[]): Finding[] {
  const unknown = order.flatMap((rule, i) =>
    (['pods', 'after'] as const)
      .filter((end) => !names.includes(rule[end]))
      .map((end) => unknownName(['startup', 'order', i, end], 'group of pods', rule[end], names.slice(0, NAMES_SHOWN))),
  );
  const unknownTimes = Object.keys(times)
    .filter((name) => !names.includes(name))
    .map((name) => unknownName(['startup', 'times', name], 'group of pods', name, names.slice(0, NAMES_SHOWN)));
  return [...unknown, ...unknownTimes, ...circles(order)];
}

function circles(order: Startup['order']): Finding[] {
  return order.flatMap(({ pods, after }, i): Finding[] => {
    const chain = wayBack(order, pods, after);
    if (chain === undefined) return [];
    return [
      {
        path: ['startup', 'order', i],
        at: 'value',
        message: `${pods} would wait on itself: ${[pods, ...chain].join(' after ')}`,
        expected: 'an order without circles',
        got: `${pods} after ${after}`,
        hint: 'take one of these rules out',
      },
    ];
  });
}

/** The names from `from` to `goal` along the rules, both among them; undefined if there is no way. */
function wayBack(order: Startup['order'], goal: string, from: string): string[] | undefined {
  const seen = new Set<string>();
  const walk = (name: string): string[] | undefined => {
    if (name === goal) return [name];
    if (seen.has(name)) return undefined;
    seen.add(name);
    for (const rule of order) {
      const rest = rule.pods === name ? walk(rule.after) : undefined;
      if (rest !== undefined) return [name, ...rest];
    }
    return undefined;
  };
  return walk(from);
}
