/** Recorded routers: the cases that agree stay in agreement, and a changed recording is noticed. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { netSuite } from '../../../../scenarios/reality/net.ts';
import type { JsonObject } from '../../../../scenarios/reality/suite.ts';
import { validateCases } from '../../../../scenarios/reality/validate.ts';

const FOLDER = new URL('../../../oracles/net/', import.meta.url);

const caseAt = (file: string): JsonObject => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as JsonObject;

/** What each of these cases does not agree in; all others agree whole. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {};

const FAMILIES = ['policy', 'rib-bird', 'rib-clos', 'rib-gobgp', 'rib-ibgp', 'rib-tor', 'clique'];
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

describe('recorded cases', () => {
  it.each(FAMILIES)('of %s agree', (family) => {
    const files = FILES.filter((path) => path.startsWith(`${family}-`)).map((path) => ({ path, json: caseAt(path) }));
    const { suites, problems } = validateCases(files, [netSuite]);
    expect(problems).toEqual([]);
    const [{ details, together = [] }] = suites as [(typeof suites)[number]];
    expect(details).toHaveLength(files.length);
    for (const { case: name, quantities } of details) {
      expect(quantities.length).toBeGreaterThan(20);
      const wrong = quantities.filter(({ agree }) => !agree).map((each) => each.name);
      expect([name, wrong]).toEqual([name, KNOWN[name] ?? []]);
    }
    expect(together.filter(({ agree }) => !agree)).toEqual([]);
  });

  it('agree as well when routers without prefixes say nothing of prefixes', () => {
    const json = structuredClone(caseAt('policy-06-ibgp-no-nhs-static.json')) as unknown as {
      topology: { nodes: Record<string, { networks?: readonly string[] }> };
    };
    const bare = Object.values(json.topology.nodes).filter(({ networks }) => networks?.length === 0);
    expect(bare.length).toBeGreaterThan(0);
    for (const node of bare) delete node.networks;
    const { suites, problems } = validateCases(
      [{ path: 'bare.json', json: json as unknown as JsonObject }],
      [netSuite],
    );
    expect(problems).toEqual([]);
    expect(suites[0]!.details.every(({ agree }) => agree)).toBe(true);
  });

  it('that were recorded otherwise are noticed', () => {
    const json = structuredClone(caseAt('rib-clos-14-clos2x3-leafsame.json')) as unknown as {
      initial: { startup: { msg_counts: { total: Record<string, number> } } };
    };
    json.initial.startup.msg_counts.total['UPDATE_routes']! += 12;
    const { suites } = validateCases([{ path: 'changed.json', json }], [netSuite]);
    const wrong = suites[0]!.details[0]!.quantities.filter(({ agree }) => !agree);
    expect(wrong.map(({ name }) => name)).toContain('cold start: UPDATE_routes');
  });

  it('beside which our routers are paced a second longer are noticed by when they were told last', () => {
    const json = structuredClone(caseAt('clique-08-ebgp-clique-n5-mrai30.json')) as unknown as {
      topology: { timers: { mrai: number } };
    };
    json.topology.timers.mrai += 1;
    const { suites } = validateCases([{ path: 'changed.json', json: json as unknown as JsonObject }], [netSuite]);
    const wrong = suites[0]!.details[0]!.quantities.filter(({ agree }) => !agree).map(({ name }) => name);
    for (const event of [1, 3, 5]) expect(wrong).toContain(`event ${event} withdraw: last_update_s`);
  });
});
