/**
 * Recorded rates of a scenario: files beside it are read, and become steps like those that a hand would write.
 *
 * What is wrong with a file is told at its own lines; a rate of which a part is wrong is never used, since it would be another load than the
 * recorded one. Instants without rows are told too, unless `holes` says what they mean.
 */
import { type RateSeries, seriesSpanNs } from '../../../models/traffic/load/rate-shape.ts';
import { type Finding, finding } from '../issue.ts';
import type { DataLibrary } from '../library.ts';
import { type LoadFile, RATE_MAX, type RecordedRateFile } from '../load-schema.ts';
import { isFileBeside } from '../manifest-list.ts';
import { type Problem, ScenarioProblems } from '../problems.ts';
import type { Path } from '../source.ts';
import { type RateFault, readRecordedRate } from './recorded-rate.ts';

/** A `load` without files, and what stands in the way of reading them. */
export interface ResolvedRates {
  /** Undefined where there is no load. A rate that could not be read is 1 a second here, so that the rest is checked. */
  readonly load: LoadFile | undefined;
  readonly findings: readonly Finding[];
  readonly fileProblems: readonly ScenarioProblems[];
  /** What was read, in sentences. */
  readonly notes: readonly string[];
}

type StepsFile = Extract<LoadFile['sources'][number]['rate'], { steps: unknown }>;

/** Reads what sources name. */
export function resolveRates(load: LoadFile | undefined, library: DataLibrary): ResolvedRates {
  if (load === undefined) return { load, findings: [], fileProblems: [], notes: [] };
  const findings: Finding[] = [];
  const fileProblems: ScenarioProblems[] = [];
  const notes: string[] = [];
  const sources = load.sources.map((source, index) => {
    const { rate } = source;
    if (typeof rate !== 'object' || !('recorded' in rate)) return source;
    const read = readRate(rate, ['load', 'sources', index, 'rate'], library);
    findings.push(...(read.findings ?? []));
    fileProblems.push(...(read.problems ?? []));
    notes.push(...(read.notes ?? []));
    return { ...source, rate: read.steps ?? 1 };
  });
  return { load: { ...load, sources }, findings, fileProblems, notes: [...new Set(notes)] };
}

interface ReadRate {
  readonly steps?: StepsFile;
  readonly findings?: readonly Finding[];
  readonly problems?: readonly ScenarioProblems[];
  readonly notes?: readonly string[];
}

function readRate(rate: RecordedRateFile, path: Path, library: DataLibrary): ReadRate {
  const name = rate.recorded;
  const at = [...path, 'recorded'];
  if (!isFileBeside(name)) {
    const expected = 'a file in the folder of the scenario or below it';
    return { findings: [finding(at, 'not a file beside the scenario', expected, name, 'copy the file beside it')] };
  }
  const chunks = library.beside(name);
  if (chunks === undefined) {
    const hint = 'write the name as it is, with its suffix';
    return { findings: [finding(at, 'there is no such file', 'a CSV file beside the scenario', name, hint)] };
  }
  const text = [...chunks].join('');
  const { series, notes, problems } = readRecordedRate({ name, text }, optionsOf(rate));
  if (series === undefined) return { problems: [problemsIn(name, text, problems)] };
  const tooFast = fastest(series, rate.scale, path);
  return tooFast.length > 0 ? { findings: tooFast } : { steps: stepsOf(series, rate.scale), notes };
}

function optionsOf({ time, value, timeUnit, where, holes, between, after }: RecordedRateFile) {
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...{ timeUnit, where, holes, between, after },
  };
}

function problemsIn(name: string, text: string, faults: readonly RateFault[]): ScenarioProblems {
  // What is said of the whole file stands at its end.
  const last = text.split('\n').length;
  const problems = faults.map((fault) => problemOf(fault, fault.line === 0 ? last : fault.line));
  return new ScenarioProblems(problems, new Map([[name, text]]));
}

function problemOf({ file, message }: RateFault, line: number): Problem {
  const sentence = message.replace(/\.$/, '');
  return { file, line, column: 1, path: '', message: sentence, expected: '', got: '', hint: '' };
}

function fastest({ perSec }: RateSeries, scale: number, path: Path): Finding[] {
  const most = perSec.reduce((max, rate) => Math.max(max, rate), 0) * scale;
  if (most <= RATE_MAX) return [];
  const expected = `at most ${RATE_MAX} requests a second`;
  return [finding([...path, 'scale'], 'the recorded rate becomes too high', expected, String(most), 'scale it less')];
}

/** A series in the words of a scenario. */
function stepsOf(series: RateSeries, scale: number): StepsFile {
  const { timesNs, perSec, between, after } = series;
  const steps = timesNs.map((at, i) => ({ at, rate: perSec[i]! * scale }));
  const spanNs = seriesSpanNs(timesNs);
  if (after === 'repeat') return { steps, between, repeatEvery: spanNs };
  if (after === 'stop') {
    // A straight line falls to nothing there, in as good as no time.
    if (between === 'linear') steps.push({ at: spanNs - 1, rate: steps[steps.length - 1]!.rate });
    steps.push({ at: spanNs, rate: 0 });
  }
  return { steps, between };
}
