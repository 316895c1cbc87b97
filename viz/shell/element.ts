/** Builds DOM elements in one expression; the only way in which the visualizer makes markup. */

/** Attributes, listeners (functions under `on…` names) and properties of an element to be. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | null | undefined | ((event: never) => void)>
>;

/** A child: text is always text, never markup. */
export type Child = Node | string | number | null | undefined | false;

/** Makes an element. `false`, `null` and `undefined` leave an attribute out, `true` gives an empty one. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  append(made, children);
  return made;
}

function setAttribute(target: HTMLElement, name: string, value: Attributes[string]): void {
  if (typeof value === 'function') target.addEventListener(name.slice(2), value as (event: Event) => void);
  else if (value === true) target.setAttribute(name, '');
  else if (value !== false && value !== null && value !== undefined) target.setAttribute(name, String(value));
}

/** Appends children, flat or in lists, and skips the empty ones. */
export function append(target: Node, children: readonly (Child | readonly Child[])[]): void {
  for (const child of children.flat() as Child[]) {
    if (child === null || child === undefined || child === false) continue;
    target.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything inside `target`. */
export function replace(target: Node, ...children: readonly (Child | readonly Child[])[]): void {
  target.textContent = '';
  append(target, children);
}
