/** Calls that find their service at each attempt: two clusters with the same services. */
import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { OUTSIDE } from '../../../../models/traffic/load/carrier.ts';
import { CAUSE } from '../../../../models/traffic/load/cause.ts';
import { Load } from '../../../../models/traffic/load/load.ts';
import type { Route } from '../../../../models/traffic/load/requests.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const MS = 1e6;
/** Kinds of request: shop and store of the east, then those of the west. */
const SHOP = 0;
const SHOP_WEST = 2;

function cluster(name: string): ServicePlan[] {
  const wait = { kind: 'constant', value: 0.01 } as const;
  return [
    { name: `${name}/shop`, workers: 10, requests: [{ name: 'get', wait, steps: [[callTo(`${name}/store`)]] }] },
    { name: `${name}/store`, workers: 10, requests: [{ name: 'get', wait }] },
  ];
}

const callTo = (service: string) => ({ service, request: 'get' });

function world(route: Route | undefined, attempts = 1) {
  const sim = new Simulation();
  const over: [atMs: number, cause: number][] = [];
  const source = { ...callTo('east/shop'), attempts, backoff: { kind: 'constant', value: 0.005 } as const };
  const load = new Load(
    {
      services: [...cluster('east'), ...cluster('west')],
      sources: [{ kind: 'open', name: 'users', call: source, rate: { kind: 'constant', perSec: 0 } }],
    },
    { sim, streams: new StreamSource('routes'), ...(route === undefined ? {} : { route }) },
    { requestOver: (_source, _latencyNs, cause) => over.push([sim.nowNs / MS, cause]) },
  );
  const ask = sim.kind('test: ask', () => load.offerOne(0));
  return { sim, load, over, askAt: (atMs: number) => sim.at(atMs * MS, ask) };
}

const answered = (load: Load): number[] => load.requests.kinds.map((kind) => kind.report(0).ok);

describe('calls that find their service', () => {
  it('go to the service that they name when nobody routes them', () => {
    const { sim, load, askAt } = world(undefined);
    for (let service = 0; service < 4; service++) load.addReplica(service, service);
    askAt(1);
    sim.run();
    expect(answered(load)).toEqual([1, 1, 0, 0]);
  });

  it('are told the caller and go where they are sent, and the calls made there start from there', () => {
    const asked: [call: number, from: number][] = [];
    const { sim, load, askAt } = world((call, from) => {
      asked.push([call, from]);
      return from === OUTSIDE ? SHOP_WEST : load.graph.calls[call]!.kind;
    });
    for (let service = 0; service < 4; service++) load.addReplica(service, 10 + service);
    askAt(1);
    sim.run();
    expect(answered(load)).toEqual([0, 0, 1, 1]);
    expect(asked.map(([, from]) => from)).toEqual([OUTSIDE, 10 + SHOP_WEST]);
  });

  it('are routed anew at each attempt: the second finds the other cluster', () => {
    let west = true;
    const { sim, load, over, askAt } = world((call, from) => {
      if (from !== OUTSIDE) return load.graph.calls[call]!.kind;
      return west ? SHOP_WEST : SHOP;
    }, 2);
    load.addReplica(0, 0);
    load.addReplica(1, 1);
    askAt(1);
    sim.at(
      3 * MS,
      sim.kind('test: the west is given up', () => (west = false)),
    );
    sim.run();
    // Nobody serves in the west, 5 ms until the next attempt, 10 ms at each of two services.
    expect(over).toEqual([[26, -1]]);
    expect(load.requests.kinds[SHOP_WEST]!.report(0).errors[CAUSE.unserved]).toBe(1);
    expect(answered(load)).toEqual([1, 1, 0, 0]);
  });

  it('leave nobody behind in the counts of the service that they left', () => {
    let turn = 0;
    const { sim, load, askAt } = world((call, from) => {
      if (from !== OUTSIDE) return load.graph.calls[call]!.kind;
      return turn++ % 2 === 0 ? SHOP : SHOP_WEST;
    });
    for (let service = 0; service < 4; service++) load.addReplica(service, service);
    for (let request = 0; request < 20; request++) askAt(1 + request);
    sim.run();
    expect(answered(load)).toEqual([10, 10, 10, 10]);
    expect(load.requests.visits.count).toBe(0);
  });
});
