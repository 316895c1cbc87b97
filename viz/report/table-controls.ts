/** Filters and sorting of the decision table: plain form controls, so that keyboards and screen readers need no extra. */

import { environmentsOf } from '../../scenarios/answers/choice-group.ts';
import { isDirected } from '../../scenarios/answers/difference.ts';
import { familyOf, labelOf } from '../../scenarios/answers/label.ts';
import type { ComparisonResult, Verdict } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import {
  SORT_CHANGES,
  SORT_GIVEN,
  SORT_NAME,
  SORT_RISKS,
  SORT_VERDICT,
  type TableModel,
  type TableView,
} from './table-model.ts';
import { VERDICTS, verdictShape } from './verdict-mark.ts';

/** The view of the table while a reader changes it. */
export class ViewState {
  #view: TableView;
  readonly #changed: (view: TableView) => void;

  constructor(changed: (view: TableView) => void, view: TableView = {}) {
    this.#view = view;
    this.#changed = changed;
  }

  get view(): TableView {
    return this.#view;
  }

  showEnvironment(environment: string): void {
    const { environment: _, ...rest } = this.#view;
    this.#set(environment === '' ? rest : { ...rest, environment });
  }

  showFamily(family: string): void {
    const { family: _, ...rest } = this.#view;
    this.#set(family === '' ? rest : { ...rest, family });
  }

  toggleVerdict(verdict: Verdict, shown: boolean): void {
    const verdicts = new Set(this.#view.verdicts ?? VERDICTS);
    if (shown) verdicts.add(verdict);
    else verdicts.delete(verdict);
    this.#set({ ...this.#view, verdicts });
  }

  sortBy(key: string, descending: boolean): void {
    this.#set({ ...this.#view, sort: { key, descending } });
  }

  #set(view: TableView): void {
    this.#view = view;
    this.#changed(view);
  }
}

/** Builds the row of controls above the table. */
export function tableControls(result: ComparisonResult, model: TableModel, state: ViewState): HTMLElement {
  const environments = environmentsOf(result);
  const schemes = [...new Set(result.alternatives.map(({ scheme }) => scheme))];
  const families = [...new Set(schemes.map(familyOf))];
  const verdicts = VERDICTS.filter((verdict) => result.alternatives.some((one) => one.verdict === verdict));
  return element(
    'form',
    { class: 'controls', 'aria-label': 'What the table shows', onsubmit: (event: Event) => event.preventDefault() },
    environments.length > 1 && environmentChoice(environments, state),
    schemes.length > SCHEMES_FEW && familyChoice(families, state),
    verdicts.length > 1 && verdictChoice(verdicts, state),
    sortChoice(model, state),
  );
}

function environmentChoice(environments: readonly string[], state: ViewState): HTMLElement {
  const options = environments.map((name) => option(name, labelOf(name)));
  const box = choice([option('', 'All'), ...options], (value) => state.showEnvironment(value));
  box.value = state.view.environment ?? '';
  return labelled('Environment', box);
}

/** So few schemes are found by eye. */
const SCHEMES_FEW = 8;

function familyChoice(families: readonly string[], state: ViewState): HTMLElement {
  const options = families.map((name) => option(name, labelOf(name)));
  return labelled(
    'Family of schemes',
    choice([option('', 'All'), ...options], (value) => state.showFamily(value)),
  );
}

function verdictChoice(verdicts: readonly Verdict[], state: ViewState): HTMLElement {
  return element(
    'fieldset',
    {},
    element('legend', {}, 'Verdict'),
    ...verdicts.map((verdict) => {
      const toggle = (event: Event) => state.toggleVerdict(verdict, (event.target as HTMLInputElement).checked);
      const box = element('input', { type: 'checkbox', checked: true, onchange: toggle });
      return element('label', { class: 'check' }, box, verdictShape(verdict), verdict);
    }),
  );
}

function sortChoice(model: TableModel, state: ViewState): HTMLElement {
  const fixed = [option(SORT_GIVEN, 'Order of the scenario'), option(SORT_NAME, 'Name')];
  const questions = [
    option(SORT_VERDICT, 'Verdict'),
    option(SORT_CHANGES, 'Number of changes'),
    option(SORT_RISKS, 'Number of risk points'),
  ];
  const columns = [...model.fast, ...model.risk];
  const figures = columns.map(({ spec }) => option(spec.key, spec.label));
  const all = [...fixed, ...(model.shape === 'questions' ? questions : []), ...figures];
  return labelled(
    'Sort by',
    choice(all, (key) => state.sortBy(key, bestIsHigh(model, key))),
  );
}

/** The direction in which the best comes first. */
export function bestIsHigh(model: TableModel, key: string): boolean {
  const spec = [...model.fast, ...model.risk].find((column) => column.spec.key === key)?.spec;
  return spec !== undefined && isDirected(spec) && spec.better === 'higher';
}

/** A select box that reports its value. */
export function choice(options: readonly HTMLElement[], chosen: (value: string) => void): HTMLSelectElement {
  return element(
    'select',
    { onchange: (event: Event) => chosen((event.target as HTMLSelectElement).value) },
    ...options,
  );
}

/** One entry of a select box. */
export function option(value: string, words: string): HTMLElement {
  return element('option', { value }, words);
}

/** A control under its words. */
export function labelled(words: string, control: HTMLElement): HTMLElement {
  return element('label', { class: 'labelled' }, element('span', {}, words), control);
}
