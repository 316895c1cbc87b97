/** `explain`, called in-process: the answer in words, as JSON, and what it says of a wrong name. */
import { describe, expect, it } from 'vitest';
import { changeWords } from '../../../scenarios/answers/change-words.ts';
import { verb as explain } from '../../../scenarios/command/explain.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { readScenario } from '../../../scenarios/command/library-files.ts';
import type { PodExplanation } from '../../../scenarios/compile/explaining.ts';
import { compile } from '../../../scenarios/compile/index.ts';
import { place } from '../../../scenarios/compile/placement.ts';
import { populationOf } from '../../../scenarios/compile/population.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { recordedIo } from './recorded-io.ts';

async function call(verb: typeof explain, ...words: string[]) {
  const io = recordedIo();
  const status = await invoke([verb.name, ...words], io, [{ name: verb.name, summary: '', load: async () => verb }]);
  return { status, ...io.said };
}

const WIDE = 'cluster.pods.0.cpu=5';

describe('a pod that was placed', () => {
  it('is told with the table that decided, and the tie', async () => {
    const { status, out } = await call(explain, 'first-steps', '--pod', 'web-37');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^web-37 goes to node-\d\d: \d+ nodes share the best total, 448, of 12 nodes that pass, and chance chose/,
    );
    expect(out).toMatch(/> node-\d\d {2}300 +61 +87 +0 +448/);
  });

  it('goes where the placement of the run puts it, for every pod', async () => {
    const io = recordedIo();
    const { text, file, library } = await readScenario('first-steps', io);
    const document = loadScenario(text, file, library, []);
    const alternative = compile(document).alternatives[0]!;
    const population = populationOf(document);
    const placement = place(alternative, population, 'x');
    for (const pod of [0, 17, 59]) {
      const { out } = await call(explain, 'first-steps', '--pod', population.pods[pod]!.name, '--seed', 'x', '--json');
      const told = JSON.parse(out) as PodExplanation;
      expect(told.node).toBe(`node-${String(placement.node[pod]).padStart(2, '0')}`);
      expect(told.best).toContain(told.node);
      expect(told.nodes.find(({ name }) => name === told.node)!.total).toBe(placement.score[pod]);
    }
  });
});

describe('a pod that waits', () => {
  it('is told the message of Kubernetes and the smallest change, in numbers', async () => {
    const { status, out } = await call(explain, 'first-steps', '--pod', 'web-59', '--set', WIDE);
    expect(status).toBe(1);
    expect(out).toMatch(/^web-59 finds no node/);
    expect(out).toContain('0/12 nodes are available: 12 Insufficient cpu.');
    expect(out).toMatch(
      /The smallest change that would let it run, for node node-00: request \d+m cpu instead of 5 cores\./,
    );
    expect(out).toContain('12 by NodeResourcesFit: Insufficient cpu (node-00, node-01');
  });

  it('would run with the change that it is told', async () => {
    const { out } = await call(explain, 'first-steps', '--pod', 'web-59', '--set', WIDE, '--json');
    const { change } = JSON.parse(out) as PodExplanation;
    const [only] = change!.changes;
    expect(only).toMatchObject({ kind: 'lower-request', resource: 'cpu', from: 5000 });
    const lowered = only!.kind === 'lower-request' ? only!.to : 0;
    // The other pods keep their request: only the last one of a second group asks for less.
    const group = `cluster.pods=[{ count: 59, name: web, cpu: 5, memory: 2Gi, replicas: 6 }, { count: 1, name: last, cpu: ${lowered}m, memory: 2Gi }]`;
    const after = await call(explain, 'first-steps', '--pod', 'last-0', '--set', group);
    expect([after.status, after.err]).toEqual([0, '']);
  });
});

describe('names', () => {
  it.each([
    [
      ['first-steps'],
      'explain needs --pod NAME or --autoscaler NAME. The scenario has web-00, web-01, web-02, … (60 pods).',
    ],
    [['first-steps', '--pod', 'web-0'], 'Did you mean web-00?'],
    [['first-steps', '--pod', 'web-00', '--alternative', 'flanel-vxlan'], 'Did you mean flannel-vxlan?'],
  ])('%j', async (words, message) => {
    const { status, err } = await call(explain, ...words);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('changes in words', () => {
  const names = { node: (node: number) => `n${node}`, pod: (pod: number) => `p${pod}` };
  it.each([
    [
      { kind: 'lower-request', resource: 'memory', from: 2048, to: 1536 },
      'request 1536Mi of memory instead of 2Gi of memory',
    ],
    [{ kind: 'lower-request', resource: 'gpu', from: 4, to: 1 }, 'request 1 GPU instead of 4 GPUs'],
    [{ kind: 'enlarge-node', node: 3, resource: 'pods', by: 1 }, 'give node n3 room for one pod more'],
    [
      { kind: 'tolerate', taint: { key: 'gpu', value: 'yes', effect: 'NoSchedule' } },
      'tolerate the taint gpu=yes:NoSchedule',
    ],
    [{ kind: 'take-away', pods: [4, 7], node: 0 }, 'take p4, p7 away, which want no such pod near them'],
  ] as const)('%j', (change, words) => {
    expect(changeWords(change, names)).toBe(words);
  });
});
