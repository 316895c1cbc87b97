import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kindOfName } from '../../../viz/shell/files.ts';
import { hashOf } from '../../../viz/shell/page.ts';
import { formatHash, parseHash } from '../../../viz/shell/router.ts';
import { themeOf } from '../../../viz/shell/theme.ts';

it('keeps the folders of a file in its address', () => {
  expect(hashOf('run', 'network-schemes/calico bgp.wtrace')).toBe('#/run/network-schemes/calico%20bgp.wtrace');
  expect(parseHash('#/run/network-schemes/calico%20bgp.wtrace').path).toEqual(['network-schemes', 'calico bgp.wtrace']);
});

it('is the same after a round trip', () => {
  const segment = fc.string({ minLength: 1, unit: 'grapheme' });
  const property = fc.property(segment, fc.array(segment), fc.dictionary(segment, segment), (name, path, query) => {
    const route = parseHash(formatHash({ name, path, params: new URLSearchParams(query) }));
    expect([route.name, route.path]).toEqual([name, path]);
    expect([...route.params]).toEqual([...new URLSearchParams(query)]);
  });
  fc.assert(property, { seed: 1, numRuns: 300 });
});

it.each(['', '#', '#/'])('reads "%s" as the library', (hash) => {
  expect(parseHash(hash).name).toBe('');
});

it('does not fall over an address that cannot be decoded', () => {
  expect(parseHash('#/run/100%').path).toEqual(['100%']);
});

it('knows files by their names', () => {
  expect(kindOfName('a/b.wtrace')).toBe('trace');
  expect(kindOfName('results.json')).toBe('results');
  expect(kindOfName('photo.png')).toBeNull();
});

it('follows the system unless the reader chose', () => {
  expect(themeOf('auto', true)).toBe('dark');
  expect(themeOf('auto', false)).toBe('light');
  expect(themeOf('light', true)).toBe('light');
});
