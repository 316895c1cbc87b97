/**
 * A small part of Markdown as data: headings, paragraphs, lists, quotes, tables, code, emphasis and links.
 *
 * Raw HTML, images and reference links are left out on purpose: what is not understood stays visible as text, so a
 * lesson can never bring markup of its own. Links lead inside the visualizer (`#/…`) or to `https:`; others stay text.
 */

/** A run of text inside a block. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly content: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly content: readonly Inline[] };

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      /** One for each column of the head. */
      readonly align: readonly ('left' | 'right' | 'center')[];
      /** Each as long as the head. */
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const FENCE = /^```/;
const HEADING = /^(#{1,3}) +(.*)$/;
const BULLET = /^[-*] +(.*)$/;
const NUMBER = /^\d{1,9}[.)] +(.*)$/;
const QUOTE = /^> ?(.*)$/;
const ROW = /^ *\|.*\| *$/;
/** The line under the head of a table. */
const RULE = /^ *\|(?: *:?-+:? *\|)+ *$/;

/** Parses a text into blocks. Never fails. */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const taken = lines[at]!.trim() === '' ? { block: null, next: at + 1 } : takeBlock(lines, at);
    if (taken.block !== null) blocks.push(taken.block);
    at = taken.next;
  }
  return blocks;
}

interface Taken {
  readonly block: Block | null;
  readonly next: number;
}

function takeBlock(lines: readonly string[], at: number): Taken {
  const line = lines[at]!;
  if (FENCE.test(line)) return takeCode(lines, at);
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const level = heading[1]!.length as 1 | 2 | 3;
    return { block: { kind: 'heading', level, content: parseInline(heading[2]!.trim()) }, next: at + 1 };
  }
  if (BULLET.test(line)) return takeList(lines, at, BULLET, false);
  if (NUMBER.test(line)) return takeList(lines, at, NUMBER, true);
  if (QUOTE.test(line)) return takeQuote(lines, at);
  if (isTable(lines, at)) return takeTable(lines, at);
  return takeParagraph(lines, at);
}

function takeCode(lines: readonly string[], at: number): Taken {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end]!)) end += 1;
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

function takeList(lines: readonly string[], at: number, marker: RegExp, ordered: boolean): Taken {
  const items: string[] = [];
  let next = at;
  while (next < lines.length) {
    const item = marker.exec(lines[next]!);
    if (item !== null) items.push(item[1]!);
    // An indented line carries the item on.
    else if (items.length > 0 && /^\s+\S/.test(lines[next]!)) items[items.length - 1] += ` ${lines[next]!.trim()}`;
    else break;
    next += 1;
  }
  return { block: { kind: 'list', ordered, items: items.map(parseInline) }, next };
}

function takeQuote(lines: readonly string[], at: number): Taken {
  const words: string[] = [];
  let next = at;
  while (next < lines.length && QUOTE.test(lines[next]!)) {
    words.push(QUOTE.exec(lines[next]!)![1]!.trim());
    next += 1;
  }
  return { block: { kind: 'quote', content: parseInline(words.join(' ')) }, next };
}

function isTable(lines: readonly string[], at: number): boolean {
  const [head, rule] = [lines[at]!, lines[at + 1] ?? ''];
  return ROW.test(head) && RULE.test(rule) && cellsOf(head).length === cellsOf(rule).length;
}

function takeTable(lines: readonly string[], at: number): Taken {
  const head = cellsOf(lines[at]!);
  const align = cellsOf(lines[at + 1]!).map((rule) => {
    if (!rule.endsWith(':')) return 'left';
    return rule.startsWith(':') ? 'center' : 'right';
  });
  const rows: (readonly Inline[])[][] = [];
  let next = at + 2;
  for (; next < lines.length && ROW.test(lines[next]!); next++) {
    const cells = cellsOf(lines[next]!);
    rows.push(head.map((_, column) => parseInline(cells[column] ?? '')));
  }
  return { block: { kind: 'table', head: head.map(parseInline), align, rows }, next };
}

/** The cells of a row; `\\|` is a bar within a cell. */
function cellsOf(line: string): string[] {
  const inside = line.trim().slice(1, -1);
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function takeParagraph(lines: readonly string[], at: number): Taken {
  let next = at + 1;
  while (next < lines.length && lines[next]!.trim() !== '' && !startsBlock(lines, next)) next += 1;
  const words = lines.slice(at, next).map((line) => line.trim());
  return { block: { kind: 'paragraph', content: parseInline(words.join(' ')) }, next };
}

function startsBlock(lines: readonly string[], at: number): boolean {
  return [FENCE, HEADING, BULLET, NUMBER, QUOTE].some((pattern) => pattern.test(lines[at]!)) || isTable(lines, at);
}

/** The next piece of markup in a text: code first, because nothing inside it is markup. */
const MARKUP = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^()\s]+)\)/;

/** Parses the inside of a block. */
export function parseInline(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (let match = MARKUP.exec(rest); match !== null; match = MARKUP.exec(rest)) {
    if (match.index > 0) found.push({ kind: 'text', text: rest.slice(0, match.index) });
    found.push(markup(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') found.push({ kind: 'text', text: rest });
  return found;
}

function markup(match: RegExpExecArray): Inline {
  const [whole, code, strong, emphasis, words, href] = match;
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', content: parseInline(strong) };
  if (emphasis !== undefined) return { kind: 'emphasis', content: parseInline(emphasis) };
  if (!isSafeLink(href!)) return { kind: 'text', text: whole };
  return { kind: 'link', href: href!, content: parseInline(words!) };
}

/** True for links inside the visualizer and for `https:`. */
export function isSafeLink(href: string): boolean {
  return /^(#\/|https:\/\/[a-z0-9])/i.test(href);
}

/** The text of inlines without their markup. */
export function plainText(content: readonly Inline[]): string {
  return content.map((inline) => ('text' in inline ? inline.text : plainText(inline.content))).join('');
}

/** All links that lead inside the visualizer, in reading order, each once. */
export function innerLinks(blocks: readonly Block[]): readonly { readonly href: string; readonly words: string }[] {
  const found = new Map<string, string>();
  const visit = (content: readonly Inline[]): void => {
    for (const inline of content) {
      if (inline.kind === 'link' && inline.href.startsWith('#/') && !found.has(inline.href)) {
        found.set(inline.href, plainText(inline.content));
      }
      if ('content' in inline) visit(inline.content);
    }
  };
  for (const block of blocks) {
    if (block.kind === 'list') block.items.forEach(visit);
    else if (block.kind === 'table') [block.head, ...block.rows].flat().forEach(visit);
    else if (block.kind !== 'code') visit(block.content);
  }
  return [...found].map(([href, words]) => ({ href, words }));
}
