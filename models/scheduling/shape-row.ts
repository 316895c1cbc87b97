/**
 * What is known of all nodes for pods of one shape: the first refusal and the sum of the scores that follow from shape
 * and node alone. Nodes that changed are computed again, all at once and plugin by plugin, so that each plugin reads what
 * it needs of the shape once. Hot: benchmark bench/scheduling.ts.
 */
import type { ChangeLog } from './change-log.ts';
import { longerInt, roomFor } from './demands.ts';
import { type Best, INFEASIBLE } from './evaluation.ts';
import { ABSENT, type Framework, type Placed } from './framework.ts';
import { NodesByTotal } from './nodes-by-total.ts';
import { SCORE_MAX } from './plugins/plugin.ts';

/** Columns that all rows of an evaluator use in turn. */
export class RowScratch {
  /** Nodes to compute, and of those the ones that still pass. */
  readonly nodes: Int32Array;
  readonly refusals: Int32Array;
  readonly sums: Int32Array;

  /** For a cluster of so many nodes. */
  constructor(nodes: number) {
    this.nodes = new Int32Array(nodes);
    this.refusals = new Int32Array(nodes);
    this.sums = new Int32Array(nodes);
  }
}

/** One row. */
export class ShapeRow {
  /** Sum of the scores by node; INFEASIBLE where it is refused. */
  readonly totals: Int32Array;
  /** Refusal code by node. */
  readonly codes: Uint16Array;
  /** Nodes by refusal code; longer when new codes come up. */
  counts: Int32Array;
  /** Scored anew over the feasible nodes of each pod. */
  readonly normalised: readonly Placed[];
  /** Part of the score that is the same on every feasible node. */
  readonly everywhere: number;
  private readonly framework: Framework;
  private readonly scratch: RowScratch;
  private readonly byShape: readonly Placed[];
  private readonly scorers: readonly Placed[];
  private filters: readonly Placed[] = [];
  /** Nodes that passed. */
  private readonly byTotal: NodesByTotal;
  /** Marks of nodes as of which `filters` are those that may refuse. */
  private marksAsOf = -1;
  /** Position in the change log up to which the row is right. */
  private position = -1;

  /** The row of the shape of a pod; nothing is computed yet. */
  constructor(framework: Framework, scratch: RowScratch, pod: number) {
    const { nodes } = framework.context.ledger;
    this.framework = framework;
    this.scratch = scratch;
    this.byShape = framework.plugins.filter(({ plugin }) => plugin.scope === 'shape');
    const scorers = this.byShape.filter(
      ({ plugin, weight }) => weight !== 0 && plugin.score && !plugin.skipsScore?.(pod),
    );
    const uniform = scorers.filter(({ plugin }) => (plugin.uniformScore?.(pod) ?? -1) >= 0);
    const others = scorers.filter((placed) => !uniform.includes(placed));
    this.everywhere = uniform.reduce((sum, { plugin, weight }) => sum + weight * plugin.uniformScore!(pod), 0);
    this.scorers = others.filter(({ plugin }) => plugin.normalise === undefined);
    this.normalised = others.filter(({ plugin }) => plugin.normalise !== undefined);
    const most = this.scorers.reduce((sum, { weight }) => sum + weight * SCORE_MAX, 0);
    this.byTotal = new NodesByTotal(nodes, most);
    this.totals = new Int32Array(nodes).fill(INFEASIBLE);
    this.codes = new Uint16Array(nodes);
    this.counts = new Int32Array(roomFor(framework.codes));
    this.counts[0] = nodes;
  }

  /** Brings the row up to date, for a pod of its shape. */
  refresh(pod: number, changes: ChangeLog): void {
    const { ledger } = this.framework.context;
    if (this.marksAsOf !== ledger.marks.changes) {
      const filters = this.byShape.filter((placed) => this.framework.filters.includes(placed));
      this.filters = filters.filter(({ plugin }) => !plugin.skipsFilter?.(pod));
      this.marksAsOf = ledger.marks.changes;
    }
    const behind = this.position >= 0 && changes.reaches(this.position);
    this.compute(pod, behind ? this.listChanged(changes) : this.listAll());
    this.position = changes.position;
  }

  private listAll(): number {
    const { nodes } = this.scratch;
    for (let node = 0; node < nodes.length; node++) nodes[node] = node;
    return nodes.length;
  }

  private listChanged(changes: ChangeLog): number {
    const { nodes } = this.scratch;
    let count = 0;
    for (let position = this.position; position < changes.position; position++) {
      const node = changes.nodeAt(position);
      if (node >= 0) nodes[count++] = node;
    }
    return count;
  }

  /** Computes the first `count` nodes of the scratch. */
  private compute(pod: number, count: number): void {
    const { nodes, sums } = this.scratch;
    let left = this.existing(count);
    for (let i = 0; i < this.filters.length && left > 0; i++) left = this.sieve(this.filters[i], pod, left);
    sums.fill(0, 0, left);
    for (let i = 0; i < this.scorers.length; i++) addScores(this.scorers[i], pod, nodes, left, sums);
    for (let i = 0; i < left; i++) {
      this.note(nodes[i], 0);
      this.setTotal(nodes[i], sums[i]);
    }
  }

  /** Takes the nodes that do not exist off the list; returns how many are left. */
  private existing(count: number): number {
    const { absent, present } = this.framework.context.ledger.marks;
    const { nodes } = this.scratch;
    if (present === absent.length) return count;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      if (absent[node] === 0) {
        nodes[left++] = node;
        continue;
      }
      this.note(node, ABSENT);
      this.setTotal(node, INFEASIBLE);
    }
    return left;
  }

  /** Takes the nodes that one plugin refuses off the list; returns how many are left. */
  private sieve(placed: Placed, pod: number, count: number): number {
    const { nodes, refusals } = this.scratch;
    refuse(placed, pod, nodes, count, refusals);
    let left = 0;
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      if (refusals[i] === 0) {
        nodes[left++] = node;
        continue;
      }
      this.note(node, this.framework.codeOf(placed, refusals[i]));
      this.setTotal(node, INFEASIBLE);
    }
    return left;
  }

  /** The best total now; nothing if no node passes. */
  get best(): Best | undefined {
    if (this.counts[0] === 0) return undefined;
    const { byTotal } = this;
    const total = byTotal.best();
    return { total, ties: byTotal.count(total), first: byTotal.first(total), next: byTotal.next };
  }

  private setTotal(node: number, total: number): void {
    const before = this.totals[node];
    if (before === total) return;
    if (before !== INFEASIBLE) this.byTotal.remove(node, before);
    this.totals[node] = total;
    if (total !== INFEASIBLE) this.byTotal.add(node, total);
  }

  private note(node: number, code: number): void {
    const before = this.codes[node];
    if (code === before) return;
    this.codes[node] = code;
    if (code >= this.counts.length) this.counts = longerInt(this.counts, roomFor(code));
    this.counts[before]--;
    this.counts[code]++;
  }
}

function refuse({ plugin, filter }: Placed, pod: number, nodes: Int32Array, count: number, refusals: Int32Array): void {
  if (plugin.filterAll !== undefined) {
    plugin.filterAll(pod, nodes, count, refusals);
    return;
  }
  for (let i = 0; i < count; i++) refusals[i] = filter!.call(plugin, pod, nodes[i]);
}

function addScores(
  { plugin, score, weight }: Placed,
  pod: number,
  nodes: Int32Array,
  count: number,
  sums: Int32Array,
): void {
  if (plugin.addScores !== undefined) {
    plugin.addScores(pod, nodes, count, weight, sums);
    return;
  }
  for (let i = 0; i < count; i++) sums[i] += weight * score!.call(plugin, pod, nodes[i]);
}
