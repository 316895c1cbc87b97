/** When FRR tries again: after it was refused, after it gave a peer up, and after a daemon that was starting broke a connection off. */
import { describe, expect, it } from 'vitest';
import { cabled, leafSpine, SHORT_TIMERS } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

/** A pair of routers, and what they say. */
function pair(seed: string) {
  const sim = new Simulation();
  const told: { readonly ns: TimeNs; readonly speaker: number; readonly text: string }[] = [];
  const downs: TimeNs[] = [];
  const routers = [1, 2].map((i) => ({ name: `r${i}`, asn: 65_000 + i }));
  const configuration = cabled(routers, [{ a: 0, b: 1 }], { timers: SHORT_TIMERS });
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (end, message) => {
      const text = message.kind === 'notification' ? `${message.code}/${message.subcode}` : message.kind;
      told.push({ ns: sim.nowNs, speaker: network.ends.speakerOf[end]!, text });
    },
    session: (_, up) => {
      if (!up) downs.push(sim.nowNs);
    },
  });
  return { sim, network, told, downs };
}

describe('FRR tries again', () => {
  it('a second after the start of a daemon that broke its connection off, as that daemon does: they often collide', () => {
    let [refused, collided] = [0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const { sim, network, told } = pair(`${seed}`);
      network.start(0);
      sim.run(985 * NS_PER_MS);
      network.start(1);
      sim.run(10 * NS_PER_SECOND);
      if (!told.some(({ text }) => text === '5/0')) continue;
      refused++;
      if (told.some(({ text }) => text === '6/7')) collided++;
      expect(network.established(0)).toBe(true);
    }
    expect(refused).toBeGreaterThan(100);
    expect(collided / refused).toBeGreaterThan(0.25);
    expect(collided / refused).toBeLessThan(0.75);
  });

  it('after its connect retry time where nobody listened: all neighbours of a killed router come back together', () => {
    const sim = new Simulation();
    const opens: { readonly ns: TimeNs; readonly speaker: number }[] = [];
    const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource('refused') }, leafSpine(1, 8, true), {
      message: (end, { kind }) => {
        if (kind === 'open') opens.push({ ns: sim.nowNs, speaker: network.ends.speakerOf[end]! });
      },
    });
    for (let speaker = 0; speaker < 9; speaker++) network.start(speaker);
    sim.run(20 * NS_PER_SECOND);
    opens.length = 0;
    network.kill(0);
    // Two seconds of idle hold, a first try in vain, and one a second later.
    sim.run(22_500 * NS_PER_MS);
    network.start(0);
    sim.run(23_200 * NS_PER_MS);
    const times = opens.filter(({ speaker }) => speaker !== 0).map(({ ns }) => ns / NS_PER_MS - 20_000);
    expect(times).toHaveLength(8);
    expect(Math.min(...times)).toBeGreaterThan(2_999);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(2);
  });

  it('a second after it gave a silent peer up, and two after an operator broke the session off', () => {
    const lost = pair('lost');
    for (const speaker of [0, 1]) lost.network.start(speaker);
    lost.sim.run(20 * NS_PER_SECOND);
    lost.network.setSilent(0, 0, 'both', true);
    while (lost.downs.length < 2) lost.sim.run(lost.sim.nowNs + NS_PER_MS);
    lost.network.setSilent(0, 0, 'both', false);
    const from = lost.told.length;
    lost.sim.run(lost.sim.nowNs + 5 * NS_PER_SECOND);
    const open = lost.told.slice(from).find(({ text }) => text === 'open');
    expect((open!.ns - lost.downs[0]!) / NS_PER_SECOND).toBeGreaterThan(0.999);
    expect((open!.ns - lost.downs[0]!) / NS_PER_SECOND).toBeLessThan(1.1);

    const reset = pair('reset');
    for (const speaker of [0, 1]) reset.network.start(speaker);
    reset.sim.run(20 * NS_PER_SECOND);
    const before = reset.told.length;
    reset.network.resetSession(0, 1);
    reset.sim.run(25 * NS_PER_SECOND);
    const again = reset.told.slice(before).find(({ text }) => text === 'open');
    expect(again!.ns / NS_PER_SECOND).toBeGreaterThan(21.999);
    expect(again!.ns / NS_PER_SECOND).toBeLessThan(22.1);
  });
});
