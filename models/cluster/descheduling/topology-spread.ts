/**
 * RemovePodsViolatingTopologySpreadConstraint: pods of one owner that lie further apart in number than the skew allows are moved.
 *
 * Source: kubernetes-sigs/descheduler 0.33 `plugins/removepodsviolatingtopologyspreadconstraint`: domains by size; from the largest to the
 * smallest as many as half of what is beyond the skew, and no more than bring either to the mean; pods that fit on no node of a domain below
 * the mean stay, and count as moved. Leaves out: constraints of single pods, soft and hard apart (one constraint holds for all here), selectors.
 */
import type { BalancePod, BalanceView, EvictPod } from './balance-view.ts';
import { byKey } from './remove-duplicates.ts';

interface Domain {
  readonly name: string;
  readonly nodes: readonly number[];
  readonly pods: BalancePod[];
}

/** Evicts what must go for domains to come within `maxSkew` of each other. */
export function restoreSpread(view: BalanceView, maxSkew: number, evict: EvictPod): void {
  for (const own of byKey(view.pods, ({ owner }) => owner).values()) {
    const full = new Set<number>();
    for (const pod of toMove(view, own, maxSkew)) {
      if (full.has(pod.node)) continue;
      if (evict(pod, 'RemovePodsViolatingTopologySpreadConstraint') === 'node-limit') full.add(pod.node);
    }
  }
}

function toMove(view: BalanceView, own: readonly BalancePod[], maxSkew: number): BalancePod[] {
  const domains = domainsOf(view, own);
  const sizes = domains.map(({ pods }) => pods.length);
  if (domains.length < 2 || Math.max(...sizes) - Math.min(...sizes) <= maxSkew) return [];
  const mean = sizes.reduce((sum, size) => sum + size, 0) / domains.length;
  const below = domains.filter(({ pods }) => pods.length < mean).flatMap(({ nodes }) => nodes);
  const moved: BalancePod[] = [];
  let [small, large] = [0, domains.length - 1];
  while (small < large) {
    if (domains[large]!.pods.length <= mean) large--;
    const [from, to] = [domains[large]!.pods, domains[small]!.pods];
    const skew = from.length - to.length;
    const half = Math.ceil((skew - maxSkew) / 2);
    const count = Math.min(Math.ceil(from.length - mean), Math.ceil(mean - to.length), half);
    if (skew <= maxSkew || count <= 0) {
      small++;
      continue;
    }
    const given = from.splice(from.length - count, count);
    to.push(...given);
    moved.push(...given.filter((pod) => below.some((node) => node !== pod.node && view.hasRoom(pod, node))));
  }
  return moved;
}

/** The smallest first; the pods that go first stand last in each. */
function domainsOf(view: BalanceView, own: readonly BalancePod[]): Domain[] {
  const names = [...new Set(view.nodes.flatMap(({ domain }) => domain ?? []))];
  const domains = names.map((name): Domain => {
    const nodes = view.nodes.flatMap(({ node, domain }) => (domain === name ? [node] : []));
    const pods = own.filter(({ node }) => nodes.includes(node)).sort((a, b) => b.priority - a.priority);
    return { name, nodes, pods };
  });
  return domains.sort((a, b) => a.pods.length - b.pods.length);
}
