/** JSON cut into objects: the same whatever the chunks, and told when the text ends too early. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonCut, type JsonItem, JsonItems } from '../../../../scenarios/document/manifests/json-items.ts';

function cut(text: string, chunk = text.length): { items: JsonItem[]; cut: JsonCut | undefined; stray: number } {
  const items: JsonItem[] = [];
  const reader = new JsonItems((item) => items.push(item));
  for (let at = 0; at < text.length; at += Math.max(1, chunk)) reader.feed(text.slice(at, at + Math.max(1, chunk)));
  return { items, cut: reader.end(), stray: reader.strayLine };
}

const values = (text: string, chunk?: number) => cut(text, chunk).items.map((item) => JSON.parse(item.text) as unknown);

describe('objects of a text', () => {
  it('of a list come one by one, with their lines and the kind of the list', () => {
    const text = JSON.stringify({ kind: 'PodList', items: [{ a: [1, { b: '}]"' }] }, { c: 2 }] }, null, 1);
    expect(values(text)).toEqual([{ a: [1, { b: '}]"' }] }, { c: 2 }]);
    expect(cut(text).items.map(({ line, listKind }) => [line, listKind])).toEqual([
      [4, 'PodList'],
      [12, 'PodList'],
    ]);
  });

  it('may stand alone, in several, or in a bare list; other lists named items are nothing special', () => {
    expect(values('{"a":1}\n{"b":{"items":[1,2]}}')).toEqual([{ a: 1 }, { b: { items: [1, 2] } }]);
    expect(values('[{"a":1},{"b":[]}]')).toEqual([{ a: 1 }, { b: [] }]);
    expect(values('{"items":[],"kind":"List"}{"items":[{"z":1}],"apiVersion":"v1"}')).toEqual([{ z: 1 }]);
    expect(values('{"data":"\\"items\\": [","x":[3]}')).toEqual([{ data: '"items": [', x: [3] }]);
  });

  it('are the same for any chunks', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
    fc.assert(
      fc.property(objects, fc.nat(9), fc.boolean(), (items, chunk, spaced) => {
        const text = JSON.stringify({ apiVersion: 'v1', items, kind: 'List' }, null, spaced ? 2 : 0);
        const plain = JSON.parse(JSON.stringify(items)) as unknown;
        expect(values(text, chunk + 1)).toEqual(plain);
        expect(cut(text, chunk + 1).cut).toBeUndefined();
      }),
    );
  });

  it('that end in the middle are told, and those before are there', () => {
    const text = JSON.stringify({ items: [{ name: 'one' }, { name: 'two', deep: { x: 'text' } }] }, null, 1);
    const whole = text.length;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole - 1 }), (length) => {
        const { items, cut: end } = cut(text.slice(0, length), 7);
        expect(end).toBeDefined();
        const complete = items.map((item) => JSON.parse(item.text) as unknown);
        expect([[], [{ name: 'one' }], [{ name: 'one' }, { name: 'two', deep: { x: 'text' } }]]).toContainEqual(
          complete,
        );
      }),
    );
    const { items, cut: end } = cut(text.slice(0, text.indexOf('"text"') + 3));
    expect(items).toHaveLength(1);
    expect(end).toMatchObject({ line: 9, partialLine: 6 });
    expect(end?.partial).toContain('"name": "two"');
  });

  it('with other text around them are told by its line', () => {
    expect(cut('{"a":1}\n\noops {"b":1}').stray).toBe(3);
    expect(cut('{"a":1}}').stray).toBe(1);
    expect(cut(' {"a":1} \n').stray).toBe(0);
  });
});
