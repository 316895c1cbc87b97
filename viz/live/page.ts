/** The page of a live run: `#/live/<scenario>?alternative=…`. The same screen as a replay, over a run that is computed now. */
import { WorkerSource } from '../frame-source/channel.ts';
import type { FrameSource } from '../frame-source/frame.ts';
import { WorkScreen } from '../replay/work-screen.ts';
import { element } from '../shell/element.ts';
import { problemCard } from '../shell/lost.ts';
import type { Page, PageContext } from '../shell/page.ts';
import { liveControls } from './controls.ts';
import type { LiveStart } from './live-start.ts';

/** Starts a live run in a worker of its own. */
function startSource(start: LiveStart): FrameSource {
  return new WorkerSource(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }), start);
}

/** `#/live/<scenario>` */
export const livePage: Page = (root, context) => {
  const view = new LiveView(root, context, context.path.join('/') || 'first-steps');
  context.describe({ title: view.scenario });
  context.handle({
    idle: () => view.idle(),
    seek: async (timeNs) => view.screen?.seek(timeNs),
    state: () => view.screen?.state(),
    stats: () => view.screen?.stats(),
  });
  view.restart(context.params.get('alternative') ?? undefined);
  return () => view.close();
};

class LiveView {
  readonly scenario: string;
  screen: WorkScreen | null = null;
  readonly #root: HTMLElement;
  readonly #context: PageContext;
  #source: FrameSource | null = null;
  #starting: Promise<void> = Promise.resolve();
  /** Counts restarts, so that a run that was overtaken is not shown. */
  #turn = 0;

  constructor(root: HTMLElement, context: PageContext, scenario: string) {
    this.#root = root;
    this.#context = context;
    this.scenario = scenario;
  }

  async idle(): Promise<void> {
    await this.#starting;
    await this.screen?.idle();
  }

  restart(alternative: string | undefined): void {
    this.close();
    const turn = ++this.#turn;
    const wait = element('p', { class: 'loading', role: 'status' }, `Starting ${this.scenario} …`);
    this.#root.replaceChildren(wait);
    const start = alternative === undefined ? { scenario: this.scenario } : { scenario: this.scenario, alternative };
    const source = startSource(start);
    this.#source = source;
    this.#starting = this.#mount(source, turn).catch((error: unknown) => {
      if (turn === this.#turn) this.#fail(error);
    });
  }

  close(): void {
    this.#turn++;
    this.screen?.close();
    this.#source?.close();
    this.screen = null;
    this.#source = null;
  }

  async #mount(source: FrameSource, turn: number): Promise<void> {
    const info = await source.open();
    if (turn !== this.#turn) return;
    const extra = liveControls(info.alternatives, info.alternative, {
      tune: (knob, factor) => void this.#tune(source, knob, factor),
      now: () => this.screen?.goToEdge(),
      restart: () => this.restart(info.alternative),
      alternative: (name) => this.restart(name),
    });
    const screen = new WorkScreen({
      source,
      info,
      context: this.#context,
      extra,
      keep: { alternative: info.alternative },
      ...(info.caveat === undefined ? {} : { notice: info.caveat }),
    });
    this.screen = screen;
    this.#root.replaceChildren(screen.root);
    await screen.start();
    // A link to a moment shows that moment; otherwise the run starts to run.
    if (turn === this.#turn && !this.#context.params.has('t')) screen.play();
  }

  async #tune(source: FrameSource, knob: string, factor: number): Promise<void> {
    try {
      await source.tune(knob, factor);
      this.screen?.refresh();
    } catch (error) {
      this.screen?.say(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(error: unknown): void {
    this.close();
    const sentence = error instanceof Error ? error.message : String(error);
    this.#root.replaceChildren(problemCard(`"${this.scenario}" could not be run`, sentence));
  }
}
