/** The sheet that tells one decision: the answer in words, then every node with its verdict and its scores. */
import { decisionWords, type PodExplanation, pendingWords } from '../../scenarios/answers/pod-explanation.ts';
import { element, replace } from '../shell/element.ts';
import { type DecisionRow, decisionTable } from './decision-rows.ts';

/** Rows that are shown at once; more are asked for. */
const ROWS_STEP = 100;

/** One dialog for all questions of a screen. */
export class WhySheet {
  readonly root: HTMLDialogElement;
  readonly #title = element('h2', { id: 'why-title' });
  readonly #body = element('div', { class: 'why-body' });

  constructor(closed: () => void) {
    const close = element('button', { type: 'button', class: 'button', onclick: () => this.root.close() }, 'Close');
    this.root = element(
      'dialog',
      { class: 'sheet why-sheet', 'aria-labelledby': 'why-title', onclose: closed },
      element('header', { class: 'sheet-head' }, this.#title, close),
      this.#body,
    );
  }

  /** Opens while the decision is made again. */
  wait(pod: string): void {
    this.#title.textContent = `Why? ${pod}`;
    const words = 'Placing the pods again, up to this one … A large cluster takes some seconds.';
    replace(this.#body, element('p', { role: 'status' }, words));
    if (!this.root.open) this.root.showModal();
  }

  /** Says why there is no table. */
  tell(problem: string): void {
    replace(this.#body, element('p', { role: 'alert' }, problem));
  }

  /** Shows the decision; `note` says where the shown instant differs from it. */
  show(explanation: PodExplanation, note: string | null): void {
    this.#title.textContent =
      explanation.node === null ? `Why is ${explanation.pod} waiting?` : `Why is ${explanation.pod} here?`;
    replace(
      this.#body,
      element('p', { class: 'why-answer', role: 'status' }, decisionWords(explanation)),
      ...pendingWords(explanation).map((words) => element('p', {}, words)),
      note === null ? null : element('p', { class: 'soft' }, note),
      explanation.nodes.length === 0 ? null : nodeTable(explanation),
    );
  }
}

function nodeTable(explanation: PodExplanation): HTMLElement {
  const { plugins, rows, summary } = decisionTable(explanation);
  const body = element('tbody');
  const more = element('button', { type: 'button', class: 'button', onclick: () => grow() });
  const grow = (): void => {
    const from = body.rows.length;
    body.append(...rows.slice(from, from + ROWS_STEP).map((row) => rowElement(row, plugins.length)));
    const rest = rows.length - body.rows.length;
    more.textContent = `Show ${Math.min(ROWS_STEP, rest)} more of ${rest}`;
    more.hidden = rest === 0;
  };
  grow();
  const head = ['Node', ...(plugins.length === 0 ? [] : ['Total']), 'Verdict', ...plugins];
  const table = element(
    'table',
    { class: 'why-table', 'aria-describedby': 'why-summary' },
    element('thead', {}, element('tr', {}, ...head.map((words) => headCell(words, !/^(Node|Verdict)$/.test(words))))),
    body,
  );
  const scroller = { class: 'why-scroller', role: 'region', 'aria-label': 'Nodes of this decision', tabindex: 0 };
  const words = plugins.length === 0 ? summary : `${summary} Scores by plugin, weighted: more is better.`;
  return element(
    'div',
    { class: 'why-nodes' },
    element('p', { id: 'why-summary', class: 'soft' }, words),
    element('div', scroller, table),
    more,
  );
}

function headCell(words: string, isNumber: boolean): HTMLElement {
  // Names of plugins may break between their words: columns of figures are narrow.
  const parts = words.split(/(?=[A-Z])/).flatMap((part, at) => (at === 0 ? [part] : [element('wbr'), part]));
  return element('th', { scope: 'col', class: isNumber ? 'number' : null }, ...parts);
}

function rowElement(row: DecisionRow, plugins: number): HTMLElement {
  const isChosen = row.place === 'chosen';
  const scores = row.scores.length === plugins ? row.scores.map(String) : new Array<string>(plugins).fill('–');
  return element(
    'tr',
    { class: `why-${row.place}`, 'aria-current': isChosen ? 'true' : null },
    element('th', { scope: 'row' }, isChosen ? `▸ ${row.node}` : row.node),
    plugins === 0 ? null : figure(row.total === null ? '–' : String(row.total)),
    element('td', { class: 'why-verdict' }, row.verdict),
    ...scores.map(figure),
  );
}

function figure(words: string): HTMLElement {
  return element('td', { class: 'number' }, words);
}
