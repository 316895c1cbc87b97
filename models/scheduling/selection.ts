/**
 * The choice among evaluated nodes: the best total, and the named way to break a tie.
 *
 * Source: Kubernetes 1.34 `selectHost` (uniform among the best); `lowest-name` as the OpenB simulator has it.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Stream } from '../../sim/random/stream.ts';
import type { ClusterNode } from '../cluster/node.ts';
import { type Evaluation, INFEASIBLE } from './evaluation.ts';
import type { TieBreak } from './options.ts';

/** Chooses nodes; the fields tell about the last choice. */
export class Selection {
  /** Best total; 0 when there was no or one feasible node, which is then not scored. */
  score = 0;
  feasible = 0;
  /** Nodes with the best total; 0 when none was feasible. */
  ties = 0;
  private readonly tieBreak: TieBreak;
  private readonly stream: Stream;
  /** Place of each node in the order of names. */
  private readonly nameOrder: Int32Array;

  constructor(nodes: readonly ClusterNode[], tieBreak: TieBreak, stream: Stream) {
    this.tieBreak = tieBreak;
    this.stream = stream;
    this.nameOrder = new Int32Array(nodes.length);
    const byName = nodes.map((_, node) => node).sort((a, b) => compareNames(nodes[a].name, nodes[b].name) || a - b);
    byName.forEach((node, place) => {
      this.nameOrder[node] = place;
    });
  }

  /** The chosen node, or -1 if none is feasible. */
  choose({ totals, everywhere, counts }: Evaluation): number {
    this.feasible = counts[0];
    this.score = 0;
    this.ties = 0;
    if (this.feasible === 0) return -1;
    const best = this.findBest(totals);
    if (this.feasible > 1) this.score = best + everywhere;
    if (this.tieBreak === 'lowest-name') return this.lowestName(totals, best);
    return nth(totals, best, this.ties === 1 ? 0 : this.stream.below(this.ties));
  }

  private findBest(totals: Int32Array): number {
    let best = INFEASIBLE + 1;
    let ties = 0;
    for (let node = 0; node < totals.length; node++) {
      const total = totals[node];
      if (total < best) continue;
      if (total === best) {
        ties++;
      } else {
        best = total;
        ties = 1;
      }
    }
    this.ties = ties;
    return best;
  }

  private lowestName(totals: Int32Array, best: number): number {
    let chosen = -1;
    for (let node = 0; node < totals.length; node++) {
      if (totals[node] !== best) continue;
      if (chosen < 0 || this.nameOrder[node] < this.nameOrder[chosen]) chosen = node;
    }
    return chosen;
  }
}

/** The node that is the n-th, from 0, to have this total. */
function nth(totals: Int32Array, best: number, n: number): number {
  let left = n;
  for (let node = 0; node < totals.length; node++) {
    if (totals[node] === best && left-- === 0) return node;
  }
  assert(false, () => `fewer than ${n + 1} nodes have the total ${best}`);
}

/** By code units, the same everywhere. */
function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
