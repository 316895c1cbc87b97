/**
 * InterPodAffinity: near to some pods, far from others.
 *
 * Source: Kubernetes 1.34 `plugins/interpodaffinity`; every recorded score and refusal of the oracle suite `k8s`. A
 * preferred term counts the matching pods of its topology domain times its weight, and once more for the terms that those
 * pods carry towards this one; required affinity of existing pods counts 1. Required terms filter: a pod must match all
 * required affinity terms at once; the first pod of a group passes if it would match its own terms; an existing pod's
 * required anti-affinity refuses the newcomer. Leaves out: nothing of 1.34.
 */
import { NO_OBJECTS } from '../../cluster/cluster-objects.ts';
import { AFFINITY, type AffinityContext, AffinityState } from './affinity-state.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { ServiceTerms } from './service-terms.ts';

/** Makes the plugin. */
export function interPodAffinity(context: PluginContext): Plugin {
  return new InterPodAffinity(context);
}

class InterPodAffinity implements Plugin {
  readonly name = 'InterPodAffinity';
  readonly scope = 'pod';
  readonly reasons = [
    "node(s) didn't match pod affinity rules",
    "node(s) didn't match pod anti-affinity rules",
    "node(s) didn't satisfy existing pods anti-affinity rules",
  ];
  private readonly context: PluginContext;
  private readonly affinity: AffinityContext;
  private readonly services: ServiceTerms;
  /** By kin of pods. */
  private readonly states: (AffinityState | undefined)[] = [];
  private current: AffinityState | undefined;

  constructor(context: PluginContext) {
    const { objects = NO_OBJECTS, arguments: given = {} } = context.options;
    this.context = context;
    this.services = new ServiceTerms(context);
    this.affinity = {
      topologies: context.topologies,
      objects,
      hardPodAffinityWeight: given.hardPodAffinityWeight ?? 1,
      ignoresWishesOfOthers: given.ignorePreferredTermsOfExistingPods ?? false,
    };
  }

  prepare(pod: number): void {
    const { residents, demands } = this.context;
    const kin = residents.kinOf(demands.shapeOf[pod]);
    this.current = this.states[kin] ?? this.newState(kin, pod);
    this.services.prepare(pod);
  }

  skipsFilter(pod: number): boolean {
    return this.current!.isFree && this.services.isFree(pod);
  }

  filter(_pod: number, node: number): number {
    const refusal = this.current!.refusal(node);
    return refusal === 0 ? this.services.refusal(node) : refusal;
  }

  /** Affinity is not gained by taking pods away; room from those that are in the way is. */
  isUnresolvable(_pod: number, _node: number, refusal: number): boolean {
    return refusal === AFFINITY;
  }

  /** As upstream, a pod is scored only if some pod and some term met. */
  skipsScore(): boolean {
    return !this.current!.isScored && !this.services.isScored;
  }

  score(_pod: number, node: number): number {
    return this.current!.worthOf(node) + this.services.worthOf(node);
  }

  normalise(scores: Float64Array, count: number): void {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      least = Math.min(least, scores[i]);
      most = Math.max(most, scores[i]);
    }
    const span = most - least;
    // Divided before multiplied, as upstream: 29 of 100 becomes 28.
    for (let i = 0; i < count; i++) {
      scores[i] = span > 0 ? Math.trunc(SCORE_MAX * ((scores[i] - least) / span)) : 0;
    }
  }

  private newState(kin: number, pod: number): AffinityState {
    const { residents, demands } = this.context;
    const state = new AffinityState(this.affinity, demands.shapes[demands.shapeOf[pod]]);
    residents.watch((resident) => state.effectsOf(resident));
    while (this.states.length < kin) this.states.push(undefined);
    this.states[kin] = state;
    return state;
  }
}
