/**
 * The choice among evaluated nodes: the best total, and the named way to break a tie.
 *
 * Source: Kubernetes 1.34 `selectHost` (uniform among the best); `lowest-name` as the OpenB simulator has it. The uniform
 * choice is drawn by rendezvous (Thaler and Ravishankar): every pair of pod and node has a random number of its own, and
 * the tied node with the least one wins. So two alternatives whose ties differ in a few nodes still choose alike elsewhere,
 * where one stream for all ties would choose differently ever after.
 * Leaves out: upstream's own sequence of random numbers.
 */
import type { Stream } from '../../sim/random/stream.ts';
import type { ClusterNode } from '../cluster/node.ts';
import { type Best, type Evaluation, INFEASIBLE } from './evaluation.ts';
import type { TieBreak } from './options.ts';

/** Chooses nodes; the fields tell about the last choice. */
export class Selection {
  /** Best total; 0 when there was no or one feasible node, which is then not scored. */
  score = 0;
  /** Number of nodes that no plugin refused. */
  feasible = 0;
  /** Nodes with the best total; 0 when none was feasible. */
  ties = 0;
  private readonly tieBreak: TieBreak;
  /** Of this scheduler: drawn once, and only when ties are broken at random. */
  private readonly salt: number;
  /** Place of each node in the order of names. */
  private readonly nameOrder: Int32Array;
  /** The node's part of the random numbers that its pairs with pods have. */
  private readonly nodeWords: Int32Array;

  constructor(nodes: readonly ClusterNode[], tieBreak: TieBreak, stream: Stream) {
    this.tieBreak = tieBreak;
    this.salt = tieBreak === 'random' ? stream.uint32() : 0;
    this.nodeWords = Int32Array.from(nodes, (_, node) => wordOfNode(node));
    this.nameOrder = new Int32Array(nodes.length);
    const byName = nodes.map((_, node) => node).sort((a, b) => compareNames(nodes[a].name, nodes[b].name) || a - b);
    byName.forEach((node, place) => {
      this.nameOrder[node] = place;
    });
  }

  /** The node chosen for `pod`, or -1 if none is feasible. */
  choose(pod: number, { totals, everywhere, counts, best: known }: Omit<Evaluation, 'visited'>): number {
    this.feasible = counts[0];
    this.score = 0;
    this.ties = 0;
    if (this.feasible === 0) return -1;
    const best = known?.total ?? this.findBest(totals);
    if (known !== undefined) this.ties = known.ties;
    if (this.feasible > 1) this.score = best + everywhere;
    if (this.tieBreak === 'lowest-name') return this.lowestName(totals, best);
    return known === undefined ? this.rendezvous(pod, totals, best) : this.rendezvousAmong(pod, known);
  }

  /** The same among nodes that are listed: no two of them have the same number, so their order does not matter. */
  private rendezvousAmong(pod: number, { first, next }: Best): number {
    const ofPod = rendezvousOfPod(this.salt, pod);
    const words = this.nodeWords;
    let chosen = first;
    let least = scrambled(ofPod ^ words[first]) ^ SIGN;
    for (let node = next[first]; node >= 0; node = next[node]) {
      const drawn = scrambled(ofPod ^ words[node]) ^ SIGN;
      if (drawn >= least) continue;
      least = drawn;
      chosen = node;
    }
    return chosen;
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

  private rendezvous(pod: number, totals: Int32Array, best: number): number {
    const ofPod = rendezvousOfPod(this.salt, pod);
    let chosen = -1;
    let least = Infinity;
    for (let node = 0, left = this.ties; left > 0; node++) {
      if (totals[node] !== best) continue;
      left--;
      const drawn = rendezvousOfNode(ofPod, node);
      if (drawn >= least) continue;
      least = drawn;
      chosen = node;
    }
    return chosen;
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

/** Odd numbers with well mixed bits, so that neighbouring pods and nodes get unrelated words. */
const POD_FACTOR = 0x9e3779b1;
const NODE_FACTOR = 0x85ebca77;
/** Turns the order of numbers without a sign into that of numbers with one. */
const SIGN = 0x80000000 | 0;

/** The pod's part of the random numbers that its pairs with nodes have. */
export function rendezvousOfPod(salt: number, pod: number): number {
  return scrambled(salt ^ Math.imul(pod + 1, POD_FACTOR));
}

/** The random number of a pair, 32 bits: the least wins. */
export function rendezvousOfNode(ofPod: number, node: number): number {
  return scrambled(ofPod ^ wordOfNode(node)) >>> 0;
}

function wordOfNode(node: number): number {
  return Math.imul(node + 1, NODE_FACTOR);
}

/** The finalizer of MurmurHash3: every bit of the word depends on every bit of `word`. */
function scrambled(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** By code units, the same everywhere. */
function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
