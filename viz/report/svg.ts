/** Builds SVG elements in one expression, as `shell/element.ts` does for HTML. Text is always text, never markup. */
import { append, type Child } from '../shell/element.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** Makes an SVG element. `false`, `null` and `undefined` leave an attribute out. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | false | null | undefined>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  append(made, children);
  return made;
}
