/** `import kubectl`: a cluster of 200 nodes and 3,000 pods becomes a scenario that is checked, run and compared. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { SECRET, snapshotText } from '../import/snapshot.ts';
import { recordedIo } from './recorded-io.ts';

async function call(words: readonly string[], cwd: string): Promise<{ status: number; out: string; err: string }> {
  const io = recordedIo({ cwd });
  const status = await invoke(words, io, VERBS);
  return { status, ...io.said };
}

const folder = mkdtempSync(join(tmpdir(), 'wavetank-import-'));
const text = snapshotText({ nodes: 200, pods: 2600, pending: 40 });

beforeAll(() => {
  writeFileSync(join(folder, 'cluster.json'), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('a snapshot of a cluster', () => {
  it('becomes a scenario and its manifests, without what is secret', async () => {
    const { status, err } = await call(['import', 'kubectl', 'cluster.json', '--out', 'ours.yaml'], folder);
    expect(err).toContain('Pod spec.containers[].env: ignored, 3,000 times\n');
    expect(err).toContain('Node status.nodeInfo: ignored, 200 times\n');
    expect(err).toContain('Read: 200 Nodes, 3,000 Pods, 130 Deployments, 130 ReplicaSets, 2 DaemonSets.\n');
    expect(err).toContain('2,960 pods stay where they are; to be scheduled: 40.\n');
    expect(err).toContain('1 Secret was not read.\n');
    expect(err).toContain('the network calico-ipip.\n');
    expect(status).toBe(0);
    for (const file of ['ours.yaml', 'ours.manifests.json']) expect(read(file)).not.toContain(SECRET);
    expect(read('ours.manifests.json').length).toBeLessThan(text.length / 3);
  });

  it('is checked and run: what was bound stays, what was pending is scheduled', async () => {
    const checked = await call(['check', 'ours.yaml'], folder);
    expect(checked).toMatchObject({ status: 0, out: 'ours.yaml: no problems\n', err: '' });
    const { status, out } = await call(['run', 'ours.yaml', '--until', '2s', '--json'], folder);
    const answer = JSON.parse(out) as { metrics: Record<string, number>; leftOut: string[] };
    expect(answer.metrics).toMatchObject({ podsFit: 3000, podsUnfit: 0, podsAtEnd: 3000 });
    expect(answer.leftOut.join()).toContain('1 Secret was not read.');
    expect(status).toBe(0);
  });

  it('that is cut in the middle is told, imported as far as it goes, and every answer says so', async () => {
    writeFileSync(join(folder, 'cut.json'), text.slice(0, text.length / 2));
    const { status, err } = await call(['import', 'kubectl', 'cut.json', '--out', 'cut.yaml'], folder);
    expect(err).toMatch(
      /cut\.json:\d+: the file ends in the middle of an object, Pod app-\S+ which begins in line \d+/,
    );
    expect(err).toContain('A manifest file ends in the middle');
    expect(status).toBe(2);
    const run = await call(['run', 'cut.yaml', '--until', '2s', '--json'], folder);
    expect(run.out).toContain('A manifest file ends in the middle');
    expect(run.status).toBe(0);
  });

  it.each([
    [['import', 'kubectle', 'a'], 'Did you mean kubectl?'],
    [['import', 'kubectl', 'cluster.json'], '--out is missing'],
    [['import', 'kubectl', 'none.json', '--out', 'a.yaml'], 'There is no file or folder'],
    [['import', 'kubectl', 'nothing.json', '--out', 'a.yaml'], 'There are no nodes in it'],
  ])('%j', async (words, expected) => {
    writeFileSync(join(folder, 'nothing.json'), '{"kind":"List","items":[]}');
    const { status, err } = await call(words, folder);
    expect(err).toContain(expected);
    expect(status).toBe(2);
  });
});
