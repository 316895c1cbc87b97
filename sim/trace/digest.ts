/**
 * The digest of a run: a 128-bit hash over its records in their order, the same in every JavaScript engine.
 *
 * The block function and the finish are those of MurmurHash3 x86 128 (Austin Appleby, public domain), fed with four
 * words for each record. It finds accidental differences between runs; it does not resist an attacker.
 * Left out: machines with big-endian words (no engine that we support runs on one).
 */
import { BATCH_BLOCKS, RecordBlocks } from './record-blocks.ts';

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** A running hash. What is added waits in `blocks` until there is enough for one loop. */
export class Digest {
  /** What was added and is not hashed yet; may be filled from outside, then `drain` must be called in time. */
  readonly blocks = new RecordBlocks();
  // Words in a typed array stay unboxed in every engine; as object fields they may become heap numbers.
  private readonly state = new Int32Array(4);
  private hashed = 0;

  /** Adds one block of four 32-bit words. */
  add(a: number, b: number, c: number, d: number): void {
    this.blocks.add(a, b, c, d);
    if (this.blocks.n >= BATCH_BLOCKS) this.drain();
  }

  /** Adds two words and a double; every NaN counts as the same, and so do 0 and -0. */
  addNumber(a: number, b: number, value: number): void {
    this.blocks.addNumber(a, b, value);
    if (this.blocks.n >= BATCH_BLOCKS) this.drain();
  }

  /** Hashes the blocks that wait, and forgets them. */
  drain(): void {
    const { words, gapEnds, gaps, n } = this.blocks;
    let from = 0;
    for (let gap = 0; gap < gaps; gap++) {
      this.mix(words, from, gapEnds[2 * gap]);
      from = gapEnds[2 * gap + 1];
    }
    this.mix(words, from, n);
    this.blocks.clear();
  }

  /** Hashes the blocks from number `from` to before `end`. Hot: every record of a run passes here. */
  private mix(words: Int32Array, from: number, end: number): void {
    const state = this.state;
    let h1 = state[0];
    let h2 = state[1];
    let h3 = state[2];
    let h4 = state[3];
    for (let at = 4 * from; at < 4 * end; at += 4) {
      let k = Math.imul(words[at], C1);
      h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
      h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
      k = Math.imul(words[at + 1], C2);
      h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
      h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
      k = Math.imul(words[at + 2], C3);
      h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
      h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
      k = Math.imul(words[at + 3], C4);
      h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
      h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
    }
    state[0] = h1;
    state[1] = h2;
    state[2] = h3;
    state[3] = h4;
    this.hashed += end - from;
  }

  /** The hash of all that was added so far, 32 hexadecimal digits; more may be added afterwards. */
  hex(): string {
    this.drain();
    const words = this.finished();
    let text = '';
    for (let i = 0; i < 4; i++) text += (words[i] >>> 0).toString(16).padStart(8, '0');
    return text;
  }

  private finished(): Int32Array {
    const h = Int32Array.from(this.state);
    const length = Math.imul(this.hashed, 16);
    for (let i = 0; i < 4; i++) h[i] ^= length;
    spread(h);
    for (let i = 0; i < 4; i++) h[i] = avalanche(h[i]);
    spread(h);
    return h;
  }
}

function spread(h: Int32Array): void {
  h[0] += h[1] + h[2] + h[3];
  h[1] += h[0];
  h[2] += h[0];
  h[3] += h[0];
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
