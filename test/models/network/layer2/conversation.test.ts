/** First conversations on a segment and behind a router: what messages add up to, and that a flood counts as single frames do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Conversation, converse, PATTERNS } from '../../../../models/network/layer2/conversation.ts';

const RAISED = { gcThresh1: 1e6, gcThresh2: 1e6, gcThresh3: 1e6 };
const base: Conversation = {
  mode: 'flat',
  hosts: 8,
  pattern: 'all-to-all',
  seed: 'one',
  turnNs: 50e6,
  spacingNs: 1e6,
  limits: RAISED,
};

describe('a conversation on one segment', () => {
  it.each([2, 5, 16, 48])('%d hosts that all talk ask once for each pair, and everybody hears it', (hosts) => {
    const counts = converse({ ...base, hosts });
    expect(counts.requestsSent).toBe((hosts * (hosts - 1)) / 2);
    expect(counts.broadcastRequestsReceived).toBe((hosts * (hosts - 1) ** 2) / 2);
    expect(counts.entriesSum).toBe(hosts * (hosts - 1));
    expect(counts.bridgeEntries).toBe(hosts);
    expect(counts.packetsReceived).toBe(hosts * (hosts - 1));
  });

  it('behind a router each host holds one entry', () => {
    const counts = converse({ ...base, mode: 'routed', hosts: 16 });
    expect(counts).toMatchObject({ requestsSent: 1, broadcastRequestsReceived: 15, entriesMax: 1, routerEntries: 16 });
  });

  it('a kernel that all hosts share overflows at its limit, and packets are lost', () => {
    const limits = { gcThresh1: 128, gcThresh2: 512, gcThresh3: 1024 };
    const fits = converse({ ...base, hosts: 32, limits, turnNs: 10e6, spacingNs: 1e5 });
    expect(fits).toMatchObject({ overflows: 0, packetsReceived: 32 * 31 });
    const counts = converse({ ...base, hosts: 48, limits, turnNs: 10e6, spacingNs: 1e5 });
    expect(counts.overflows).toBeGreaterThan(0);
    expect(counts.entriesSum).toBeLessThanOrEqual(1024);
    expect(counts.losses['table full']).toBeGreaterThan(0);
  });

  it('counts the same when each broadcast is handed to every host by itself', () => {
    const given = fc.record({
      mode: fc.constantFrom('flat' as const, 'routed' as const),
      pattern: fc.constantFrom(...PATTERNS),
      hosts: fc.integer({ min: 2, max: 20 }),
      seed: fc.string({ maxLength: 4 }),
      turnNs: fc.integer({ min: 1_000, max: 2e9 }),
      spacingNs: fc.integer({ min: 0, max: 5e6 }),
      limits: fc.constantFrom(RAISED, { gcThresh1: 4, gcThresh2: 8, gcThresh3: 60 }),
    });
    fc.assert(
      fc.property(given, (one) => {
        const { events, ...grouped } = converse(one);
        const { events: plainEvents, ...plain } = converse({ ...one, network: { plain: true } });
        expect(grouped).toEqual(plain);
        expect(events).toBe(plainEvents);
      }),
      { numRuns: 150 },
    );
  });
});
