/** What a router wrote while nothing came over leaves later, or never. */
import { describe, expect, it } from 'vitest';
import type { Daemon } from '../../../../models/network/bgp/configuration.ts';
import { cabled } from '../../../../models/network/bgp/designs.ts';
import { type BgpMessage, NOTIFICATION } from '../../../../models/network/bgp/message.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { nextTryNs } from '../../../../models/network/bgp/retransmission.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

interface Left {
  readonly seconds: number;
  readonly speaker: number;
  readonly kind: BgpMessage['kind'];
  readonly code: number | undefined;
}

/** Two routers; the first drops all packets from 20 s to 33 s, hold time 9 s. */
function silenced(daemon: Daemon, direction: 'in' | 'both', seed = 'last words'): { during: Left[]; after: Left[] } {
  const sim = new Simulation();
  const left: Left[] = [];
  const routers = [1, 2].map((i) => ({ name: `r${i}`, asn: 65_000 + i }));
  const configuration = cabled(routers, [{ a: 0, b: 1 }], { daemon });
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (end, message) =>
      left.push({
        seconds: sim.nowNs / NS_PER_SECOND,
        speaker: network.ends.speakerOf[end]!,
        kind: message.kind,
        code: message.kind === 'notification' ? message.code : undefined,
      }),
  });
  for (const speaker of [0, 1]) network.start(speaker);
  sim.run(20 * NS_PER_SECOND);
  left.length = 0;
  network.setSilent(0, 0, direction, true);
  sim.run(33 * NS_PER_SECOND);
  const during = left.splice(0);
  network.setSilent(0, 0, direction, false);
  sim.run(45 * NS_PER_SECOND);
  return { during, after: left };
}

const count = (left: readonly Left[], speaker: number, kind: BgpMessage['kind']): number =>
  left.filter((each) => each.speaker === speaker && each.kind === kind).length;

const expiries = (left: readonly Left[], speaker: number): number =>
  left.filter((each) => each.speaker === speaker && each.code === NOTIFICATION.holdTimer.code).length;

const lastWord = (left: readonly Left[]): Left | undefined =>
  left.find(({ speaker, code }) => speaker === 0 && code === NOTIFICATION.holdTimer.code);

const MANY = Array.from({ length: 20 }, (_, seed) => silenced('frr', 'both', `last words ${seed}`));

describe('messages that do not come over', () => {
  it('wait in the kernel of a router whose own port drops them, and leave in one piece with the next try', () => {
    for (const { during, after } of MANY) {
      expect(count(during, 0, 'keepalive') + count(during, 0, 'notification')).toBe(0);
      const said = lastWord(after);
      if (said === undefined) continue;
      expect(said.seconds).toBeGreaterThan(33);
      expect(said.seconds).toBeLessThan(36.5);
      const together = after.filter(({ speaker, seconds }) => speaker === 0 && seconds === said.seconds);
      expect(together.filter(({ kind }) => kind === 'keepalive').length).toBeGreaterThanOrEqual(2);
    }
  });

  it('are lost where the neighbour tries first: its segment finds the connection closed, and has it reset', () => {
    const heard = MANY.filter(({ after }) => lastWord(after) !== undefined);
    expect(heard.length).toBeGreaterThan(MANY.length / 2);
    expect(heard.length).toBeLessThan(MANY.length);
  });

  it('leave after a silence in one direction with the acknowledgement of the first', () => {
    const deaf = Array.from({ length: 20 }, (_, seed) => silenced('frr', 'in', `deaf ${seed}`));
    for (const { during } of deaf) expect(count(during, 0, 'keepalive')).toBe(1);
    expect(deaf.some(({ after }) => lastWord(after) !== undefined)).toBe(true);
  });

  it('wait at its neighbour for the acknowledgement of the first, and never leave', () => {
    const { during, after } = silenced('frr', 'both');
    expect(count(during, 1, 'keepalive')).toBe(1);
    expect(expiries(during, 1) + expiries(after, 1)).toBe(0);
  });

  it('leave one by one where the daemon has turned Nagle’s algorithm off', () => {
    const slow = silenced('gobgp', 'both').during;
    expect(count(slow, 1, 'keepalive')).toBe(2);
    expect(expiries(slow, 1)).toBe(1);
  });
});

describe('the next try of TCP', () => {
  const ms = 1e6;
  const held = { answerNs: 0, hasProbe: false };

  it('comes twice as late each time, on the ticks of a clock that is coarser the farther it is', () => {
    expect(nextTryNs(0, 0, held)).toBe(208 * ms);
    expect(nextTryNs(0, 209 * ms, held)).toBe((Math.floor((208 + 408) / 32) + 1) * 32 * ms);
    const far = nextTryNs(0, 7_500 * ms, held);
    expect(far % (256 * ms)).toBe(0);
    expect(far / ms).toBeGreaterThan(12_852);
    expect(far / ms).toBeLessThan(13_600);
  });

  it('comes once more at first where the segment left its host', () => {
    const lost = { answerNs: 0, hasProbe: true };
    expect(nextTryNs(0, 209 * ms, lost)).toBe((208 + 204 + 4) * ms);
    expect(nextTryNs(0, 417 * ms, lost)).toBe((Math.floor((416 + 408) / 32) + 1) * 32 * ms);
  });

  it('comes later the longer answers take', () => {
    expect(nextTryNs(0, 0, { answerNs: 9 * ms, hasProbe: false })).toBe(216 * ms);
    const late = nextTryNs(0, 7_500 * ms, { answerNs: 27 * ms, hasProbe: false });
    expect(late - nextTryNs(0, 7_500 * ms, held)).toBeGreaterThan(1_200 * ms);
  });
});
