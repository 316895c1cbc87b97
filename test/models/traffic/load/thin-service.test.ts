import { describe, expect, it } from 'vitest';
import { ThinService } from '../../../../models/traffic/load/thin-service.ts';

/** One replica with one server of ten requests a second. */
const load = (perSec: number) => ({ perSec, holdSec: 0.1, scv: 1, replicas: 1, servers: 1 });

describe('a service by windows', () => {
  it('answers more than comes while its queue is worked off, and nobody fails for that', () => {
    const service = new ThinService({ name: 'shop', workers: 1, requests: [] });
    service.step(load(15), 10);
    expect(service.servedShare).toBeCloseTo(10 / 15, 6);
    // Nobody was turned away, but those who wait will not wait for ever.
    expect(service.failedShare).toBeCloseTo(5 / 15, 6);
    service.step(load(5), 10);
    expect(service.servedShare).toBeGreaterThan(1);
    expect(service.failedShare).toBe(0);
  });

  it('fails what finds no room in a bounded queue, and not what waits there', () => {
    const service = new ThinService({ name: 'shop', workers: 1, queueMax: 100, requests: [] });
    service.step(load(9), 10);
    expect(service.servedShare).toBeLessThan(1);
    expect(service.failedShare).toBeCloseTo(service.lost, 12);
    expect(service.failedShare).toBeLessThan(0.01);
    service.step(load(40), 60);
    expect(service.failedShare).toBeCloseTo(0.75, 1);
  });

  it('fails everything where nobody answers', () => {
    const service = new ThinService({ name: 'shop', workers: 1, queueMax: 100, requests: [] });
    service.step({ ...load(9), replicas: 0 }, 10);
    expect(service.failedShare).toBe(1);
    const refused = new ThinService({ name: 'shop', workers: 1, requests: [] });
    refused.refused = 1;
    refused.step(load(0), 10);
    expect(refused.failedShare).toBe(1);
  });
});
