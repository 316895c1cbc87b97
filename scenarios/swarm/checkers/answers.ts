/**
 * When everything has settled, every request is answered.
 *
 * Nobody promises it where pods came or went so lately that resolvers may still keep what was so before (RFC 2308), nor where pods of a
 * version that never answers are left: without a readiness probe they count as Ready, and stay while a rollout waits for room.
 */
import { CACHE_POLICIES } from '../../../models/federation/discovery/resolver.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { ActivePlaces } from '../active-places.ts';
import type { Checker, Scene } from '../checker.ts';
import type { Order } from '../onlooker.ts';
import { isBroken, wasBroken } from './settled.ts';

/** As the file says. */
export const answers: Checker = {
  name: 'answers',
  statement: 'When everything has settled, every request is answered.',
  watch: (scene) => {
    const places = new ActivePlaces(scene.document, scene.onlooker);
    return {
      instant: (now) => places.see(now),
      end: () => {
        if (!mustAnswer(scene, places)) return;
        const { metrics, endNs, report } = scene;
        const { requestErrors = 0, requestsOffered = 0, requestsAnswered = 0 } = metrics;
        if (requestErrors > 0) report(endNs, 'no request fails', `${(100 * requestErrors).toFixed(2)} % fail`);
        if (requestsOffered > 0 && requestsAnswered === 0) report(endNs, 'requests are answered', 'none is');
      },
    };
  },
};

/** Every service has a Ready pod that answers, and nobody moved pods or callers since resolvers last asked. */
function mustAnswer(scene: Scene, places: ActivePlaces): boolean {
  const { document, onlooker } = scene;
  if (onlooker.shortNs > 0) return false;
  if (document.autoscalers.length > 0 || document.nodeAutoscaler !== undefined) return false;
  const { start, warmUp, services } = document.load!;
  const sinceNs = start + warmUp - keptNs(scene);
  if (onlooker.pods.some(({ readyNs, endsNs = 0, failedNs }) => Math.max(readyNs, endsNs, failedNs) >= sinceNs))
    return false;
  if (places.changedNs >= sinceNs) return false;
  return services.every(({ name }) => {
    const workload = document.cluster.pods.findIndex((group) => group.name === name);
    const orders = onlooker.orders.map((cluster) => cluster[workload]!);
    if (orders.some((order) => isBroken(scene, order) || (order.rolling && wasBroken(scene, order)))) return false;
    // Only the active place answers for what one place at a time may serve.
    const mayServe = ({ cluster }: Order): boolean =>
      name !== document.federation?.activeStandby?.workload || places.active.has(onlooker.clusters[cluster]!);
    const served = orders.map((order) => mayServe(order) && onlooker.healthy(order).length > 0);
    // Callers whose resolvers never ask again may be sent to a member that has no replica any more.
    return document.federation?.discovery.resolver === 'forever'
      ? served.every((one) => one)
      : served.some((one) => one);
  });
}

/** How long callers may go by what was so before: resolvers keep answers, and learn late that they are wrong. */
function keptNs({ document: { federation, load } }: Scene): TimeNs {
  const { endpointLag } = load!;
  if (federation === undefined) return endpointLag;
  const { ttl, sync, resolver } = federation.discovery;
  const { minTtlNs, maxTtlNs, minNegativeTtlNs, maxNegativeTtlNs } = CACHE_POLICIES[resolver];
  // What is kept for ever is told apart by who serves in the end.
  const longest = [
    [minTtlNs === Number.POSITIVE_INFINITY ? 0 : minTtlNs, maxTtlNs],
    [minNegativeTtlNs, maxNegativeTtlNs],
  ].map(([least, most]) => Math.max(least!, Math.min(most!, ttl)));
  return endpointLag + sync + Math.max(...longest);
}
