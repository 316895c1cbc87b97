import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_FILE, lockFolder } from '../../../sim/node/folder-lock.ts';
import { clearLeftovers } from '../../../sim/node/output-folder.ts';
import { lives, startTicksOf } from '../../../sim/node/process-life.ts';

let folder: string;
const path = (): string => join(folder, LOCK_FILE);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The number of a process that is over. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid!;
}

/** The module as a file that other processes import. */
async function bundledLock(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('../../../sim/node/folder-lock.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'lock.mjs' } },
    },
  });
  return join(folder, 'lock.mjs');
}

/** Another process that says a line at a time, and goes on when it is told to. */
class Speaker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    return value;
  }

  go(): void {
    this.#child.stdin.write('go');
  }

  leave(): void {
    this.#child.stdin.end();
  }
}

function heldBy(more: object): void {
  writeFileSync(path(), JSON.stringify({ pid: process.pid, host: hostname(), started: 'today', ...more }));
}

describe('the lock of a folder', () => {
  it('keeps a second one out with words, and is gone when it is given back', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      new RegExp(
        `is in use by another comparison \\(process ${process.pid}, since .*\\)\\. Wait until it is over, or choose another`,
      ),
    );
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder).release();
  });

  it('is taken over from a process that is over', async () => {
    heldBy({ pid: await deadPid() });
    const lock = lockFolder(folder);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is a pipe is told of, and not waited for', async () => {
    const script = `
      import { lockFolder } from ${JSON.stringify(await bundledLock())};
      try { lockFolder(${JSON.stringify(folder)}); } catch (error) { console.log(error.message); }`;
    execFileSync('mkfifo', [path()]);
    const options = { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)).toContain(
      'compare.lock cannot be read: it is a pipe or a device.',
    );
  }, 30_000);

  it.each([-1, 0, 1.5])('that names the process %d names nobody, and is taken over', (pid) => {
    heldBy({ pid });
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that may be of another process says how to get rid of it', () => {
    heldBy({});
    expect(() => lockFolder(folder)).toThrow(`If that one is surely over, remove ${path()}.`);
  });

  it('is taken over when the number is used again by another process', () => {
    const start = startTicksOf(process.pid);
    if (start === undefined) return;
    heldBy({ startTicks: start });
    expect(() => lockFolder(folder)).toThrow(/is in use/);
    heldBy({ startTicks: `${Number(start) - 1}` });
    lockFolder(folder).release();
  });

  it('is taken over when it names nobody', () => {
    for (const text of ['', '{"pid":', '{}']) {
      writeFileSync(path(), text);
      lockFolder(folder).release();
    }
  });

  it('of another machine is left alone, and the words say what to do', () => {
    heldBy({ host: 'elsewhere', pid: 2 ** 22 + 1 });
    expect(() => lockFolder(folder)).toThrow(
      /process \d+ on elsewhere, since today\).*If that one is surely over, remove .*compare\.lock/,
    );
  });

  it('is not given back by somebody whose lock was taken', () => {
    const lock = lockFolder(folder);
    heldBy({ pid: 1 });
    lock.release();
    expect(existsSync(path())).toBe(true);
  });

  it('goes to exactly one of many that want it at once, though a dead one holds it', async () => {
    const pid = await deadPid();
    const lockModule = await bundledLock();
    const race = join(folder, 'race');
    mkdirSync(race);
    // All are told to go at once when all are there, and whoever has it keeps it until all have spoken.
    const script = `
      import { lockFolder } from ${JSON.stringify(lockModule)};
      console.log('there');
      process.stdin.once('data', () => {
        try { lockFolder(${JSON.stringify(race)}); console.log('mine'); } catch (error) { console.log(error.name); }
      });`;
    writeFileSync(join(race, LOCK_FILE), JSON.stringify({ pid, host: hostname(), started: 'today' }));
    const runs = Array.from({ length: 6 }, () => new Speaker(['--input-type=module', '-e', script]));
    for (const run of runs) expect(await run.line()).toBe('there');
    for (const run of runs) run.go();
    const said = await Promise.all(runs.map((run) => run.line()));
    for (const run of runs) run.leave();
    expect(said.sort()).toEqual([...Array(5).fill('FileProblem'), 'mine']);
  }, 30_000);
});

describe('what a kill leaves in a folder', () => {
  it('is cleared away, and nothing else', async () => {
    const pid = await deadPid();
    for (const name of [`.results.json.${pid}-0-1.part`, `compare.lock.${pid}-0-0`, `compare.lock.${pid}-0-0.dead`]) {
      writeFileSync(join(folder, name), '');
    }
    const kept = [`compare.lock.1-0-0`, 'notes.1-2-3', 'runs.journal', 'x.wtrace'];
    for (const name of kept) writeFileSync(join(folder, name), '');
    await clearLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });

  it('knows who lives', async () => {
    expect([lives(process.pid), lives(1), lives(await deadPid())]).toEqual([true, true, false]);
  });
});
