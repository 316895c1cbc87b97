import { expect, it } from 'vitest';
import { wiringSection } from '../../../viz/report/wiring-diagram.ts';
import { sampleComparison } from '../compare/sample-results.ts';

it('draws nothing for a comparison without alternatives', () => {
  expect(wiringSection({ ...sampleComparison(), alternatives: [] })).toBeNull();
});
