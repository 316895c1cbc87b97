/**
 * The digest of a run: a 128-bit hash over its records in their order, the same in every JavaScript engine.
 *
 * The block function and the finish are those of MurmurHash3 x86 128 (Austin Appleby, public domain), fed with four
 * words for each record. It finds accidental differences between runs; it does not resist an attacker.
 * Left out: machines with big-endian words (no engine that we support runs on one).
 */

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** The high word of the one NaN that is ever hashed or written; engines disagree about NaN bits. */
export const NAN_HIGH_WORD = 0x7ff80000;

const DOUBLE = new Float64Array(1);
const WORDS = new Int32Array(DOUBLE.buffer);

/** A running hash; adding never allocates. */
export class Digest {
  // Words in a typed array stay unboxed in every engine; as object fields they may become heap numbers.
  private readonly state = new Int32Array(4);
  private blocks = 0;

  /** Adds one block of four 32-bit words. Hot: called once for each record. */
  add(a: number, b: number, c: number, d: number): void {
    const state = this.state;
    let h1 = state[0];
    let h2 = state[1];
    let h3 = state[2];
    let h4 = state[3];
    let k = Math.imul(a, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    k = Math.imul(b, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    k = Math.imul(c, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    k = Math.imul(d, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
    state[0] = h1;
    state[1] = h2;
    state[2] = h3;
    state[3] = h4;
    this.blocks++;
  }

  /** Adds two words and a double; every NaN counts as the same, and so do 0 and -0. */
  addNumber(a: number, b: number, value: number): void {
    // Only NaN differs from itself; its bits must not be looked at.
    if (Number.isNaN(value)) {
      this.add(a, b, 0, NAN_HIGH_WORD);
      return;
    }
    DOUBLE[0] = value + 0;
    this.add(a, b, WORDS[0], WORDS[1]);
  }

  /** Adds a word and a string, eight UTF-16 units a block. */
  addText(a: number, text: string): void {
    const length = text.length;
    this.add(a, length, 0, 0);
    for (let at = 0; at < length; at += 8) {
      this.add(pair(text, at), pair(text, at + 2), pair(text, at + 4), pair(text, at + 6));
    }
  }

  /** The hash of all that was added so far, 32 hexadecimal digits; more may be added afterwards. */
  hex(): string {
    const words = this.finished();
    let text = '';
    for (let i = 0; i < 4; i++) text += (words[i] >>> 0).toString(16).padStart(8, '0');
    return text;
  }

  private finished(): Int32Array {
    const h = Int32Array.from(this.state);
    const length = Math.imul(this.blocks, 16);
    for (let i = 0; i < 4; i++) h[i] ^= length;
    spread(h);
    for (let i = 0; i < 4; i++) h[i] = avalanche(h[i]);
    spread(h);
    return h;
  }
}

function pair(text: string, at: number): number {
  // charCodeAt gives NaN past the end, which the bit operation turns into 0; the length was added before.
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
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
