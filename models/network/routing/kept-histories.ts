/**
 * Histories of routes that were asked for before: alternatives of one comparison meet the same faults under the same seed, and most of
 * them have the same routers, so what these did need not be simulated for each.
 *
 * Source: ours; what is simulated stands in route-history.ts. A history follows from the setting, the events, the end and the seed alone;
 * all of these are the key. Left out: keeping them beyond
 * the process.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { type RouteHistory, type RoutingEvent, type RoutingSetting, routeHistory } from './route-history.ts';

/** Designs of routing that are compared under one seed are fewer; a history of a thousand nodes takes some MB. */
const KEPT_MAX = 8;

/** By key; the one that was asked for last is the last. */
const kept = new Map<string, RouteHistory>();

/** As `routeHistory`, with streams of its own from `seed`; at once if the same was asked for a short time ago. */
export function keptHistory(
  setting: RoutingSetting,
  events: readonly RoutingEvent[],
  untilNs: TimeNs,
  seed: string,
): RouteHistory {
  const key = keyOf(setting, events, untilNs, seed);
  const history = kept.get(key) ?? routeHistory(setting, events, untilNs, new StreamSource(seed));
  kept.delete(key);
  kept.set(key, history);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  return history;
}

function keyOf(
  { fabric, own, nodes }: RoutingSetting,
  events: readonly RoutingEvent[],
  untilNs: TimeNs,
  seed: string,
): string {
  const racks = Array.from({ length: fabric.nodes }, (_, node) => fabric.rackOf(node));
  return JSON.stringify(
    [seed, fabric.racks, fabric.spines, racks, own, nodes, events, untilNs],
    (_, value: unknown) => {
      assert(typeof value !== 'function', 'a setting of routing is data: a function has no key');
      // JSON writes null for all of them.
      return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    },
  );
}
