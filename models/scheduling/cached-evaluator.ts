/**
 * The hot part of the scheduler: one row of totals for each shape of pod, kept up to date node by node.
 *
 * Hundreds of thousands of pods come in some hundred shapes, and a decision changes one node. So a row holds, for each
 * node, the first refusal and the sum of the scores that depend on shape and node alone; when a pod of the shape comes,
 * only nodes that changed since are computed again. Scores that are normalised over the feasible nodes, and plugins that
 * look at other pods, are added on a copy of the row, and only for pods that have them. Benchmark: bench/scheduling.ts.
 */
import { longerInt, roomFor } from './demands.ts';
import { type Best, type Evaluation, type Evaluator, INFEASIBLE } from './evaluation.ts';
import type { Framework, Placed } from './framework.ts';
import type { NodeSampling } from './node-sampling.ts';
import { RowScratch, ShapeRow } from './shape-row.ts';

/** Evaluates with a row for each shape. */
export class CachedEvaluator implements Evaluator {
  private readonly framework: Framework;
  private readonly nodes: number;
  private readonly rows: (ShapeRow | undefined)[] = [];
  private readonly podPlugins: readonly Placed[];
  private readonly mayFilter: readonly boolean[];
  private readonly evaluation: Evaluation;
  private readonly scratch: RowScratch;
  /** Of the pod at hand. */
  private readonly filters: Placed[] = [];
  private readonly scorers: Placed[] = [];
  private readonly totals: Int32Array;
  private counts: Int32Array;
  private readonly feasible: Int32Array;
  private readonly scores: Float64Array;

  constructor(framework: Framework) {
    const { ledger } = framework.context;
    this.framework = framework;
    this.nodes = ledger.nodes;
    this.podPlugins = framework.plugins.filter(({ plugin }) => plugin.scope === 'pod');
    this.mayFilter = this.podPlugins.map((placed) => framework.filters.includes(placed));
    this.scratch = new RowScratch(this.nodes);
    this.totals = new Int32Array(this.nodes);
    this.counts = new Int32Array(roomFor(framework.codes));
    this.feasible = new Int32Array(this.nodes);
    this.scores = new Float64Array(this.nodes);
    this.evaluation = { totals: this.totals, everywhere: 0, counts: this.counts, visited: this.nodes };
  }

  /** Brings the row of the pod's shape up to date and adds what hangs on this pod alone. */
  evaluate(pod: number): Evaluation {
    const row = this.freshRow(pod);
    this.ask(pod);
    const { filters, scorers } = this;
    const { sampling } = this.framework;
    this.evaluation.visited = this.framework.context.ledger.marks.present;
    const isPlain = filters.length + scorers.length + row.normalised.length === 0;
    if (isPlain && sampling === undefined) return this.answer(row, row.totals, row.counts, row.best);
    const count = sampling === undefined ? this.filter(row, filters, pod) : this.search(row, filters, pod, sampling);
    for (const { plugin } of scorers) plugin.prepareScore?.(pod, this.feasible, count);
    for (const placed of row.normalised) this.add(placed, pod, count);
    for (const placed of scorers) this.add(placed, pod, count);
    return this.answer(row, this.totals, this.counts);
  }

  private answer(row: ShapeRow, totals: Int32Array, counts: Int32Array, best?: Best): Evaluation {
    this.evaluation.best = best;
    this.evaluation.totals = totals;
    this.evaluation.counts = counts;
    this.evaluation.everywhere = row.everywhere;
    return this.evaluation;
  }

  /** Applies filters on top of the row; returns how many nodes are left, which are then listed in `feasible`. */
  private filter(row: ShapeRow, filters: readonly Placed[], pod: number): number {
    this.totals.set(row.totals);
    this.copyCounts(row.counts);
    let count = 0;
    for (let node = 0; node < this.nodes; node++) {
      if (this.totals[node] === INFEASIBLE) continue;
      const code = this.framework.firstRefusal(filters, pod, node);
      if (code === 0) {
        this.feasible[count++] = node;
      } else {
        this.totals[node] = INFEASIBLE;
        this.count(code);
        this.counts[0]--;
      }
    }
    return count;
  }

  /** As `filter`, node by node in the order of the sampling until enough are found. */
  private search(row: ShapeRow, filters: readonly Placed[], pod: number, sampling: NodeSampling): number {
    const { order, start, wanted } = sampling;
    this.totals.fill(INFEASIBLE);
    this.counts.fill(0);
    let [count, visited] = [0, 0];
    for (; visited < order.length; visited++) {
      const node = order[(start + visited) % order.length];
      const code = row.codes[node] || this.framework.firstRefusal(filters, pod, node);
      if (code === 0 && count === wanted) break;
      this.count(code);
      if (code !== 0) continue;
      this.feasible[count++] = node;
      this.totals[node] = row.totals[node];
    }
    this.evaluation.visited = visited;
    return count;
  }

  private count(code: number): void {
    if (code >= this.counts.length) this.counts = longerInt(this.counts, roomFor(code));
    this.counts[code]++;
  }

  private add({ plugin, weight }: Placed, pod: number, count: number): void {
    for (let i = 0; i < count; i++) this.scores[i] = plugin.score!(pod, this.feasible[i]);
    plugin.normalise?.(this.scores, count);
    for (let i = 0; i < count; i++) this.totals[this.feasible[i]] += weight * this.scores[i];
  }

  private copyCounts(counts: Int32Array): void {
    if (counts.length > this.counts.length) this.counts = new Int32Array(counts.length);
    this.counts.fill(0);
    this.counts.set(counts);
  }

  /** Which of the plugins that look at this pod alone have anything to say. */
  private ask(pod: number): void {
    const { podPlugins, filters, scorers } = this;
    filters.length = 0;
    scorers.length = 0;
    for (let i = 0; i < podPlugins.length; i++) {
      const { plugin, filter, score, weight } = podPlugins[i];
      plugin.prepare?.(pod);
      if (filter !== undefined && this.mayFilter[i] && !plugin.skipsFilter?.(pod)) filters.push(podPlugins[i]);
      if (score !== undefined && weight !== 0 && !plugin.skipsScore?.(pod)) scorers.push(podPlugins[i]);
    }
  }

  private freshRow(pod: number): ShapeRow {
    const { ledger, demands } = this.framework.context;
    const shape = demands.shapeOf[pod];
    let row = this.rows[shape];
    if (row === undefined) {
      row = new ShapeRow(this.framework, this.scratch, pod);
      while (this.rows.length < shape) this.rows.push(undefined);
      this.rows[shape] = row;
    }
    row.refresh(pod, ledger.changes);
    return row;
  }
}
