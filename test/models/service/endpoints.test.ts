import { describe, expect, it } from 'vitest';
import { Endpoints } from '../../../models/service/endpoints.ts';
import { smallWorld } from '../world/small-world.ts';

const SERVICES = [
  { name: 'web-0', kind: 'web', first: 0, replicas: 3 },
  { name: 'db-0', kind: 'db', first: 3, replicas: 1 },
];

describe('Endpoints', () => {
  it('deals callers a place among all replicas, and the next one on offer from there', () => {
    const endpoints = new Endpoints(SERVICES, smallWorld().publish);
    for (const pod of [2, 0, 1]) endpoints.add(0, pod);
    const dealt = (): number[] => [0, 1, 2, 3].map((place) => endpoints.reached(0, place, 0, 0));
    expect(dealt()).toEqual([0, 1, 2, 0]);
    endpoints.remove(0, 1);
    // Only those who were dealt the missing replica go elsewhere.
    expect(dealt()).toEqual([0, 2, 2, 0]);
    expect([0, 1, 2].map((tried) => endpoints.reached(0, 2, tried, 0))).toEqual([2, 0, 2]);
    expect([endpoints.count(0, 0), endpoints.count(1, 0)]).toEqual([2, 0]);
    expect(() => endpoints.reached(1, 0, 0, 0)).toThrow(/offers nobody/);
  });

  it('lets each node deal by what its proxy has been told', () => {
    const told: [number, boolean][] = [];
    const views = {
      changed: (pod: number, offered: boolean): void => {
        told.push([pod, offered]);
      },
      deals: (node: number, pod: number): boolean => node === 1 || pod === 2,
      isStale: (node: number, pod: number): boolean => node === 1 && pod === 0,
    };
    const endpoints = new Endpoints(SERVICES, smallWorld().publish, views);
    endpoints.add(0, 1);
    endpoints.remove(0, 1);
    endpoints.remove(0, 1);
    expect(told).toEqual([
      [1, true],
      [1, false],
    ]);
    expect([endpoints.count(0, 0), endpoints.count(0, 1)]).toEqual([1, 3]);
    expect([0, 1].map((node) => endpoints.reached(0, 0, 0, node))).toEqual([2, 0]);
    expect([endpoints.isStale(1, 0), endpoints.isStale(0, 0)]).toEqual([true, false]);
    expect(new Endpoints(SERVICES, smallWorld().publish).isStale(1, 0)).toBe(false);
  });

  it('records replicas and the size of the offer, and nothing when nothing changes', async () => {
    const world = smallWorld();
    const endpoints = new Endpoints(SERVICES, world.publish);
    endpoints.add(0, 2);
    endpoints.add(0, 1);
    endpoints.remove(0, 2);
    endpoints.remove(0, 2);
    const trace = await world.reopen();
    const services = (await trace.stateAt(0)).table('services');
    expect([services.name(0), services.name(1)]).toEqual(['web-0', 'db-0']);
    expect([...services.column('replicas')]).toEqual([3, 1]);
    expect([...services.column('ready')]).toEqual([1, 0]);
    const changes = (await trace.changes('services', 0)).filter(({ column }) => column === 'ready');
    expect(changes.map(({ value }) => value)).toEqual([1, 2, 1]);
  });
});
