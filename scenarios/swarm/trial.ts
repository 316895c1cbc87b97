/** One seed tried: its scenario runs, and all checkers look at what was recorded. */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { MemorySource } from '../../sim/trace/memory-source.ts';
import { openTrace } from '../../sim/trace/reader.ts';
import { compile, type RunResult, startRun } from '../compile/index.ts';
import { bundledLibrary } from '../document/bundled-library.ts';
import { loadScenario } from '../document/load.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Checker, Finding, Scene } from './checker.ts';
import { CHECKERS } from './checkers/index.ts';
import { swarmFile } from './generate.ts';
import { Onlooker } from './onlooker.ts';
import { instantsOf, Tables } from './playback.ts';
import { type SwarmFile, swarmText } from './swarm-file.ts';

/** Of one checker and run no more are told: one fault often shows in many places. */
const FINDINGS_MAX = 5;
/** Every so many seeds the run is made twice. */
const TWICE_EVERY = 10;

/** What came of a seed. */
export interface Trial {
  readonly seed: number;
  readonly findings: readonly Finding[];
  /** Empty when the run did not come to its end. */
  readonly digest: string;
  readonly events: number;
  readonly simulatedNs: TimeNs;
}

/** Tries the scenario of a seed; some are run twice, and must be the same to the bit. */
export async function trySeed(seed: number): Promise<Trial> {
  const file = swarmFile(seed);
  const trial = await tryFile(seed, file);
  if (seed % TWICE_EVERY !== 0 || trial.digest === '') return trial;
  const again = await tryFile(seed, file);
  if (again.digest === trial.digest) return trial;
  const { digest, simulatedNs: timeNs } = trial;
  const differs = { checker: 'same again', timeNs, expected: `digest ${digest} again`, seen: again.digest };
  return { ...trial, findings: [...trial.findings, differs] };
}

/** Tries a scenario that was drawn for a seed, or what was left of it. */
export async function tryFile(seed: number, file: SwarmFile): Promise<Trial> {
  const source = new MemorySource();
  try {
    const document = loadScenario(swarmText(file, file.title), `swarm-${seed}.yaml`, bundledLibrary);
    const plan = compile(document);
    const run = startRun(plan, plan.alternatives[0]!.name, `${document.seed}/0`, { sink: source, level: 'state' });
    const result = run.finish();
    const findings = await look(document, source, result);
    return { seed, findings, ...figuresOf(result) };
  } catch (error) {
    return { seed, findings: [failure(error)], digest: '', events: 0, simulatedNs: 0 };
  }
}

/** What the checkers have to say of a recording. */
export async function look(
  document: ScenarioDocument,
  source: MemorySource,
  { metrics, simulatedNs: endNs }: Pick<RunResult, 'metrics' | 'simulatedNs'>,
  checkers: readonly Checker[] = CHECKERS,
): Promise<Finding[]> {
  const tables = new Tables();
  const onlooker = new Onlooker(document, tables);
  const findings: Finding[] = [];
  const watches = checkers.map(({ name, watch }) => {
    let told = 0;
    const report: Scene['report'] = (timeNs, expected, seen) => {
      if (told++ < FINDINGS_MAX) findings.push({ checker: name, timeNs, expected, seen });
    };
    return watch({ document, onlooker, endNs, metrics, report });
  });
  await instantsOf(await openTrace(source), tables, (now) => {
    onlooker.see(now);
    for (const watch of watches) watch.instant?.(now);
  });
  for (const watch of watches) watch.end?.();
  return findings;
}

function figuresOf({ digest, events, simulatedNs }: RunResult): Pick<Trial, 'digest' | 'events' | 'simulatedNs'> {
  return { digest, events, simulatedNs };
}

function failure(error: unknown): Finding {
  const seen =
    error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error);
  return { checker: 'runs', timeNs: 0, expected: 'a scenario that is accepted and runs to its end', seen };
}
