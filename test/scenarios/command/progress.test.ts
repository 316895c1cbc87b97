import { describe, expect, it } from 'vitest';
import { duration, Progress } from '../../../scenarios/command/progress.ts';
import { recordedIo } from './recorded-io.ts';

describe('progress', () => {
  it('is one line for each tenth in a log', () => {
    const io = recordedIo();
    let now = 0;
    const progress = new Progress(io, 40, () => now);
    for (let i = 0; i < 40; i++) {
      progress.started();
      now += 1000;
      progress.finished();
    }
    progress.end();
    const lines = io.said.err.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('10 %  4 of 40 runs done, 0 running, about 36 s left');
    expect(lines[9]).toBe('100 %  40 of 40 runs done, 0 running, took 40 s');
    expect(io.said.out).toBe('');
  });

  it('is written over on a terminal, not too often, and wipes what it leaves', () => {
    const io = recordedIo({ isTerminal: true, columns: 100 });
    let now = 0;
    const progress = new Progress(io, 10_000, () => now);
    progress.started(2);
    for (let i = 0; i < 1000; i++) progress.finished();
    expect(io.said.err.split('\r')).toHaveLength(2);
    now = 1000;
    progress.finished(9000);
    progress.end();
    const last = io.said.err.split('\r').at(-1)!;
    expect(last).toMatch(/^\[#+\] 100 % {2}10000 of 10000 runs done, 0 running, took 1\.0 s *\n$/);
    expect(io.said.err.split('\r').every((line) => line.length <= 100)).toBe(true);
  });

  it('says that it does not know yet', () => {
    const progress = new Progress(recordedIo(), 5, () => 0);
    progress.started(2);
    expect(progress.line()).toBe('0 %  0 of 5 runs done, 2 running, time left not known yet');
  });

  it.each([
    [400, '0.4 s'],
    [12_400, '12 s'],
    [59_700, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_620_000, '2 h 07 min'],
  ])('calls %i ms %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
