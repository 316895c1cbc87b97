/** A decision of a living run, made again: the recording is the judge. */
import { describe, expect, it } from 'vitest';
import { LivingDecisions } from '../../../scenarios/compile/explaining-living.ts';
import { compile, startRun } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';

const SHORT = ['duration=150s'];

describe('decisions of a living run', () => {
  it.each([
    ['rolling-update', SHORT],
    ['region-dies', ['duration=8m', 'federation.faults.0.for=2m']],
    ['reserve-not-enough', ['duration=6m', 'load.warmUp=30s']],
  ])('of %s are those of its recording, for every pod, at the time of its mark', async (name, changes) => {
    const plan = compile(loadScenario(bundledLibrary.scenario(name)!, 'f', bundledLibrary, changes));
    const alternative = plan.alternatives[0]!;
    const sink = new MemorySource();
    startRun(plan, alternative.name, 's', { sink, level: 'state' }).finish();
    const reader = await openTrace(sink);
    const pods = (await reader.stateAt(reader.endNs)).table('pods');
    const kinds = reader.catalog.marks.map((mark) => mark.name);
    const marks = await reader.marks();
    const decisions = new LivingDecisions(alternative, 's');
    expect(decisions.names.length).toBe(new Set(decisions.names).size);
    expect(new Set(decisions.names)).toEqual(new Set(Array.from({ length: pods.count }, (_, row) => pods.name(row))));
    const rows = Array.from({ length: pods.count }, (_, row) => row).filter((row) => row % 5 === 0);
    for (const row of rows) {
      const { node, atNs, attempt, outcome } = decisions.explain(pods.name(row));
      const own = marks.filter((mark) => mark.row === row && /^(scheduled|unschedulable)$/.test(kinds[mark.kind]!));
      expect(attempt).toBe(own.length);
      const last = own.at(-1)!;
      // The mark follows its attempt by the time that a decision takes.
      expect(last.timeNs - atNs!).toBeGreaterThanOrEqual(0);
      expect(last.timeNs - atNs!).toBeLessThan(1e9);
      expect(outcome).toBe(kinds[last.kind] === 'scheduled' ? 'placed' : 'pending');
      if (outcome === 'placed') {
        const bound = await reader.stateAt(last.timeNs);
        expect(node).toBe(bound.table('nodes').name(bound.table('pods').column('node')[row]!));
      }
    }
  });

  it('explain a pod that waits with what would let it run, in names of the recording', () => {
    const changes = [
      'duration=150s',
      'cluster.pods.0.cpu=7',
      'federation.faults.0.at=100s',
      'federation.faults.0.for=20s',
    ];
    const plan = compile(loadScenario(bundledLibrary.scenario('region-dies')!, 'f', bundledLibrary, changes));
    const decisions = new LivingDecisions(plan.alternatives[0]!, 's');
    const waiting = decisions.names.map((pod) => decisions.explain(pod)).filter(({ outcome }) => outcome === 'pending');
    expect(waiting.length).toBeGreaterThan(0);
    for (const { message, change, nodes } of waiting) {
      expect(message).toContain('Insufficient cpu');
      expect(change?.changes.length).toBeGreaterThan(0);
      expect(
        nodes.map(({ name }) => name.replace(/-node-\d$/, '')).every((name) => name === nodes[0]!.name.slice(0, -7)),
      ).toBe(true);
    }
  });
});
