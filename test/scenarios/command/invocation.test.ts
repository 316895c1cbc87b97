import { describe, expect, it } from 'vitest';
import {
  ArgumentProblem,
  noOperands,
  operand,
  textOptions,
  wholeNumberOption,
} from '../../../scenarios/command/arguments.ts';
import { quoted } from '../../../scenarios/command/failure.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import type { Arguments, Verb } from '../../../scenarios/command/verb.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { ResultsProblem } from '../../../sim/experiment/results-reader.ts';
import { FileProblem } from '../../../sim/node/file-problem.ts';
import { TraceProblem } from '../../../sim/trace/trace-problem.ts';
import { recordedIo } from './recorded-io.ts';

function verbThat(run: (args: Arguments) => Promise<number>): Verb {
  return {
    name: 'compare',
    summary: 'compares things',
    usage: 'compare SCENARIO [options]',
    options: {
      seed: { type: 'string', value: 'TEXT', help: 'the seed' },
      workers: { type: 'string', value: 'N', help: 'threads' },
      set: { type: 'string', multiple: true, help: 'change a value' },
      json: { type: 'boolean', short: 'j', help: 'as JSON' },
    },
    run,
  };
}

async function call(words: readonly string[], run: (args: Arguments) => Promise<number> = async () => 0) {
  const io = recordedIo();
  const verb = verbThat(run);
  const status = await invoke(words, io, [{ name: verb.name, summary: verb.summary, load: async () => verb }]);
  return { status, ...io.said };
}

describe('one call of wavetank', () => {
  it('runs the verb with its options and gives back its status', async () => {
    let seen: Arguments | undefined;
    const words = ['compare', 'demo.yaml', '--seed', '7', '--set', 'a=1', '--set=b=2', '-j'];
    const { status } = await call(words, async (args) => {
      seen = args;
      return 1;
    });
    expect(status).toBe(1);
    expect(seen?.operands).toEqual(['demo.yaml']);
    expect({ ...seen?.options }).toEqual({ seed: '7', set: ['a=1', 'b=2'], json: true });
    expect(textOptions(seen!, 'set')).toEqual(['a=1', 'b=2']);
  });

  it.each([
    [['compar'], /no verb "compar"\. Did you mean compare\?/],
    [['fly'], /no verb "fly"\. The verbs are compare\./],
    [['compare', '--sed', '1'], /compare has no option --sed\. Did you mean --seed\?/],
    [['compare', '--zzzzzz'], /no option --zzzzzz\. See wavetank compare --help/],
    [['compare', '--seed'], /--seed needs a value; write --seed TEXT/],
    [['compare', '--seed='], /--seed needs a value, but an empty one was given; write --seed TEXT/],
    [['compare', '--set', ''], /--set needs a value, but an empty one was given/],
    [['compare', '--seed', '--json'], /--seed needs a value, but the option --json follows/],
    [['compare', '--json=yes'], /--json takes no value/],
  ])('refuses %j with status 2 and a suggestion', async (words, message) => {
    const { status, out, err } = await call(words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('takes a value that looks like an option when it is tied on', async () => {
    const { status } = await call(['compare', '--seed=--json'], async (args) =>
      args.options['seed'] === '--json' ? 0 : 9,
    );
    expect(status).toBe(0);
  });

  it('helps with all verbs and with each', async () => {
    const all = await call(['--help']);
    expect([all.status, all.err]).toEqual([0, '']);
    expect(all.out).toMatch(/compare {2}compares things/);
    for (const words of [
      ['compare', '--help'],
      ['help', 'compare'],
      ['compare', '--wrong', '-h'],
    ]) {
      const one = await call(words, async () => 9);
      expect([one.status, one.err]).toEqual([0, '']);
      expect(one.out).toMatch(/^Usage: wavetank compare SCENARIO[\s\S]*--seed TEXT +the seed[\s\S]*-j, --json/);
    }
    const nothing = await call([]);
    expect([nothing.status, nothing.out]).toEqual([2, '']);
    expect(nothing.err).toContain('Usage: wavetank VERB');
  });
});

describe('what goes wrong', () => {
  it.each([
    new ArgumentProblem('write it so.'),
    new FileProblem('results cannot be written: the disk is full.', 'results'),
    new ResultsProblem('This is no comparison.'),
    new TraceProblem('This recording is damaged.'),
  ])('is status 2 and a sentence when the input is wrong: $name', async (problem) => {
    const { status, out, err } = await call(['compare'], async () => {
      throw problem;
    });
    expect([status, out, err]).toEqual([2, '', `${problem.message}\n`]);
  });

  it('is status 1 with all that a report needs when the fault is ours', async () => {
    const { status, err } = await call(['compare', "it's.yaml"], async () => {
      throw new TypeError('x is not a function');
    });
    expect(status).toBe(1);
    expect(err).toMatch(/^Internal error: x is not a function\n/);
    expect(err).toContain('Please report it');
    expect(err).toContain(`command: wavetank compare 'it'\\''s.yaml'`);
    expect(err).toContain('invocation.test.ts');
    expect(quoted('a b')).toBe("'a b'");
  });
});

describe('the words after a verb', () => {
  const args = (operands: readonly string[], options: Arguments['options'] = {}): Arguments => ({
    operands,
    options,
    words: [],
  });

  it('are one operand, or a problem', () => {
    expect(operand(args(['a']), 'SCENARIO')).toBe('a');
    expect(() => operand(args([]), 'SCENARIO')).toThrow(/SCENARIO is missing/);
    expect(() => operand(args(['a', 'b']), 'SCENARIO')).toThrow(/Only one SCENARIO .* "b"/);
    expect(() => noOperands(args(['a']))).toThrow(/"a" is not expected/);
  });

  it('hold whole numbers within bounds', () => {
    const read = (workers: string) => wholeNumberOption(args([], { workers }), 'workers', { min: 0, max: 64 });
    expect([read('0'), read('64')]).toEqual([0, 64]);
    expect(wholeNumberOption(args([]), 'workers', { min: 0, max: 64 })).toBeUndefined();
    for (const wrong of ['-1', '65', '2.5', '1e1', 'two', '', ' 3']) {
      expect(() => read(wrong)).toThrow(`--workers must be a whole number from 0 to 64, but "${wrong}" was given.`);
    }
  });
});

it('the table of verbs says what the verbs say', async () => {
  for (const entry of VERBS) {
    const verb = await entry.load();
    expect([verb.name, verb.summary]).toEqual([entry.name, entry.summary]);
    expect(verb.usage.startsWith(verb.name)).toBe(true);
  }
});
