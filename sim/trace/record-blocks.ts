/**
 * What a recorder was told, as blocks of four 32-bit words: what the digest hashes, and what a file is made of.
 *
 * Hot: a record is a few stores into one array, the same whether it is written or not. Hashing and sorting into columns
 * happen a few thousand blocks at a time, in one loop each: engines compile a small loop sooner and better than the same
 * work at every place that records something.
 *
 *     kind, row, value of a set (a double)         kind, row, parent, 0      a birth       kind, row, 0, 0    a death
 *     kind, row, cause, index of a mark            BLOCK.payload, i, a double, after its mark
 *     BLOCK.time, 0, a double                      the instant of what follows
 *     BLOCK.text or .name, length, 0, 0            then the text, eight UTF-16 units a block
 *
 * Left out: machines with big-endian words (no engine that we support runs on one).
 */

/** Blocks beside the records; negative, so that they never meet their kinds. */
export const BLOCK = { time: -1, text: -2, name: -3, payload: -4 } as const;

/**
 * So many blocks are worth a loop, and are still in the cache when it comes. Not more: a loop that runs long before it is
 * compiled is compiled twice, once for where it stands and once for its next start.
 */
export const BATCH_BLOCKS = 512;
/** Room for the longest text, and for a mark with its payload, behind a batch that is nearly full. */
const SPARE_BLOCKS = 4_096;
const UNITS_A_BLOCK = 8;

/** The high word of the one NaN that is ever hashed or written; engines disagree about NaN bits. */
export const NAN_HIGH_WORD = 0x7ff80000;

/** Blocks that nobody has hashed or written yet. */
export class RecordBlocks {
  /** Blocks that are in. */
  n = 0;
  /** Four words a block. */
  readonly words: Int32Array;
  /** The same bytes; the double of block i is number `2 * i + 1`. */
  readonly doubles: Float64Array;
  /** Where blocks lie that the digest leaves out: from and to, `gaps` pairs in their order. */
  readonly gapEnds = new Int32Array(2 * (BATCH_BLOCKS + SPARE_BLOCKS));
  /** Number of such stretches. */
  gaps = 0;

  constructor() {
    this.doubles = new Float64Array(2 * (BATCH_BLOCKS + SPARE_BLOCKS));
    this.words = new Int32Array(this.doubles.buffer);
  }

  /** Appends one block. */
  add(a: number, b: number, c: number, d: number): void {
    const at = 4 * this.n++;
    this.words[at] = a;
    this.words[at + 1] = b;
    this.words[at + 2] = c;
    this.words[at + 3] = d;
  }

  /** Appends two words and a double; every NaN is the same, and so are 0 and -0. Hot. */
  addNumber(a: number, b: number, value: number): void {
    const at = 4 * this.n++;
    this.words[at] = a;
    this.words[at + 1] = b;
    this.doubles[(at >> 1) + 1] = value + 0;
    // Only NaN differs from itself; its bits must not be looked at.
    if (Number.isNaN(value)) this.putNan(at);
  }

  private putNan(at: number): void {
    this.words[at + 2] = 0;
    this.words[at + 3] = NAN_HIGH_WORD;
  }

  /** Appends a word and a string. */
  addText(a: number, text: string): void {
    const { length } = text;
    const { words } = this;
    this.add(a, length, 0, 0);
    let at = 4 * this.n;
    const end = at + 4 * textBlocks(length);
    // charCodeAt gives NaN past the end, which the bit operation turns into 0; the length was added before.
    for (let i = 0; at < end; i += 2) words[at++] = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    this.n = end / 4;
  }

  /** The digest is to leave the last block out. */
  leaveOutLast(): void {
    const { n, gaps, gapEnds } = this;
    if (gaps > 0 && gapEnds[2 * gaps - 1] === n - 1) {
      gapEnds[2 * gaps - 1] = n;
      return;
    }
    gapEnds[2 * gaps] = n - 1;
    gapEnds[2 * gaps + 1] = n;
    this.gaps++;
  }

  /** Forgets all blocks. */
  clear(): void {
    this.n = 0;
    this.gaps = 0;
  }
}

/** Blocks that follow the one that announces a text. */
export function textBlocks(length: number): number {
  return Math.ceil(length / UNITS_A_BLOCK);
}
