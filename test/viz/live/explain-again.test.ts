import { describe, expect, it } from 'vitest';
import { recordedSource } from '../../../scenarios/answers/recorded-source.ts';
import { explainPod } from '../../../scenarios/compile/explaining.ts';
import { compile, startRun } from '../../../scenarios/compile/index.ts';
import { WAVETANK_VERSION } from '../../../scenarios/compile/version.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import { runInfo } from '../../../viz/frame-source/trace-frames.ts';
import { explainAgain } from '../../../viz/live/explain-again.ts';
import { differenceWords } from '../../../viz/replay/why-question.ts';

const TEXT = bundledLibrary.scenario('first-steps')!;
const REQUEST = {
  scenario: 'my first.yaml',
  wavetank: WAVETANK_VERSION,
  source: { text: TEXT, changes: [], digest: '' },
  seed: 's',
  alternative: 'calico-bgp',
  pod: 'web-37',
  tuned: false,
};

describe('a decision made again from a recording', () => {
  it('is where the recording has the pod, for every pod, with what was changed', async () => {
    const changes = ['cluster.pods.0.cpu=2'];
    const document = loadScenario(TEXT, 'f', bundledLibrary, changes);
    const source = recordedSource({ text: TEXT, file: 'f' }, changes, document);
    const plan = compile(document);
    const sink = new MemorySource();
    startRun(plan, 'calico-bgp', 's', { sink, level: 'state', source, untilNs: 2e9 }).finish();
    const reader = await openTrace(sink);
    const info = runInfo(reader, false);
    const state = await reader.stateAt(2e9);
    const pods = state.table('pods');
    const outcomes = new Set<string>();
    for (let row = 0; row < pods.count; row++) {
      const answer = explainAgain({ ...info, pod: pods.name(row), tuned: false });
      if ('problem' in answer) throw new Error(answer.problem);
      const node = pods.column('node')[row]!;
      expect(answer.explanation.node).toBe(node < 0 ? null : state.table('nodes').name(node));
      outcomes.add(answer.explanation.outcome);
    }
    expect(outcomes).toEqual(new Set(['placed', 'pending']));
  });

  it('is that of the command', () => {
    const plan = compile(loadScenario(TEXT, 'f', bundledLibrary));
    const alternative = plan.alternatives.find(({ name }) => name === 'calico-bgp')!;
    expect(explainAgain(REQUEST)).toEqual({ explanation: explainPod(alternative, 's', 'web-37') });
  });

  it('is made for a living run too, but not for one whose sliders were moved', () => {
    const text = bundledLibrary.scenario('rolling-update')!;
    const living = { ...REQUEST, source: { text, changes: ['duration=100s'], digest: '' }, pod: 'shop-3' };
    const { alternatives } = compile(loadScenario(text, 'f', bundledLibrary));
    const request = { ...living, alternative: alternatives[0]!.name };
    const answer = explainAgain(request);
    expect(answer).toHaveProperty('explanation.outcome', 'placed');
    expect(explainAgain({ ...request, tuned: true })).toHaveProperty('problem', expect.stringContaining('slider'));
    expect(explainAgain({ ...request, pod: 'shop-999' })).toHaveProperty('problem', expect.stringContaining('no pod'));
  });

  it('is refused for another version, which may decide otherwise', () => {
    const answer = explainAgain({ ...REQUEST, wavetank: '0.0.1' });
    expect(answer).toHaveProperty('problem', expect.stringContaining('recorded by version 0.0.1'));
  });

  it.each([
    [null, 'does not hold its scenario'],
    [{ text: null, changes: [], digest: 'abc' }, 'only a digest'],
  ])('names the command that can, where the text is missing', (source, words) => {
    const answer = explainAgain({ ...REQUEST, source });
    expect(answer).toHaveProperty('problem', expect.stringContaining(words));
    expect(answer).toHaveProperty(
      'problem',
      expect.stringMatching(/wavetank explain 'my first\.yaml' --pod web-37 --alternative calico-bgp --seed s$/),
    );
  });

  it('names a scenario of the library as the command line does', () => {
    const answer = explainAgain({ ...REQUEST, source: null, scenario: 'library/first-steps.yaml' });
    expect(answer).toHaveProperty('problem', expect.stringContaining('explain first-steps --pod'));
  });

  it('names the pod that is not there', () => {
    const answer = explainAgain({ ...REQUEST, pod: 'nobody' });
    expect(answer).toHaveProperty('problem', expect.stringContaining('no pod "nobody"'));
  });
});

describe('where the shown instant differs from the decision', () => {
  it('says so, and is silent where it does not', () => {
    expect(differenceWords('a', { node: 'a', state: 'running' })).toBeNull();
    expect(differenceWords('a', { node: 'b', state: 'running' })).toMatch(
      /^At the time that is shown it is on b \(running\)\./,
    );
    expect(differenceWords('a', { node: null, state: 'no free address' })).toMatch(/on no node \(no free address\)\./);
  });
});
