/** A digest of a document's content, so that two results can be told to come from the same question. */

const PRIME = 0x01000193;
const BASES = [0x811c9dc5, 0x2b7e1516, 0x9e3779b9, 0x6a09e667] as const;

/** 128 bits in hex over the JSON of a value; keys in the order of the object. */
export function contentDigest(value: unknown): string {
  const text = JSON.stringify(value);
  return BASES.map((base) => fnv(text, base).toString(16).padStart(8, '0')).join('');
}

/** FNV-1a over UTF-16 units, from a base of its own for each of the four words. */
function fnv(text: string, base: number): number {
  let hash = base;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}
