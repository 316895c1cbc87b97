/** The part of a scenario in MODELS.md that asks for packets is one that runs, and does what the text says. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planOf, runAll } from '../scenarios/compile/small-worlds.ts';
import { blocksOf, documentAt } from './documents.ts';

const [block] = blocksOf(documentAt('MODELS.md'), 'yaml').filter((text) => text.includes('packetLevel:'));

describe('the example of packetLevel in MODELS.md', () => {
  it('runs, and only flows over the rack in that time are packets', () => {
    const { packetLevel } = parse(block!) as { packetLevel: Record<string, unknown> };
    const sets = Object.entries(packetLevel).map(([key, value]) => `packetLevel.${key}=${JSON.stringify(value)}`);
    const runOf = (...changes: string[]) =>
      runAll(planOf('first-steps', 'vary.scheme=[calico-bgp]', 'duration=2.5s', 'faults=', ...changes), 'docs').get(
        'calico-bgp',
      )!.metrics;
    const written = runOf(...sets);
    const everywhere = runOf(...sets.filter((each) => !each.startsWith('packetLevel.links')));
    expect(written['packetFlows']).toBeGreaterThan(10);
    expect(written['packetMarks']).toBeGreaterThan(0);
    expect(written['packetQueuePeak']).toBeGreaterThan(65);
    expect(written['packetQueuePeak']).toBeLessThanOrEqual(256);
    expect(written['packetFlows']).toBeLessThan(everywhere['packetFlows']!);
    expect(runOf()['packetFlows']).toBeUndefined();
  });
});
