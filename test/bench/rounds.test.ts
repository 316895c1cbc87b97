import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { delaysOf, SHAPES, type ShapeName, STRIDE } from '../../bench/peers/hold-delays.ts';
import { compile } from '../../bench/peers/hold-peers.ts';
import { barLines, type HoldCell, peerLines } from '../../bench/peers/hold-report.ts';
import { measureInRounds, measureOnce, median, type Task } from '../../bench/peers/rounds.ts';
import { EventQueue } from '../../sim/engine/event-queue.ts';
import { HeapQueue } from '../../sim/engine/heap-queue.ts';
import { orderOf, type PendingEvents } from '../../sim/engine/pending-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-peers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that is a line of JavaScript. */
function fake(name: string, script: string): Task {
  return { name, command: process.execPath, args: ['-e', script] };
}

const good = `console.log('{"events":1000,"cpuSeconds":0.001,"hash":"a1","bytes":64000}')`;
const seldom = join(folder, 'times');

describe('a peer that fails is named with its last words, and the others go on', () => {
  it.each<[string, Task, RegExp]>([
    [
      'crashes',
      fake('p', 'console.error("first"); console.error("no memory left"); process.exit(3)'),
      /status 3.*no memory left/,
    ],
    ['is killed', fake('p', 'process.kill(process.pid, "SIGABRT")'), /ended by SIGABRT, without a word/],
    [
      'hangs',
      fake('p', 'console.error("one moment"); setInterval(() => {}, 1000)'),
      /within 1 s; its last words: one moment/,
    ],
    ['says nothing', fake('p', ''), /printed no measurement, without a word/],
    ['says something else', fake('p', 'console.log("hello")'), /printed no measurement.*hello/],
    ['measured nothing', fake('p', good.replace('1000', '0')), /printed no measurement/],
    ['is not there', { name: 'p', command: join(folder, 'nothing'), args: [] }, /could not be started.*ENOENT/],
  ])('%s', (_name, task, words) => {
    expect(measureOnce(task, 1)).toMatch(words);
  });

  it('keeps what was measured before, and asks the failed one no more', () => {
    const twice = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(seldom)}, 'x');
      if (fs.readFileSync(${JSON.stringify(seldom)}).length === 2) { console.error('gone'); process.exit(1) } ${good}`;
    const [ours, theirs] = measureInRounds([fake('ours', good), fake('theirs', twice)], 4, 10);
    expect([ours.measurements.length, ours.failure]).toEqual([4, undefined]);
    expect([theirs.measurements.length, theirs.failure]).toEqual([1, 'ended with status 1; its last words: gone']);
    const text = peerLines(
      [ours, theirs].map((measured) => ({ pending: 10, measured })),
      [],
      'ours',
    );
    expect(text).toContain('theirs: ended with status 1; its last words: gone');
    expect(text).toMatch(/ours +1000 +1000\.\.1000 +1\.0/);
  });
});

describe('what cannot be compiled', () => {
  const source = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('names the package of a missing library, or the first error', () => {
    const missing = compile(
      source('a.cc', '#include <no/such-thing.h>\nint main() {}\n'),
      join(folder, 'a'),
      'c',
      'libthing-dev',
    );
    const broken = compile(source('b.cc', 'int main() { return thing; }\n'), join(folder, 'b'), 'c', 'libthing-dev');
    // Where there is no compiler, that is what has to be said.
    if (missing?.includes('a C++ compiler')) return;
    expect(missing).toBe('missing: install the Debian package libthing-dev');
    expect(broken).toMatch(/does not compile: .*thing/);
  });
});

describe('bars', () => {
  const cell = (name: string, pending: number, ns: number): HoldCell => ({
    pending,
    measured: { name, measurements: [{ events: 1e9, cpuSeconds: ns, hash: '', bytes: 0 }] },
  });

  it('are met, not met, or not measured', () => {
    const cells = [
      ...[1e3, 1e5, 1e6].map((pending) => cell('ours', pending, 100)),
      cell('ns-3, MapScheduler (its default)', 1e3, 249),
      cell('ns-3, MapScheduler (its default)', 1e5, 1300),
      cell('ns-3, MapScheduler (its default)', 1e6, 2700),
      cell('SimPy 4', 1e3, 2500),
    ];
    const verdicts = barLines(cells, 'ours')
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/.*: /, ''));
    expect(verdicts).toEqual(['not met', 'met', 'met, and the stretch', 'met', 'not measured']);
  });

  it('a median is not moved by one slow round', () => expect(median([3, 1, 1000])).toBe(3));
});

describe('shapes of delays', () => {
  /** Hash of the popped payloads. */
  function hold(queue: PendingEvents, delays: Float64Array, pending: number, events: number): number {
    const mask = delays.length - 1;
    let sequence = 0;
    let cursor = 0;
    let hash = 0;
    for (let id = 0; id < pending; id++) queue.push(delays[(id * STRIDE) & mask], orderOf(3, sequence++), id);
    for (let i = 0; i < events; i++) {
      queue.pop();
      hash = (Math.imul(hash, 31) + queue.payload) | 0;
      cursor = (cursor + STRIDE) & mask;
      queue.push(queue.timeNs + delays[cursor], orderOf(3, sequence++), queue.payload);
    }
    return hash;
  }

  it.each(Object.keys(SHAPES) as ShapeName[])('%s: ladder and heap pop the same', (name) => {
    const delays = delaysOf(name);
    expect(delays.every((delay) => Number.isSafeInteger(delay) && delay >= 0)).toBe(true);
    for (const pending of [1, 16, 1000, 20_000])
      expect(hold(new EventQueue(), delays, pending, 60_000)).toBe(hold(new HeapQueue(), delays, pending, 60_000));
  });

  it('have the mean that they say', () => {
    const mean = (name: ShapeName): number => delaysOf(name).reduce((sum, each) => sum + each, 0) / 65_536 / 1e9;
    expect(mean('exponential')).toBeCloseTo(1, 1);
    expect(mean('tied (8 values)')).toBeCloseTo(4.5 / 4, 1);
    expect(mean('bimodal')).toBeCloseTo(0.9 * 0.05 + 0.1 * 9.5, 1);
    expect(mean('half without delay')).toBeCloseTo(0.5, 1);
  });
});
