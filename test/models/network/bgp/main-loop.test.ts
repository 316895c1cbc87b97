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
