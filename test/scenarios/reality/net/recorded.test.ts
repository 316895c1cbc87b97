/** Recorded routers: the cases that agree stay in agreement, and a changed recording is noticed. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { netSuite } from '../../../../scenarios/reality/net.ts';
import type { JsonObject } from '../../../../scenarios/reality/suite.ts';

const FOLDER = new URL('../../../oracles/net/', import.meta.url);

const caseAt = (file: string): JsonObject => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as JsonObject;

function disagreements(json: JsonObject): string[] {
  const recorded = { path: 'case', index: 0, json, file: json };
  const { quantities } = netSuite.replay(recorded, { sibling: () => undefined });
  expect(quantities.length).toBeGreaterThan(20);
  return quantities.flatMap(({ name, agree }) => (agree ? [] : [name]));
}

/** What each of these cases does not agree in; all others agree whole. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  // On a busy machine the kernel left out a route that was taken back within its lock.
  'clique-02-ebgp-clique-n3-mrai30.json': [
    'event 3 withdraw: changes of kernel routes',
    'event 5 withdraw: changes of kernel routes',
  ],
  // One refresh was answered once less.
  'policy-24-dc-interconnect-primary-backup.json': [
    'cold start 2: UPDATE_routes by direction, those outside our range',
    'cold start 2: nlri_announced by direction, those outside our range',
    'cold start 2: bytes of UPDATEs by direction, those outside our range',
  ],
  // One pair of routers collided three times.
  'rib-clos-02-clos2x4-k1-uniq-relax.json': [
    'cold start 2: OPEN',
    'cold start 2: OPEN by direction, those outside our range',
    'cold start 2: NOTIFICATION by direction, those outside our range',
    'cold start 2: bytes of UPDATEs by direction, those outside our range',
  ],
};

const FILES = readdirSync(FOLDER).filter((file) => /^(policy|rib-clos|rib-ibgp|rib-tor|clique)-.*\.json$/.test(file));

describe('a recorded case', () => {
  it.each(FILES)('%s', (file) => {
    expect(disagreements(caseAt(file))).toEqual(KNOWN[file] ?? []);
  });

  it('that was recorded otherwise is noticed', () => {
    const json = structuredClone(caseAt('rib-clos-14-clos2x3-leafsame.json')) as unknown as {
      initial: { startup: { msg_counts: { total: Record<string, number> } } };
    };
    json.initial.startup.msg_counts.total['UPDATE_routes']! += 12;
    expect(disagreements(json as unknown as JsonObject)).toContain('cold start: UPDATE_routes');
  });
});
