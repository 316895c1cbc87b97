/** What a recording keeps of its scenario: a text that gives the same document again, or none. */
import { describe, expect, it } from 'vitest';
import { recordedSource } from '../../../scenarios/answers/recorded-source.ts';
import { compile, startRun } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { withFolder } from '../../../scenarios/document/library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';

const FIRST_STEPS = bundledLibrary.scenario('first-steps')!;

describe('the source in a recording', () => {
  it('is the text and the changes, and stands in the header', async () => {
    const changes = ['duration=8s'];
    const document = loadScenario(FIRST_STEPS, 'mine.yaml', bundledLibrary, changes);
    const source = recordedSource({ text: FIRST_STEPS, file: 'mine.yaml' }, changes, document);
    expect(source).toMatchObject({ text: FIRST_STEPS, changes });
    const sink = new MemorySource();
    const plan = compile(document);
    startRun(plan, plan.alternatives[0]!.name, 's', { sink, level: 'state', source }).finish();
    expect((await openTrace(sink)).header.source).toEqual(source);
  });

  it('has another digest when something was changed', () => {
    const of = (changes: string[]) =>
      recordedSource(
        { text: FIRST_STEPS, file: 'f' },
        changes,
        loadScenario(FIRST_STEPS, 'f', bundledLibrary, changes),
      );
    expect(of([]).digest).not.toBe(of(['duration=8s']).digest);
  });

  it('keeps no text where a file beside the scenario says more than the text', () => {
    const room = bundledLibrary.environment('machine-room-bgp')!;
    const other = `${room}\n# mine\n`.replace(/^title: .*/m, 'title: My room');
    expect(other).not.toContain(/^title: .*/m.exec(room)![0]);
    const library = withFolder(bundledLibrary, {
      text: (path) => (path === 'machine-room-bgp.yaml' ? other : undefined),
      files: () => [],
    });
    const text = bundledLibrary.scenario('affinity-and-the-fabric')!;
    const changes = ['replications=2'];
    const document = loadScenario(text, 'f', library, changes);
    expect(recordedSource({ text, file: 'f' }, changes, document)).toMatchObject({ text: null, changes: [] });
  });

  it('never keeps objects of manifests, nor changes beside them', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'c', image: 'i', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
    };
    const text = FIRST_STEPS.replace(/^cluster:\n/m, `cluster:\n  manifests: [${JSON.stringify(pod)}]\n`);
    const document = loadScenario(text, 'f', bundledLibrary);
    expect(document.cluster.manifests).toBeDefined();
    expect(JSON.stringify(recordedSource({ text, file: 'f' }, [], document))).not.toContain('hunter2');
  });

  it('keeps no text that is too large', () => {
    const text = `${FIRST_STEPS}\n${`#${'x'.repeat(999)}\n`.repeat(300)}`;
    const document = loadScenario(text, 'f', bundledLibrary);
    expect(recordedSource({ text, file: 'f' }, [], document).text).toBeNull();
  });
});
