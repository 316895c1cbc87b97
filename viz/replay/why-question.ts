/** "Why here?": which rows can be asked about, and the way from the question to the sheet. */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { RowDetail, RunInfo } from '../frame-source/frame.ts';
import { type Explaining, explainInWorker } from '../live/explainer.ts';
import { enumValue } from '../panels/value-text.ts';
import { WhySheet } from '../panels/why-sheet.ts';

/** The table whose rows a scheduler decides about. */
const PODS = 'pods';

/** Where a pod is at the instant that is shown. */
export interface ShownPod {
  /** Null: on none. */
  readonly node: string | null;
  /** State in words. */
  readonly state: string;
}

export class WhyQuestion {
  readonly #info: RunInfo;
  readonly #name: (table: string, row: number) => string;
  readonly #sheet = new WhySheet(() => this.#asked?.stop());
  readonly #tuned: () => boolean;
  #asked: Explaining | null = null;

  /** `tuned`: whether a slider was moved in the run. */
  constructor(info: RunInfo, name: (table: string, row: number) => string, tuned: () => boolean) {
    this.#tuned = tuned;
    this.#info = info;
    this.#name = name;
  }

  get root(): HTMLElement {
    return this.#sheet.root;
  }

  /** What a button for the row says. */
  words(row: RowDetail): string | null {
    if (row.table !== PODS) return null;
    return this.#shown(row).node === null ? 'Why is it waiting?' : 'Why here?';
  }

  /** Makes the decision again and shows it. */
  async ask(row: RowDetail): Promise<void> {
    const { scenario, wavetank, source, seed, alternative } = this.#info;
    const pod = row.name || this.#name(row.table, row.row);
    this.#asked?.stop();
    this.#sheet.wait(pod);
    const asked = explainInWorker({ scenario, wavetank, source, seed, alternative, pod, tuned: this.#tuned() });
    this.#asked = asked;
    const answer = await asked.answer;
    if (this.#asked !== asked) return;
    if ('problem' in answer) this.#sheet.tell(answer.problem);
    else this.#sheet.show(answer.explanation, differenceWords(answer.explanation.node, this.#shown(row)));
  }

  close(): void {
    this.#asked?.stop();
    this.#asked = null;
    this.#sheet.root.remove();
  }

  #shown(row: RowDetail): ShownPod {
    return shownPod(this.#info.catalog, row, this.#name);
  }
}

/** Where the recording has a pod. */
export function shownPod(
  { tables }: Catalog,
  { table, fields }: RowDetail,
  name: (table: string, row: number) => string,
): ShownPod {
  const columns = tables.find((one) => one.name === table)!.columns;
  const field = (column: string) => fields.find((one) => one.column === column);
  const node = field('node');
  const phase = columns.find((column) => column.name === 'phase');
  return {
    node: node === undefined || node.value < 0 ? null : node.words || name('nodes', node.value),
    state: (phase && enumValue(phase, field('phase')?.value ?? -1)?.label) ?? '',
  };
}

/** What to say where the shown instant differs from the decision; null where it does not. */
export function differenceWords(decided: string | null, { node, state }: ShownPod): string | null {
  if (decided === node) return null;
  const words = `At the time that is shown it is on ${node ?? 'no node'}${state === '' ? '' : ` (${state})`}.`;
  return `${words} The table is of the last decision of the scheduler, without those that faults led to.`;
}
