/**
 * The wiring diagram as a picture: five columns of nodes, one line for each alternative, and the same paths as a list.
 *
 * Verdicts differ in colour and in pattern: allowed solid, restricted dashed, refused dotted with a cross at its end.
 * The list is the keyboard's way in: one tab stop, arrows move, the picture follows.
 */
import { environmentsOf } from '../../scenarios/answers/choice-group.ts';
import { familyOf, labelOf } from '../../scenarios/answers/label.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { element, replace } from '../shell/element.ts';
import { svg } from './svg.ts';
import { choice, labelled, option } from './table-controls.ts';
import { VERDICTS, verdictMark } from './verdict-mark.ts';
import { WIRING_COLUMNS, type WiringModel, type WiringNode, type WiringPath, wiringModel } from './wiring-model.ts';

const WIDTH = 1120;
const TOP = 34;
const SLOT = 9;
const NODE_PADDING = 9;
const NODE_GAP = 14;
/** Between boxes of a column that holds many. */
const NODE_GAP_TIGHT = 4;
const NODES_LOOSE_MAX = 12;
const NODE_WIDTHS = [190, 84, 96, 84, 210] as const;
const END_ROOM = 26;

interface Box {
  readonly node: WiringNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** More lines than this are not followed by an eye: then the diagram begins with one environment. */
const PATHS_AT_ONCE_MAX = 60;

/** The section with picture, legend and list; null when there is no alternative to draw. */
export function wiringSection(result: ComparisonResult): HTMLElement | null {
  if (result.alternatives.length === 0) return null;
  const environments = environmentsOf(result);
  const families = [...new Set(result.alternatives.map(({ scheme }) => familyOf(scheme)))];
  const isMuch = result.alternatives.length > PATHS_AT_ONCE_MAX;
  const chosen = { environment: isMuch ? environments[0]! : '', family: '' };
  const place = element('div', {});
  const draw = () => replace(place, ...diagram(result, chosen));
  const pick = (field: 'environment' | 'family') => (value: string) => {
    chosen[field] = value;
    draw();
  };
  draw();
  return element(
    'section',
    { class: 'wiring' },
    element('h2', {}, 'Wiring diagram'),
    element('p', {}, 'How each scheme is built, and where it may run. One line is one alternative.'),
    isMuch && wiringControls(environments, families, chosen.environment, pick),
    legend(),
    place,
  );
}

/** What the diagram shows. Empty texts do not restrict. */
interface WiringView {
  readonly environment: string;
  readonly family: string;
}

function wiringControls(
  environments: readonly string[],
  families: readonly string[],
  environment: string,
  pick: (field: 'environment' | 'family') => (value: string) => void,
): HTMLElement {
  const places = choice(
    [option('', 'All'), ...environments.map((name) => option(name, labelOf(name)))],
    pick('environment'),
  );
  places.value = environment;
  const kinds = choice([option('', 'All'), ...families.map((name) => option(name, labelOf(name)))], pick('family'));
  return element(
    'form',
    { class: 'controls', 'aria-label': 'What the diagram shows', onsubmit: (event: Event) => event.preventDefault() },
    labelled('Environment', places),
    labelled('Family of schemes', kinds),
  );
}

function diagram(result: ComparisonResult, view: WiringView): HTMLElement[] {
  const alternatives = result.alternatives.filter(
    ({ environment, scheme }) =>
      (view.environment === '' || view.environment === environment) &&
      (view.family === '' || view.family === familyOf(scheme)),
  );
  if (alternatives.length === 0) return [element('p', { class: 'none' }, 'No alternative is of this kind.')];
  const model = wiringModel({ ...result, alternatives });
  const detail = element('p', { class: 'wiring-detail', role: 'status' });
  const lines: SVGGElement[] = [];
  const buttons: HTMLButtonElement[] = [];
  const light = (index: number | null) => {
    for (const [at, line] of lines.entries()) line.classList.toggle('is-lit', at === index);
    for (const [at, button] of buttons.entries()) button.classList.toggle('is-lit', at === index);
    lines[0]?.parentElement?.classList.toggle('has-lit', index !== null);
    if (index !== null) replace(detail, ...detailOf(model.paths[index]!));
  };
  const picture = wiringPicture(model, lines, light);
  const list = pathList(model, buttons, light);
  replace(detail, 'Point at a path, or choose one in the list, to see its reason.');
  const summary = element('summary', {}, `All ${model.paths.length} paths as a list`);
  return [
    element('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Wiring diagram' }, picture),
    detail,
    element('details', { class: 'wiring-list' }, summary, list),
  ];
}

function detailOf(path: WiringPath): readonly (Node | string)[] {
  return [verdictMark(path.verdict), ' ', element('b', {}, `${path.words}.`), ' ', path.reason];
}

function legend(): HTMLElement {
  const samples = VERDICTS.map((verdict) =>
    element(
      'li',
      {},
      svg(
        'svg',
        { class: `wire wire-${verdict}`, viewBox: '0 0 52 14', width: 52, height: 14, 'aria-hidden': 'true' },
        svg('path', { class: 'wire-line', d: 'M2 7H38' }),
        verdict === 'refused' && svg('path', { class: 'wire-cross', d: 'M40 3L48 11M48 3L40 11' }),
      ),
      verdict,
    ),
  );
  return element('ul', { class: 'wiring-legend', 'aria-label': 'Patterns of the lines' }, ...samples);
}

function wiringPicture(model: WiringModel, lines: SVGGElement[], light: (index: number | null) => void): SVGSVGElement {
  const boxes = layout(model);
  const height = Math.max(...boxes.flat().map(({ y, height: tall }) => y + tall)) + 6;
  model.paths.forEach((path, index) => {
    const line = pathLine(path, index, boxes);
    line.addEventListener('pointerenter', () => light(index));
    line.addEventListener('pointerleave', () => light(null));
    lines.push(line);
  });
  const label = `Wiring diagram of ${model.paths.length} alternatives; the list below holds the same paths in words.`;
  return svg(
    'svg',
    { class: 'wiring-picture', viewBox: `-1 0 ${WIDTH + 2} ${height}`, role: 'img', 'aria-label': label },
    svg('g', { class: 'wires' }, ...lines),
    ...boxes.flat().map(nodeBox),
    ...WIRING_COLUMNS.map((title, column) => svg('text', { class: 'wiring-title', x: columnX(column), y: 16 }, title)),
  );
}

function columnX(column: number): number {
  const room = WIDTH - NODE_WIDTHS.reduce((sum, width) => sum + width, 0);
  const before = NODE_WIDTHS.slice(0, column).reduce((sum, width) => sum + width, 0);
  return before + (room / (NODE_WIDTHS.length - 1)) * column;
}

function layout(model: WiringModel): readonly (readonly Box[])[] {
  const heightOf = (nodes: readonly WiringNode[]) =>
    nodes.reduce((sum, node) => sum + boxHeight(node), 0) + gapOf(nodes) * (nodes.length - 1);
  const tallest = Math.max(...model.columns.map(heightOf));
  return model.columns.map((nodes, column) => {
    let y = TOP + (tallest - heightOf(nodes)) / 2;
    return nodes.map((node) => {
      const box = { node, x: columnX(column), y, width: NODE_WIDTHS[column]!, height: boxHeight(node) };
      y += box.height + gapOf(nodes);
      return box;
    });
  });
}

function gapOf(nodes: readonly WiringNode[]): number {
  return nodes.length > NODES_LOOSE_MAX ? NODE_GAP_TIGHT : NODE_GAP;
}

function boxHeight(node: WiringNode): number {
  return Math.max(26, node.paths.length * SLOT + NODE_PADDING);
}

function nodeBox({ node, x, y, width, height }: Box): SVGGElement {
  return svg(
    'g',
    { class: 'wiring-node' },
    svg('rect', { x, y, width, height, rx: 5 }),
    svg(
      'text',
      { x: x + width / 2, y: y + height / 2, 'text-anchor': 'middle', 'dominant-baseline': 'central' },
      node.label,
    ),
  );
}

function pathLine(path: WiringPath, index: number, boxes: readonly (readonly Box[])[]): SVGGElement {
  const stops = boxes.map((column) => {
    const box = column.find(({ node }) => node.paths.includes(index))!;
    const first = box.y + box.height / 2 - ((box.node.paths.length - 1) * SLOT) / 2;
    return { left: box.x, right: box.x + box.width, y: first + box.node.paths.indexOf(index) * SLOT };
  });
  const refused = path.verdict === 'refused';
  const end = stops[stops.length - 1]!;
  const tip = refused ? end.left - END_ROOM / 2 : end.left;
  const d = stops
    .slice(1)
    .map((stop, at) => curve(stops[at]!, at === stops.length - 2 ? { ...stop, left: tip } : stop));
  const cross = `M${tip - 4} ${end.y - 4}l8 8M${tip + 4} ${end.y - 4}l-8 8`;
  return svg(
    'g',
    { class: `wire wire-${path.verdict}` },
    svg('path', { class: 'wire-reach', d: d.join('') }),
    svg('path', { class: 'wire-line', d: d.join('') }),
    refused && svg('path', { class: 'wire-cross', d: cross }),
    svg('title', {}, `${path.words}: ${path.verdict}`),
  );
}

function curve(from: { right: number; y: number }, to: { left: number; y: number }): string {
  const middle = (from.right + to.left) / 2;
  return `M${from.right} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.left} ${to.y}`;
}

function pathList(
  model: WiringModel,
  buttons: HTMLButtonElement[],
  light: (index: number | null) => void,
): HTMLElement {
  const items = model.paths.map((path, index) => {
    const button = element(
      'button',
      { type: 'button', tabindex: index === 0 ? 0 : -1, onfocus: () => light(index), onclick: () => light(index) },
      verdictMark(path.verdict),
      element('span', {}, `${path.words}. ${path.reason}`),
    );
    buttons.push(button);
    return element('li', {}, button);
  });
  return element('ul', { onkeydown: (event: KeyboardEvent) => moveFocus(event, buttons) }, ...items);
}

function moveFocus(event: KeyboardEvent, buttons: readonly HTMLButtonElement[]): void {
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
  const next = Object.hasOwn(to, event.key) ? buttons[to[event.key]!] : undefined;
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  buttons[at]!.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
