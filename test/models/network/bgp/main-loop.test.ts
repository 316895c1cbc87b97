/** In which order a daemon with a main loop reads its sockets, and in which it tells its neighbours. */
import { describe, expect, it } from 'vitest';
import { fullMesh } from '../../../../models/network/bgp/designs.ts';
import { MainLoop, type SocketItem } from '../../../../models/network/bgp/main-loop.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const NEWS: readonly SocketItem[] = [{ kind: 'keepalive' }];
const OPENED: readonly SocketItem[] = [{ kind: 'connected' }];

/** One daemon; what it read, turn by turn. */
function loop() {
  const sim = new Simulation();
  const turns: number[][] = [];
  let turn: number[] = [];
  const main: MainLoop = new MainLoop(
    { sim, streams: new StreamSource('loop') },
    { speakers: fullMesh(2).speakers.slice(0, 1), segments: [] },
    {
      read: (end) => turn.push(end),
      letters: () => {
        turns.push(turn);
        turn = [];
        return [];
      },
      send: () => {},
    },
  );
  /** Sockets are opened in this order, and read. */
  const open = (ends: readonly number[]): void => {
    for (const end of ends) main.deliver(0, end, 1, OPENED);
    sim.run(sim.nowNs + NS_PER_SECOND);
    turns.length = 0;
  };
  const news = (ends: readonly number[]): void => {
    for (const end of ends) main.deliver(0, end, 1, NEWS);
  };
  return { sim, main, turns, open, news };
}

describe('the sockets of a main loop', () => {
  it('are read in the order in which they were opened, whatever came first', () => {
    const { sim, turns, open, news } = loop();
    open([3, 1, 2]);
    news([2, 1, 3]);
    sim.run(sim.nowNs + NS_PER_SECOND);
    expect(turns).toEqual([[3, 1, 2]]);
  });

  it('are read four in a turn, and the next turn goes on behind them though the first have news again', () => {
    const { sim, main, turns, open, news } = loop();
    open([5, 4, 3, 2, 1, 0]);
    news([0, 1, 2, 3, 4, 5]);
    while (turns.length === 0) sim.run(sim.nowNs + 1000);
    news([5, 4]);
    sim.run(sim.nowNs + NS_PER_SECOND);
    expect(turns).toEqual([
      [5, 4, 3, 2],
      [1, 0],
      [5, 4],
    ]);
    // The end of the list was reached: the next turn begins at its first.
    turns.length = 0;
    main.deliver(0, 3, 2, OPENED);
    news([0, 5]);
    sim.run(sim.nowNs + NS_PER_SECOND);
    // A new connection stands at the end.
    expect(turns).toEqual([[5, 0, 3]]);
  });
});

describe('what comes up while a daemon tells its neighbours', () => {
  /** Two daemons on one processor that have something to tell at instants; when they begin to, in us. */
  function told() {
    const sim = new Simulation();
    const toTell = [1, 1];
    const begun: [speaker: number, atUs: number][] = [];
    const main: MainLoop = new MainLoop(
      { sim, streams: new StreamSource('more') },
      { speakers: fullMesh(2).speakers, segments: [], sharedProcessors: 1 },
      {
        read: () => {},
        letters: (speaker) => {
          const letters = toTell[speaker]! > 0 ? [{ ends: [1, 2, 3], messages: [] }] : [];
          toTell[speaker] = 0;
          begun.push([speaker, sim.nowNs / 1000]);
          return letters;
        },
        send: () => {},
      },
    );
    return { sim, main, toTell, begun };
  }

  it('is told in a turn of its own, without waiting for a neighbour to say something', () => {
    const { sim, main, toTell, begun } = told();
    main.wake(0);
    while (begun.length === 0) sim.run(sim.nowNs + 1000);
    toTell[0] = 1;
    main.wake(0);
    sim.run(NS_PER_SECOND);
    expect(begun.map(([speaker]) => speaker)).toEqual([0, 0]);
    expect(toTell[0]).toBe(0);
    // And nothing more is set when nothing more came up.
    main.wake(0);
    sim.run(2 * NS_PER_SECOND);
    expect(begun).toHaveLength(3);
  });

  it('waits no longer for the processor when the daemon is killed that had it', () => {
    const { sim, main, begun } = told();
    main.wake(0);
    while (begun.length === 0) sim.run(sim.nowNs + 1000);
    main.clear(0);
    main.wake(1);
    sim.run(NS_PER_SECOND);
    expect(begun.map(([speaker]) => speaker)).toEqual([0, 1]);
  });
});

describe('a turn of a main loop', () => {
  /** Times at which three neighbours are told of a change of the daemon's own, us after its begin. */
  const told = (seed: string): number[] => {
    const sim = new Simulation();
    const times: number[] = [];
    let isChanged = true;
    const main: MainLoop = new MainLoop(
      { sim, streams: new StreamSource(seed) },
      { speakers: fullMesh(2).speakers.slice(0, 1), segments: [] },
      {
        read: () => {},
        letters: () => {
          if (!isChanged) return [];
          isChanged = false;
          return [{ ends: [1, 2, 3], messages: [] }];
        },
        send: ({ ends }) => {
          expect(ends).toEqual([times.length + 1]);
          times.push(sim.nowNs / 1000);
        },
      },
    );
    main.wake(0);
    sim.run(NS_PER_SECOND);
    return times;
  };
  const turns = Array.from({ length: 600 }, (_, i) => told(`turn ${i}`));
  const share = (is: (times: readonly number[]) => boolean): number => turns.filter(is).length / turns.length;

  it('tells one neighbour after the other, 10 to 50 us apart where it is not stopped', () => {
    for (const times of turns) {
      expect(times).toHaveLength(3);
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(10);
      expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(10);
    }
    expect(share(([a, b, c]) => b! - a! <= 50 && c! - b! <= 50)).toBeGreaterThan(0.5);
  });

  it('is stopped after the first as often as recorded, 11 times of 38, and then often after the next', () => {
    const isStopped = (from: number, to: number): boolean => to - from > 100;
    const first = share(([a, b]) => isStopped(a!, b!));
    // Four standard errors of 600 turns are 0.075.
    expect(Math.abs(first - 11 / 38)).toBeLessThan(0.08);
    const again = share(([a, b, c]) => isStopped(a!, b!) && isStopped(b!, c!)) / first;
    expect(again).toBeGreaterThan(0.3);
    expect(again).toBeLessThan(0.6);
    expect(share(([a, b, c]) => !isStopped(a!, b!) && isStopped(b!, c!))).toBeLessThan(0.1);
  });
});
