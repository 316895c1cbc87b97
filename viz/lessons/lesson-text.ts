/** Draws parsed Markdown. Every text becomes a text node; there is no way from a lesson to markup. */
import { element } from '../shell/element.ts';
import { type Block, type Inline, plainText } from './markdown.ts';

/** The elements of a lesson. */
export function lessonElements(blocks: readonly Block[]): readonly HTMLElement[] {
  return blocks.map(blockElement);
}

function blockElement(block: Block): HTMLElement {
  // The list of parts leads here, so a part can take the focus.
  if (block.kind === 'heading')
    return element(`h${block.level}`, { tabindex: block.level === 2 ? -1 : null }, ...inlineNodes(block.content));
  if (block.kind === 'list') {
    const items = block.items.map((item) => element('li', {}, ...inlineNodes(item)));
    return element(block.ordered ? 'ol' : 'ul', {}, ...items);
  }
  if (block.kind === 'table') return tableElement(block);
  if (block.kind === 'code') return element('pre', {}, element('code', {}, block.text));
  return element(block.kind === 'quote' ? 'blockquote' : 'p', {}, ...inlineNodes(block.content));
}

function inlineNodes(content: readonly Inline[]): readonly (Node | string)[] {
  return content.map((inline) => {
    if ('text' in inline) return inline.kind === 'code' ? element('code', {}, inline.text) : inline.text;
    if (inline.kind === 'link') return linkElement(inline.href, inlineNodes(inline.content));
    return element(inline.kind === 'strong' ? 'strong' : 'em', {}, ...inlineNodes(inline.content));
  });
}

function linkElement(href: string, content: readonly (Node | string)[]): HTMLElement {
  const outside = !href.startsWith('#');
  return element(
    'a',
    { href, rel: outside ? 'noopener noreferrer' : null, target: outside ? '_blank' : null },
    ...content,
  );
}

/** Wide tables are scrolled, the page is not. */
function tableElement({ head, align, rows }: Extract<Block, { kind: 'table' }>): HTMLElement {
  const cells = (tag: 'th' | 'td', row: readonly (readonly Inline[])[]): HTMLElement[] =>
    row.map((content, column) => element(tag, { class: `to-${align[column]!}` }, ...inlineNodes(content)));
  return element(
    'div',
    { class: 'lesson-table', tabindex: 0, role: 'group', 'aria-label': `Table of ${head.map(plainText).join(', ')}` },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...cells('th', head))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells('td', row)))),
    ),
  );
}
