/** Kernel routes that changed at an event: how many changes, and what was there in the end. */
import type { Quantity } from '../quantity.ts';
import { type CountRule, WIDTH_LEAST, WIDTH_SHARE } from './counts.ts';
import type { RecordedEvent, RouteChange } from './recorded.ts';
import type { SimWindow } from './run.ts';
import { isWithin, spreadOf } from './spread.ts';
import { figureQuantity } from './varying.ts';

/** Share of routes that must end as in one of our runs. */
const ROUTES_SHARE = 0.95;

/** Changes of kernel routes. */
export function routeQuantities(
  label: string,
  { recorded, repeats }: { readonly recorded: RecordedEvent; readonly repeats: readonly RecordedEvent[] },
  windows: readonly SimWindow[],
  { room, pool, allowsExceptions, case: owner }: CountRule,
): readonly Quantity[] {
  const counts = windows.map(({ changes }) => changes.length);
  const observed = recorded.changes.length;
  const all = repeats.map(({ changes }) => changes.length);
  const more = Math.ceil(room * observed);
  const count = figureQuantity(
    `${label}: changes of kernel routes`,
    { observed, repeats: all },
    counts,
    {
      case: owner,
      pool: `${pool}: changes of kernel routes`,
      steady: more,
      resolution: more,
      room: more,
      width: Math.max(WIDTH_LEAST, WIDTH_SHARE * Math.max(...all)),
      allowsExceptions,
      unit: '',
    },
    () => ({
      simulated: spreadOf(counts),
      tolerance: `in our range, ${more} more on both sides`,
      agree: isWithin(observed, counts, more),
    }),
  );
  return [count, endQuantity(label, recorded, windows)];
}

function endQuantity(label: string, event: RecordedEvent, windows: readonly SimWindow[]): Quantity {
  const ends = lastOf(event.changes);
  const ours = windows.map(({ changes }) => lastOf(changes));
  const observed: Record<string, string> = {};
  const simulated: Record<string, readonly string[]> = {};
  for (const [key, hops] of ends) {
    const found = ours.map((end, i) => (end.has(key) ? end.get(key) : before(windows[i]!, key)));
    const texts = new Set(found.map(textOf));
    if (texts.has(textOf(hops))) continue;
    observed[key] = textOf(hops);
    simulated[key] = [...texts];
  }
  const allowed = Math.floor((1 - ROUTES_SHARE) * ends.size);
  return {
    name: `${label}: routes that ended unlike ours`,
    observed,
    simulated,
    tolerance: `at most ${allowed} of ${ends.size}`,
    agree: Object.keys(observed).length <= allowed,
  };
}

function lastOf(changes: readonly RouteChange[]): ReadonlyMap<string, readonly string[] | undefined> {
  return new Map(changes.map(({ node, prefix, hops }) => [`${node} ${prefix}`, hops]));
}

function before(window: SimWindow, key: string): readonly string[] | undefined {
  const [node, prefix] = key.split(' ');
  return window.before.get(node!)?.get(prefix!);
}

function textOf(hops: readonly string[] | undefined): string {
  return hops === undefined ? 'none' : hops.join(' ');
}
