/**
 * PodTopologySpread: pods of one selector lie evenly over the domains of a label: as a rule, or as a wish.
 *
 * Source: Kubernetes 1.34 `plugins/podtopologyspread`; every recorded score and refusal of the oracle suite `k8s`. Pods
 * without constraints of their own, but with a service or controller that selects them, have the system's two wishes.
 * Leaves out: pods that are being deleted (here they are gone at once).
 */
import { NO_OBJECTS } from '../../cluster/cluster-objects.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { SYSTEM_CONSTRAINTS } from '../plugin-arguments.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import { constraintsOf, type Defaults } from './spread-constraints.ts';
import { LABEL_IS_MISSING, SpreadFilter } from './spread-filter.ts';
import { normaliseCosts, SpreadScore } from './spread-score.ts';

/** What is kept for pods of one shape; an absent part means that nothing is asked. */
interface Spread {
  readonly filter: SpreadFilter | undefined;
  readonly score: SpreadScore | undefined;
  /** Whether taints of nodes change which of them count; whether they exist always does. */
  readonly honoursTaints: boolean;
  /** As of this change of their marks. */
  readonly asOf: number;
}

const NOTHING: Spread = { filter: undefined, score: undefined, honoursTaints: false, asOf: -1 };

/** Makes the plugin. */
export function podTopologySpread(context: PluginContext): Plugin {
  return new PodTopologySpread(context);
}

class PodTopologySpread implements Plugin {
  readonly name = 'PodTopologySpread';
  readonly scope = 'pod';
  readonly reasons = [
    "node(s) didn't match pod topology spread constraints",
    "node(s) didn't match pod topology spread constraints (missing required label)",
  ];
  private readonly context: PluginContext;
  private readonly defaults: Defaults;
  private readonly byShape: (Spread | undefined)[] = [];
  /** Shapes that spread alike share what is kept. */
  private readonly byText = new Map<string, Spread>();
  private current = NOTHING;

  constructor(context: PluginContext) {
    const { objects = NO_OBJECTS, arguments: { defaultConstraints = SYSTEM_CONSTRAINTS } = {} } = context.options;
    this.context = context;
    this.defaults = { constraints: defaultConstraints, objects };
  }

  prepare(pod: number): void {
    this.current = this.of(this.context.demands.shapeOf[pod]);
    this.current.filter?.prepare();
  }

  skipsFilter(): boolean {
    return this.current.filter === undefined;
  }

  filter(_pod: number, node: number): number {
    return this.current.filter!.refusal(node);
  }

  isUnresolvable(_pod: number, _node: number, refusal: number): boolean {
    return refusal === LABEL_IS_MISSING;
  }

  skipsScore(): boolean {
    return this.current.score === undefined;
  }

  prepareScore(_pod: number, feasible: ArrayLike<number>, count: number): void {
    this.current.score?.prepare(feasible, count);
  }

  score(_pod: number, node: number): number {
    return this.current.score!.cost(node);
  }

  normalise(scores: Float64Array, count: number): void {
    normaliseCosts(scores, count);
  }

  private of(shape: number): Spread {
    const known = this.byShape[shape];
    if (known === NOTHING) return known;
    if (known !== undefined && known.asOf === this.marksOf(known.honoursTaints)) return known;
    if (known !== undefined) this.drop(known);
    const spread = this.make(this.context.demands.shapes[shape]);
    this.byShape[shape] = spread;
    return spread;
  }

  /** What says whether other nodes count than before. */
  private marksOf(honoursTaints: boolean): number {
    const { changes, comings } = this.context.ledger.marks;
    return honoursTaints ? changes : comings;
  }

  /** Which nodes count has changed: what was kept is of no use to any shape. */
  private drop({ filter, score }: Spread): void {
    for (const part of [filter, score]) if (part !== undefined) this.context.residents.unwatch(part.effectsOf);
    for (const [text, spread] of this.byText)
      if (spread.filter === filter && spread.score === score) this.byText.delete(text);
  }

  private make(shape: PodShape): Spread {
    const hard = constraintsOf(shape, this.defaults, 'DoNotSchedule');
    const soft = constraintsOf(shape, this.defaults, 'ScheduleAnyway');
    if (hard.length + soft.length === 0) return NOTHING;
    const honoursTaints = [...hard, ...soft].some(({ nodeTaintsPolicy }) => nodeTaintsPolicy === 'Honor');
    const asOf = this.marksOf(honoursTaints);
    const text = textOf(shape, [hard, soft, asOf, honoursTaints ? shape.tolerations : []]);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const isOwn = (shape.topologySpread ?? []).length > 0 || this.defaults.constraints !== SYSTEM_CONSTRAINTS;
    const spread: Spread = {
      filter: hard.length === 0 ? undefined : new SpreadFilter(this.context, shape, hard),
      score: soft.length === 0 ? undefined : new SpreadScore(this.context, shape, soft, isOwn),
      honoursTaints,
      asOf,
    };
    this.byText.set(text, spread);
    return spread;
  }
}

/** What the spreading of a shape follows from, as a text. */
function textOf({ namespace, labels, nodeSelector, nodeAffinity, topologySpread }: PodShape, rest: unknown): string {
  const isOwn = (topologySpread ?? []).length > 0;
  return JSON.stringify([namespace, labels, nodeSelector, nodeAffinity.required, isOwn, rest]);
}
