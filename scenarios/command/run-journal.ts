/**
 * The journal of a comparison's runs in the folder of `--out`: what was finished before is taken over and not run again.
 *
 * A run is known by what it depends on (run-content.ts), its seed, and the program. A recording counts only if its file is
 * whole: it has the size that was noted, and the digest in its footer is that of the run.
 */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { openFileSource } from '../../sim/node/file-source.ts';
import { Journal, setJournalAside } from '../../sim/node/journal.ts';
import { openTrace } from '../../sim/trace/reader.ts';
import type { DoneRun, FoundWarmUp } from '../answers/replication.ts';
import { alternativeContent, recordingContent, sharedContent } from '../answers/run-content.ts';
import type { Plan, PlannedAlternative, RunResult, WarmUp } from '../compile/index.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { programName } from './program-digest.ts';
import type { Io } from './verb.ts';

/** Name of the file. */
export const JOURNAL_FILE = 'runs.journal';

/** What is known of a recording. */
interface KeptRecording {
  readonly bytes: number;
  readonly digest: string;
}

/** The journal of a folder; it serves every plan whose answer goes there. */
export class FolderJournal {
  readonly #journal: Journal;
  readonly #io: Io;
  readonly #program: string;
  #failed = false;

  /** Opens it; `fresh` sets what is there aside. The folder must be locked. @throws {FileProblem} */
  constructor(folder: string, fresh: boolean, io: Io) {
    this.#io = io;
    this.#program = programName();
    const path = join(folder, JOURNAL_FILE);
    if (fresh && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) {
      const aside = setJournalAside(path, 'old');
      io.err.write(`Beginning afresh: the journal of earlier runs was set aside as ${aside}.\n`);
    }
    const tell = (sentence: string): unknown => io.err.write(`${sentence}\n`);
    this.#journal = new Journal(path, { program: this.#program, tell });
  }

  /** The journal as the runs of one plan see it. */
  of(plan: Plan): RunJournal {
    return new RunJournal(this, plan, this.#program);
  }

  /** What was kept under a key. */
  get(key: string): unknown {
    return this.#journal.get(key);
  }

  /** Keeps a value. A disk that takes no more is told once, and the comparison goes on without. */
  add(key: string, value: unknown): void {
    if (this.#failed) return;
    try {
      this.#journal.add(key, value);
    } catch (error) {
      this.#failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#io.err.write(
        `\n${reason}\nThe comparison goes on; runs that end from now on are not kept for the next time.\n`,
      );
    }
  }

  /** Gives the file back. */
  close(): void {
    this.#journal.close();
  }
}

/** Runs of one plan in a journal. */
export class RunJournal {
  readonly #journal: FolderJournal;
  readonly #plan: Plan;
  readonly #program: string;
  readonly #documents = new Map<ScenarioDocument, string>();
  readonly #addresses = new Map<string, string>();

  /** Use {@link FolderJournal.of}. */
  constructor(journal: FolderJournal, plan: Plan, program: string) {
    this.#journal = journal;
    this.#plan = plan;
    this.#program = program;
  }

  /** The result of a run that was finished before. */
  result(alternative: string, seed: string, setting: unknown): RunResult | undefined {
    return this.#journal.get(this.#runKey(alternative, seed, setting)) as RunResult | undefined;
  }

  /** Keeps a run; a run that is known stays as it was. */
  keep({ alternative, seed, result, recordedBytes }: DoneRun, setting: unknown): void {
    // A figure that JSON cannot hold would come back as another one.
    if (!Object.values(result.metrics).every(Number.isFinite)) return;
    this.#journal.add(this.#runKey(alternative, seed, setting), result);
    if (recordedBytes === undefined) return;
    const recording: KeptRecording = { bytes: recordedBytes, digest: result.digest };
    this.#journal.add(this.#recordingKey(alternative, seed, setting), recording);
  }

  /** The warm-up of an alternative that was found before. */
  warmUp(alternative: string, seed: string): WarmUp | undefined {
    return this.#journal.get(this.#warmUpKey(alternative, seed)) as WarmUp | undefined;
  }

  /** Keeps a warm-up. */
  keepWarmUp({ alternative, seed, warmUp }: FoundWarmUp): void {
    this.#journal.add(this.#warmUpKey(alternative, seed), warmUp);
  }

  /** Whether the file is the whole recording of this run. */
  async isRecorded(alternative: string, seed: string, setting: unknown, file: string): Promise<boolean> {
    const key = this.#recordingKey(alternative, seed, setting);
    const kept = this.#journal.get(key) as KeptRecording | undefined;
    if (kept === undefined || kept.digest !== this.result(alternative, seed, setting)?.digest) return false;
    return lstatSync(file, { throwIfNoEntry: false })?.size === kept.bytes && (await digestOf(file)) === kept.digest;
  }

  #warmUpKey(alternative: string, seed: string): string {
    return hashOf(['warm-up', this.#address(alternative), seed]);
  }

  #runKey(alternative: string, seed: string, setting: unknown): string {
    return hashOf(['run', this.#address(alternative), seed, setting]);
  }

  #recordingKey(alternative: string, seed: string, setting: unknown): string {
    const words = recordingContent(this.#planned(alternative));
    return hashOf(['recording', this.#address(alternative), seed, setting, words]);
  }

  /** The content of an alternative; hashed once, because scenarios can be large. */
  #address(alternative: string): string {
    const known = this.#addresses.get(alternative);
    if (known !== undefined) return known;
    const planned = this.#planned(alternative);
    const shared = this.#documents.get(planned.document) ?? hashOf(sharedContent(planned.document));
    this.#documents.set(planned.document, shared);
    const address = hashOf([this.#program, shared, alternativeContent(planned)]);
    this.#addresses.set(alternative, address);
    return address;
  }

  #planned(alternative: string): PlannedAlternative {
    return this.#plan.alternatives.find(({ name }) => name === alternative)!;
  }
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** The digest in the footer of a recording; undefined for a file that cannot be read as one. */
async function digestOf(file: string): Promise<string | undefined> {
  try {
    const source = await openFileSource(file);
    try {
      return (await openTrace(source)).digest ?? undefined;
    } finally {
      await source.close();
    }
  } catch {
    // Whatever is wrong with it, it is no recording of this run, and will be written again.
    return undefined;
  }
}
