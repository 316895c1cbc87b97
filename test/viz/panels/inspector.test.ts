import { expect, it } from 'vitest';
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';
import { hasPlace } from '../../../viz/panels/inspector.ts';

it.each([
  ['racks', true],
  ['switches', true],
  ['nodes', true],
  ['pods', true],
  ['workloads', false],
  ['clusters', false],
  ['flows', false],
])('rows of %s are shown on the map: %s', (table, is) => {
  expect(hasPlace(CLOUD_CATALOG, table)).toBe(is);
});
