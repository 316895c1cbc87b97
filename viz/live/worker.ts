/** The worker of a live run: compiles a scenario, runs it, and answers with frames of its own recording. */
import { recordedSource } from '../../scenarios/answers/recorded-source.ts';
import { compile, type PlannedAlternative, startRun } from '../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../scenarios/document/load.ts';
import { replicationSeeds } from '../../sim/experiment/design.ts';
import { MemorySource } from '../../sim/trace/memory-source.ts';
import { serve } from '../frame-source/channel.ts';
import type { FrameSource } from '../frame-source/frame.ts';
import { LiveFrames } from './live-frames.ts';
import type { LiveStart } from './live-start.ts';

async function startLive({ scenario, alternative, seed }: LiveStart): Promise<LiveFrames> {
  const text = bundledLibrary.scenario(scenario);
  if (text === undefined) {
    const known = bundledLibrary.scenarioNames().join(', ');
    throw new Error(`There is no scenario "${scenario}" in the library. Choose one of: ${known}.`);
  }
  const document = loadScenario(text, scenario, bundledLibrary);
  const plan = compile(document);
  const names = plan.alternatives.map((one) => one.name);
  const chosen = alternative && names.includes(alternative) ? alternative : names[0];
  const memory = new MemorySource();
  const source = recordedSource({ text, file: scenario }, [], document);
  const ownSeed = seed ?? replicationSeeds(document.seed, 1)[0]!;
  const run = startRun(plan, chosen, ownSeed, { sink: memory, level: 'state', source });
  const { judgement } = plan.alternatives.find(({ name }) => name === chosen)!;
  return LiveFrames.start(run, memory, names, caveatOf(judgement));
}

/** A run of what does not work in its environment is worth looking at, and must not be taken for one that does. */
function caveatOf({ verdict, because }: PlannedAlternative['judgement']): string | undefined {
  if (verdict !== 'refused') return undefined;
  const rule = because[0]?.rule;
  const reason = rule === undefined ? '' : ` (rule ${rule})`;
  return `The environment refuses this alternative${reason}: you see what would be if it did not.`;
}

/** Compiles when asked for the first time, so that a problem is the answer to the page's first question. */
class StartingFrames implements FrameSource {
  readonly #started: Promise<LiveFrames>;

  constructor(start: LiveStart) {
    this.#started = startLive(start);
    this.#started.catch(() => undefined);
  }

  open = async () => (await this.#started).open();
  frame = async (...args: Parameters<FrameSource['frame']>) => (await this.#started).frame(...args);
  marks = async (...args: Parameters<FrameSource['marks']>) => (await this.#started).marks(...args);
  density = async (...args: Parameters<FrameSource['density']>) => (await this.#started).density(...args);
  names = async (...args: Parameters<FrameSource['names']>) => (await this.#started).names(...args);
  tune = async (...args: Parameters<FrameSource['tune']>) => (await this.#started).tune(...args);
  close = () => undefined;
}

self.addEventListener('message', (event: MessageEvent<LiveStart>) => serve(self, new StartingFrames(event.data)), {
  once: true,
});
