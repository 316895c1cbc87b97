import { describe, expect, it } from 'vitest';
import { keptHistory } from '../../../../models/network/routing/kept-histories.ts';
import { BIRD_TIMERS, type NodeRouting } from '../../../../models/network/routing/node-routing.ts';
import {
  type RoutingEvent,
  type RoutingSetting,
  routeHistory,
} from '../../../../models/network/routing/route-history.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const UNTIL_NS = 300 * NS_PER_SECOND;
const fabric = { racks: 2, spines: 2, nodes: 4, rackOf: (node: number): number => node >> 1 };
const bird: NodeRouting = { design: { kind: 'mesh' }, daemon: 'bird', timers: BIRD_TIMERS };
const setting: RoutingSetting = { fabric, nodes: bird };
const cut: RoutingEvent[] = [{ atNs: NS_PER_SECOND, kind: 'link', rack: 0, spine: 1, up: false }];

describe('a history that was asked for before', () => {
  it('is the same object, and what the routers do', () => {
    const first = keptHistory(setting, cut, UNTIL_NS, 'kept');
    expect(first).toEqual(routeHistory(setting, cut, UNTIL_NS, new StreamSource('kept')));
    expect(first.changes.length).toBeGreaterThan(0);
    expect(keptHistory({ ...setting }, [...cut], UNTIL_NS, 'kept')).toBe(first);
  });

  it('is another one when anything differs that routers know of', () => {
    const first = keptHistory(setting, cut, UNTIL_NS, 'kept');
    const mirrored = { ...fabric, rackOf: (node: number): number => 1 - (node >> 1) };
    const others = [
      keptHistory(setting, cut, UNTIL_NS, 'another seed'),
      keptHistory(setting, cut, UNTIL_NS - 1, 'kept'),
      keptHistory(setting, [{ ...cut[0]!, spine: 0 } as RoutingEvent], UNTIL_NS, 'kept'),
      keptHistory({ fabric }, cut, UNTIL_NS, 'kept'),
      keptHistory({ fabric: mirrored, nodes: bird }, cut, UNTIL_NS, 'kept'),
      keptHistory({ fabric, nodes: { ...bird, design: { kind: 'top-of-rack' } } }, cut, UNTIL_NS, 'kept'),
    ];
    for (const other of others) expect(other).not.toBe(first);
  });

  it('is simulated again when many others were asked for since', () => {
    const first = keptHistory(setting, cut, UNTIL_NS, 'long ago');
    for (let seed = 0; seed < 8; seed++) keptHistory(setting, cut, UNTIL_NS, `since ${seed}`);
    const again = keptHistory(setting, cut, UNTIL_NS, 'long ago');
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});
