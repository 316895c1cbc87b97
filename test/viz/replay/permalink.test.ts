import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPermalink, NOWHERE, parsePermalink } from '../../../viz/replay/permalink.ts';
import { formatHash, parseHash } from '../../../viz/shell/router.ts';

const link = fc.record({
  timeNs: fc.option(fc.integer({ min: 0, max: 104 * 86_400 * 1e9 })),
  selection: fc.option(fc.record({ table: fc.constantFrom('nodes', 'pods', 'links'), row: fc.nat() })),
  speed: fc.option(fc.constantFrom(0.00002, 0.5, 1, 2.5, 3600)),
  zoom: fc.option(fc.tuple(fc.integer({ min: 1, max: 64_000 }), fc.integer({ min: -9999, max: 9999 }), fc.nat(9999))),
});

describe('a permalink', () => {
  it('is the same after a round trip through the hash', () => {
    const property = fc.property(
      link,
      fc.constantFrom(['a.wtrace'], ['network-schemes', 'calico bgp #1.wtrace']),
      (made, path) => {
        const whole = { ...made, zoom: made.zoom?.map((value) => value / 100).join(',') ?? null };
        const hash = formatHash({ name: 'run', path, params: formatPermalink(whole) });
        const route = parseHash(hash);
        expect(route.path).toEqual(path);
        expect(parsePermalink(route.params)).toEqual({ link: whole, problem: null });
      },
    );
    fc.assert(property, { seed: 1, numRuns: 500 });
  });

  it('opens the links of version 1 for ever', () => {
    const route = parseHash('#/run/network-schemes/calico.wtrace?v=1&t=12.5s&sel=nodes:14&speed=2&zoom=24,40.5,27');
    expect(parsePermalink(route.params).link).toEqual({
      timeNs: 12_500_000_000,
      selection: { table: 'nodes', row: 14 },
      speed: 2,
      zoom: '24,40.5,27',
    });
  });

  it('says so when it is newer, and opens what it can', () => {
    const parsed = parsePermalink(new URLSearchParams('v=7&t=3s&lanes=1'));
    expect(parsed.problem).toMatch(/newer Wavetank.*version 7.*Update/);
    expect(parsed.link.timeNs).toBe(3e9);
  });

  it.each(['', 't=soon', 'sel=nodes', 'sel=nodes:-1', 'speed=-2', 'speed=fast', 'zoom=1,2', 'zoom=a,b,c'])(
    'leaves out what it cannot read: %s',
    (query) => {
      expect(parsePermalink(new URLSearchParams(query))).toEqual({ link: NOWHERE, problem: null });
    },
  );
});
