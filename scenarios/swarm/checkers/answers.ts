/** When everything has settled, every request is answered. */
import type { Checker, Scene } from '../checker.ts';
import { isBroken } from './settled.ts';

/** As the file says. */
export const answers: Checker = {
  name: 'answers',
  statement: 'When everything has settled, every request is answered.',
  watch: (scene) => ({
    end: () => {
      if (!mustAnswer(scene)) return;
      const { metrics, endNs, report } = scene;
      const { requestErrors = 0, requestsOffered = 0, requestsAnswered = 0 } = metrics;
      if (requestErrors > 0) report(endNs, 'no request fails', `${(100 * requestErrors).toFixed(2)} % fail`);
      if (requestsOffered > 0 && requestsAnswered === 0) report(endNs, 'requests are answered', 'none is');
    },
  }),
};

/** Every service has a Ready pod, and nobody moved pods or callers while requests were counted. */
function mustAnswer(scene: Scene): boolean {
  const { document, onlooker } = scene;
  if (document.autoscalers.length > 0 || document.nodeAutoscaler !== undefined) return false;
  const { start, warmUp, services } = document.load!;
  if (onlooker.pods.some(({ row, endsNs }) => Math.max(row.bornNs, endsNs ?? 0) >= start + warmUp)) return false;
  return services.every(({ name }) => {
    const workload = document.cluster.pods.findIndex((group) => group.name === name);
    const orders = onlooker.orders.map((cluster) => cluster[workload]!);
    if (orders.some((order) => isBroken(scene, order))) return false;
    const served = orders.map((order) => onlooker.healthy(order).length > 0);
    // Callers whose resolvers never ask again may be sent to a member that has no replica any more.
    return document.federation?.discovery.resolver === 'forever'
      ? served.every((one) => one)
      : served.some((one) => one);
  });
}
