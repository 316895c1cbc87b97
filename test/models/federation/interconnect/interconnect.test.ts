/** The ladder of reach and the lines between places: what is carried, lost and paid. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interconnect, type InterconnectPlan, NEVER } from '../../../../models/federation/interconnect/interconnect.ts';
import { LADDER } from '../../../../models/federation/interconnect/ladder.ts';
import { carriedBytes, lineBetween, podMtuOf } from '../../../../models/federation/interconnect/line.ts';
import { type Place, REACHES, reachOf } from '../../../../models/federation/interconnect/place.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';

const at = (provider: string, region: string, zone: string, host?: string): Place => ({
  provider,
  region,
  zone,
  ...(host === undefined ? {} : { host }),
});

const PLACES = [at('p', 'east', 'a'), at('p', 'east', 'b'), at('p', 'west', 'a'), at('q', 'east', 'a')];
const name = fc.constantFrom('a', 'b');
const place: fc.Arbitrary<Place> = fc.record({ provider: name, region: name, zone: name, host: name });

function joined(pairs: InterconnectPlan['pairs'] = []): { clock: { nowNs: number }; net: Interconnect } {
  const clock = { nowNs: 0 };
  return { clock, net: new Interconnect({ places: PLACES, pairs }, clock) };
}

describe('the ladder of reach', () => {
  it('tells the rung by the highest name that differs', () => {
    expect(reachOf(at('p', 'r', 'z', 'h'), at('p', 'r', 'z', 'h'))).toBe('same-host');
    expect(reachOf(at('p', 'r', 'z'), at('p', 'r', 'z'))).toBe('same-zone');
    expect(PLACES.slice(1).map((other) => reachOf(PLACES[0]!, other))).toEqual([
      'between-zones',
      'between-regions',
      'between-providers',
    ]);
  });

  it('is the same both ways, and no detour is nearer (an ultrametric)', () => {
    const far = (a: Place, b: Place): number => REACHES.indexOf(reachOf(a, b));
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        expect(far(a, b)).toBe(far(b, a));
        expect(far(a, c)).toBeLessThanOrEqual(Math.max(far(a, b), far(b, c)));
      }),
    );
  });

  it('is never nearer, wider or cheaper further up', () => {
    for (let i = 1; i < REACHES.length; i++) {
      const near = LADDER[REACHES[i - 1]!];
      const far = LADDER[REACHES[i]!];
      expect(far.rttNs).toBeGreaterThanOrEqual(near.rttNs);
      expect(far.bitsPerSec).toBeLessThanOrEqual(near.bitsPerSec);
      expect(far.mtu).toBeLessThanOrEqual(near.mtu);
      expect(far.usdPerGbOut + far.usdPerGbIn).toBeGreaterThanOrEqual(near.usdPerGbOut + near.usdPerGbIn);
    }
  });
});

describe('lines', () => {
  it('VXLAN takes 50 bytes from each packet and pays for them', () => {
    const plain = lineBetween(PLACES[0]!, PLACES[2]!, { kind: 'public' });
    const tunnel = lineBetween(PLACES[0]!, PLACES[2]!, { kind: 'vxlan' });
    expect([podMtuOf(plain), podMtuOf(tunnel)]).toEqual([1500, 1450]);
    // 1460 bytes of payload fill one packet, and need two with the tunnel.
    expect([carriedBytes(plain, 1460), carriedBytes(tunnel, 1460)]).toEqual([1500, 1460 + 2 * 90]);
    expect(carriedBytes(plain, 0)).toBe(0);
  });

  it('a dedicated line is paid by the hour, and cheaper by the byte than the way to another provider', () => {
    const { net, clock } = joined([{ between: [0, 3], lines: [{ kind: 'dedicated' }] }]);
    net.send(0, 3, 1460e6, 'storage');
    clock.nowNs = 3600 * NS_PER_SECOND;
    const bill = net.bill();
    expect(bill.lineUsd).toBeCloseTo(0.3, 12);
    expect(bill.trafficUsd).toBeCloseTo(1.5 * 0.02, 12);
  });

  it('both ends pay between zones, the sender between regions and to another provider', () => {
    const { net } = joined();
    net.send(0, 1, 8961e6, 'service');
    net.send(2, 0, 1460e6, 'service');
    net.send(3, 0, 1460e6, 'service');
    const paid = net.bill().pairs.map(({ from, to, bytes, usd }) => [from, to, bytes, Number(usd.toFixed(9))]);
    expect(paid).toEqual([
      [0, 1, 9001e6, 0.18002],
      [2, 0, 1500e6, 0.03],
      [3, 0, 1500e6, 0.135],
    ]);
  });
});

describe('an interconnect', () => {
  it('sends one after another at the rate of the line, half a round trip ahead of arrival', () => {
    const { net, clock } = joined();
    // 1500 bytes on 5 Gbit/s take 2400 ns.
    expect(net.send(0, 2, 1460, 'service')).toBe(2400 + 35 * NS_PER_MS);
    expect(net.send(0, 2, 1460, 'service')).toBe(4800 + 35 * NS_PER_MS);
    expect(net.send(2, 0, 1460, 'service')).toBe(2400 + 35 * NS_PER_MS);
    expect(net.backlogNs(0, 2, 'service')).toBe(4800);
    clock.nowNs = 4000;
    expect(net.backlogNs(0, 2, 'service')).toBe(800);
    expect(net.send(1, 1, 1e9, 'service')).toBe(4000);
  });

  it('takes the first line that serves the use and is up', () => {
    const { net } = joined([{ between: [2, 0], lines: [{ kind: 'dedicated', uses: ['storage'] }, { kind: 'vxlan' }] }]);
    expect(net.wayOf(0, 2, 'storage')?.line.kind).toBe('dedicated');
    expect(net.wayOf(2, 0, 'service')?.line.kind).toBe('vxlan');
    net.cut(0, 2, 0);
    expect(net.wayOf(0, 2, 'storage')?.line.kind).toBe('vxlan');
    net.cut(0, 2, 1);
    expect(net.isOpen(0, 2, 'storage')).toBe(false);
    expect(net.send(0, 2, 1, 'storage')).toBe(NEVER);
    expect(net.rttNs(0, 2, 'service')).toBe(NEVER);
    net.heal(0, 2, 0);
    expect([net.isOpen(0, 2, 'storage'), net.isOpen(0, 2, 'service')]).toEqual([true, false]);
  });

  it('knows what was cut on the way, and how long a line was down', () => {
    const { net, clock } = joined();
    const sentNs = clock.nowNs;
    const arrivesNs = net.send(0, 2, 1460, 'service');
    clock.nowNs = 10;
    net.cut(0, 2);
    clock.nowNs = 20;
    net.heal(0, 2);
    clock.nowNs = arrivesNs;
    expect(net.uninterruptedSince(0, 2, 'service', sentNs)).toBe(false);
    expect(net.uninterruptedSince(0, 1, 'service', sentNs)).toBe(true);
    expect(net.uninterruptedSince(0, 2, 'service', 20)).toBe(true);
    expect(net.wayOf(0, 2, 'service')!.downNs).toBe(10);
  });

  it('is open again exactly when every fault that cut it is healed', () => {
    const step = fc.record({ a: fc.nat(3), b: fc.nat(3), isolate: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(), (steps, seed) => {
        const { net } = joined();
        const done = steps.filter(({ a, b, isolate }) => isolate || a !== b);
        for (const { a, b, isolate } of done) isolate ? net.isolate(a) : net.cut(a, b);
        const first = done.length === 0 ? 0 : seed % done.length;
        const order = [...done.slice(first), ...done.slice(0, first)];
        for (const [i, { a, b, isolate }] of order.entries()) {
          const other = isolate ? (a + 1) % 4 : b;
          expect(net.isOpen(a, other, 'service')).toBe(false);
          isolate ? net.rejoin(a) : net.heal(a, b);
          const left = order.slice(i + 1);
          for (let x = 0; x < 4; x++)
            for (let y = 0; y < x; y++) {
              const held = left.some((one) =>
                one.isolate ? one.a === x || one.a === y : [one.a, one.b].sort().join() === `${y},${x}`,
              );
              expect(net.isOpen(x, y, 'control')).toBe(!held);
            }
        }
      }),
    );
  });

  it('loses and invents no byte: what is paid is what was carried', () => {
    const sends = fc.array(fc.record({ from: fc.nat(3), to: fc.nat(3), bytes: fc.nat(1e7) }), { maxLength: 30 });
    fc.assert(
      fc.property(sends, (list) => {
        const { net } = joined();
        let carried = 0;
        for (const { from, to, bytes } of list) {
          net.send(from, to, bytes, 'service');
          if (from !== to) carried += carriedBytes(net.wayOf(from, to, 'service')!.line, bytes);
        }
        const { pairs, trafficUsd } = net.bill();
        expect(pairs.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(carried);
        expect(trafficUsd).toBeLessThanOrEqual((carried / 1e9) * 0.09 * (1 + 1e-12));
      }),
    );
  });
});
