/** Cutting and putting together: nothing is lost, nothing invented, in any order and cut again and again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fragmentsOf, type IpPacket, payloadOf, Reassembly } from '../../../../models/network/overlay/ip-packet.ts';

const packet = (bytes: number): IpPacket => ({
  ...{ kind: 'data', from: 0, to: 1, bytes, dontFragment: false, inner: undefined },
  ...{ position: 0, length: bytes - 20, mtu: 0, part: undefined },
});

it('fragments fit, lie on multiples of eight, and make the whole again', () => {
  const given = fc.tuple(
    fc.integer({ min: 21, max: 9000 }),
    fc.array(fc.integer({ min: 68, max: 3000 }), { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(fc.nat()),
  );
  fc.assert(
    fc.property(given, ([bytes, mtus, luck]) => {
      const whole = packet(bytes);
      let pieces = [whole];
      for (const mtu of mtus) pieces = pieces.flatMap((piece) => fragmentsOf(piece, mtu));
      expect(Math.max(...pieces.map((piece) => piece.bytes))).toBeLessThanOrEqual(Math.max(Math.min(...mtus), 0));
      expect(pieces.reduce((sum, piece) => sum + payloadOf(piece), 0)).toBe(payloadOf(whole));
      for (const { part } of pieces) if (part !== undefined) expect(part.offset % 8).toBe(0);
      const order = pieces.map((piece) => ({ piece, at: luck.next().value as number })).sort((a, b) => a.at - b.at);
      const reassembly = new Reassembly();
      const made = order.map(({ piece }) => reassembly.take(piece, 0));
      expect(made.slice(0, -1).every((each) => each === undefined)).toBe(true);
      expect(made.at(-1)).toBe(whole);
      expect(reassembly.incomplete).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('a fragment that comes after 30 s does not complete', () => {
  const [first, second] = fragmentsOf(packet(1500), 1000);
  const reassembly = new Reassembly();
  expect(reassembly.take(first!, 0)).toBeUndefined();
  expect(reassembly.take(second!, 31e9)).toBeUndefined();
  expect(reassembly.incomplete).toBe(1);
});

it('no link is narrower than 68 bytes', () => {
  expect(() => fragmentsOf(packet(100), 67)).toThrow(/the least is 68/);
});
