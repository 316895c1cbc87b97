/**
 * JSON in pieces: every object of a list `{ "kind": "List", "items": [ … ] }`, or every object of a text with several,
 * one after another, so that a snapshot of hundreds of megabytes needs the memory of one object.
 *
 * Works on chunks of text as they come. Only brackets and strings are looked at; whether an object is valid JSON is found
 * out when it is parsed.
 */

/** One object as text, and the line at which it begins. */
export interface JsonItem {
  readonly text: string;
  readonly line: number;
  /** `kind` of the list that it stands in, as far as that came before it; empty if it stands alone. */
  readonly listKind: string;
}

/** Why the text ends where it should not. */
export interface JsonCut {
  /** The last line that was read. */
  readonly line: number;
  /** What there is of the object in which the text ends; empty if it ends between objects. */
  readonly partial: string;
  readonly partialLine: number;
}

/** Characters of one object: the largest that etcd stores are 1.5 MB. */
export const ITEM_LENGTH_MAX = 20_000_000;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** Cuts text into objects. Call `feed` for each chunk, then `end`. */
export class JsonItems {
  readonly #emit: (item: JsonItem) => void;
  #line = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Depth at which the elements of the list stand; 0: not in a list. */
  #itemDepth = 0;
  /** Pieces of what is being collected, and where it began. */
  #pieces: string[] = [];
  #length = 0;
  #startLine = 1;
  /** The top object without its items. */
  #shell: string[] = [];
  #itemsSeen = false;
  /** The text between two objects that is neither white space nor a comma. */
  #stray = 0;
  #strayItem = 0;

  constructor(emit: (item: JsonItem) => void) {
    this.#emit = emit;
  }

  /** Takes the next piece of the text. */
  feed(chunk: string): void {
    // From where on the chunk belongs to what is being collected.
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
      } else if (code === QUOTE) {
        this.#inString = true;
        if (this.#isBetweenItems()) this.#strayItem ||= this.#line;
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) start = this.#open(code, chunk, start, at);
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) start = this.#close(chunk, start, at);
      else if (code > 32 && this.#depth === 0) this.#stray ||= this.#line;
      else if (code > 32 && code !== COMMA && this.#isBetweenItems()) this.#strayItem ||= this.#line;
    }
    this.#keep(chunk.slice(start));
  }

  /** Ends the text; tells where it was cut, or undefined if it is whole. */
  end(): JsonCut | undefined {
    if (this.#depth === 0 && !this.#inString) return undefined;
    const inItem = this.#itemDepth > 0 ? this.#depth > this.#itemDepth : true;
    const partial = inItem ? this.#pieces.join('').trim() : '';
    return { line: this.#line, partial, partialLine: this.#startLine };
  }

  /** Line of the first text that stands outside of all objects; 0: there is none. */
  get strayLine(): number {
    return this.#stray;
  }

  /** Line of the first item of a list that is no object; 0: there is none. */
  get strayItemLine(): number {
    return this.#strayItem;
  }

  #isBetweenItems(): boolean {
    return this.#itemDepth > 0 && this.#depth === this.#itemDepth;
  }

  #open(code: number, chunk: string, start: number, at: number): number {
    this.#depth++;
    if (this.#depth === 1) {
      this.#pieces = [];
      this.#length = 0;
      this.#shell = [];
      this.#itemsSeen = false;
      this.#startLine = this.#line;
      // A bare list of objects.
      if (code === OPEN_BRACKET) {
        this.#itemDepth = 1;
        this.#itemsSeen = true;
        return at + 1;
      }
      return at;
    }
    if (this.#itemDepth === 0 && this.#depth === 2 && code === OPEN_BRACKET && !this.#itemsSeen) {
      const before = [...this.#pieces, chunk.slice(start, at)].join('');
      if (/"items"\s*:\s*$/.test(before.slice(-40))) return this.#beginItems(before, at);
    }
    if (this.#itemDepth > 0 && this.#depth === this.#itemDepth + 1) {
      this.#pieces = [];
      this.#length = 0;
      this.#startLine = this.#line;
      return at;
    }
    return start;
  }

  #beginItems(before: string, at: number): number {
    this.#shell = [before, '['];
    this.#itemDepth = 2;
    this.#itemsSeen = true;
    this.#pieces = [];
    this.#length = 0;
    return at + 1;
  }

  #close(chunk: string, start: number, at: number): number {
    this.#depth--;
    if (this.#depth < 0) {
      this.#depth = 0;
      this.#stray ||= this.#line;
      return at + 1;
    }
    if (this.#itemDepth > 0 && this.#depth === this.#itemDepth) {
      this.#keep(chunk.slice(start, at + 1));
      this.#send();
      return at + 1;
    }
    if (this.#itemDepth > 0 && this.#depth === this.#itemDepth - 1) {
      // The list itself ends; what follows belongs to the object around it.
      this.#itemDepth = 0;
      this.#pieces = this.#shell;
      this.#shell = [];
      this.#length = 0;
      return this.#depth === 0 ? at + 1 : at;
    }
    if (this.#depth > 0) return start;
    this.#keep(chunk.slice(start, at + 1));
    if (!this.#itemsSeen) this.#send();
    this.#pieces = [];
    this.#length = 0;
    return at + 1;
  }

  #keep(text: string): void {
    if (this.#depth === 0 && this.#pieces.length === 0 && text.trim() === '') return;
    this.#length += text.length;
    // Too long to be an object: what is kept is enough to say which it was.
    if (this.#length <= ITEM_LENGTH_MAX) this.#pieces.push(text);
  }

  #send(): void {
    const listKind = this.#itemDepth > 0 ? (/"kind"\s*:\s*"(\w*)"/.exec(this.#shell.join(''))?.[1] ?? 'List') : '';
    this.#emit({ text: this.#pieces.join(''), line: this.#startLine, listKind });
    this.#pieces = [];
    this.#length = 0;
  }
}
