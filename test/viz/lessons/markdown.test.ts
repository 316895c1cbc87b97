import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innerLinks, isSafeLink, parseInline, parseMarkdown, plainText } from '../../../viz/lessons/markdown.ts';

describe('Markdown', () => {
  it('knows headings, paragraphs, lists, quotes and code', () => {
    const blocks = parseMarkdown('# One\n\ntwo\nthree\n\n- a\n  b\n- c\n\n1. d\n\n> e\n> f\n\n```\n<g> # h\n```\n');
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, content: [{ kind: 'text', text: 'One' }] },
      { kind: 'paragraph', content: [{ kind: 'text', text: 'two three' }] },
      { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'a b' }], [{ kind: 'text', text: 'c' }]] },
      { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'd' }]] },
      { kind: 'quote', content: [{ kind: 'text', text: 'e f' }] },
      { kind: 'code', text: '<g> # h' },
    ]);
  });

  it('knows tables, with links, alignment and bars in cells, and fills rows that are short', () => {
    const words = (text: string) => [{ kind: 'text', text }];
    const [before, table, after] = parseMarkdown('a\n| x | y |\n| --- | --: |\n| 1 \\| 2 | *z* | lost |\n| only |\nb');
    expect(before).toEqual({ kind: 'paragraph', content: words('a') });
    expect(table).toEqual({
      kind: 'table',
      head: [words('x'), words('y')],
      align: ['left', 'right'],
      rows: [
        [words('1 | 2'), [{ kind: 'emphasis', content: words('z') }]],
        [words('only'), []],
      ],
    });
    expect(after).toEqual({ kind: 'paragraph', content: words('b') });
    expect(innerLinks(parseMarkdown('| x |\n| :-: |\n| [e](#/live/x) |'))).toEqual([{ href: '#/live/x', words: 'e' }]);
  });

  it.each(['| x | y |\n| --- |', '| x |', '| x |\n\n| --- |', 'x\n| --- |'])('takes %j for text', (text) => {
    expect(parseMarkdown(text).every(({ kind }) => kind === 'paragraph')).toBe(true);
  });

  it('knows emphasis, code and links, and finds nothing inside code', () => {
    expect(parseInline('a **b** *c* `*d*` [e](#/live/x)')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'strong', content: [{ kind: 'text', text: 'b' }] },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', content: [{ kind: 'text', text: 'c' }] },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: '*d*' },
      { kind: 'text', text: ' ' },
      { kind: 'link', href: '#/live/x', content: [{ kind: 'text', text: 'e' }] },
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'http://example.org',
    '//example.org',
    'vbscript:x',
    '\u0001javascript:x',
    '/etc/passwd',
    '#x',
  ])('leaves a link to %s as text', (href) => {
    expect(isSafeLink(href)).toBe(false);
    expect(parseInline(`[go](${href})`).every(({ kind }) => kind !== 'link')).toBe(true);
  });

  it.each(['#/run/a.wtrace?v=1&t=2s', '#/results/network-schemes/results.json', 'https://example.org/x'])(
    'links to %s',
    (href) => {
      expect(parseInline(`[go](${href})`)).toEqual([{ kind: 'link', href, content: [{ kind: 'text', text: 'go' }] }]);
    },
  );

  it('keeps raw HTML as text', () => {
    expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', content: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] },
    ]);
  });

  it('ends on any text, and loses no word', () => {
    const piece = fc.constantFrom(
      '#',
      '##  ',
      '- ',
      '1. ',
      '> ',
      '```',
      '*',
      '**',
      '`',
      '[',
      '](',
      ')',
      '\n',
      ' ',
      'word',
      '#/live/x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const blocks = parseMarkdown(text);
        const shown = blocks.flatMap((block) => {
          if (block.kind === 'code') return [block.text];
          if (block.kind === 'table') return [block.head, ...block.rows].flat().map(plainText);
          return block.kind === 'list' ? block.items.map(plainText) : [plainText(block.content)];
        });
        const count = (words: string) => words.split('word').length - 1;
        // The words after an opening fence name its language and are not shown.
        if (!text.includes('```')) expect(count(shown.join(' '))).toBe(count(text));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('collects the links inside, each once', () => {
    const blocks = parseMarkdown('[a](#/live/x) [b](#/live/x)\n\n- **[c](#/lesson/y)**\n\n[d](https://example.org)');
    expect(innerLinks(blocks)).toEqual([
      { href: '#/live/x', words: 'a' },
      { href: '#/lesson/y', words: 'c' },
    ]);
  });
});
