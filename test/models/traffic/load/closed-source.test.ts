import { describe, expect, it } from 'vitest';
import { ClosedSource } from '../../../../models/traffic/load/closed-source.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const SECOND = 1e9;

/** Users who think for two seconds; whom tests answer. */
function world(users: number, endSeconds = 1000) {
  const sim = new Simulation();
  const asked: [user: number, second: number][] = [];
  const thought = sim.kind('thought', (_number, user) => source.due(user));
  const nothing = sim.kind('time has come', () => {});
  const plan = {
    kind: 'closed',
    name: 'users',
    call: { service: 'a', request: 'get' },
    users,
    think: { kind: 'constant', value: 2 },
  } as const;
  const source = new ClosedSource(plan, { sim, streams: new StreamSource('closed'), thought, number: 0 }, (user) =>
    asked.push([user, sim.nowNs / SECOND]),
  );
  source.begin(endSeconds * SECOND);
  const until = (second: number): [number, number][] => {
    sim.at(second * SECOND, nothing);
    sim.run(second * SECOND);
    return asked.splice(0);
  };
  return { source, until };
}

describe('users of a closed source', () => {
  it('think, ask, and think again from the answer on', () => {
    const { source, until } = world(2);
    expect(until(10)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    source.answered(1);
    expect(until(20)).toEqual([[1, 12]]);
    source.answered(0);
    expect(until(30)).toEqual([[0, 22]]);
  });

  it('who stay are not disturbed by those who come and go', () => {
    const { source, until } = world(2);
    until(1);
    source.setUsers(3);
    expect(source.users).toBe(3);
    expect(until(2.5)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(until(5)).toEqual([[2, 3]]);
    source.answered(0);
    until(6);
    source.setUsers(1);
    expect(until(20)).toEqual([[0, 7]]);
  });

  it('who leave while they think ask no more; who wait for an answer get it and ask no more', () => {
    const { source, until } = world(3);
    until(3);
    source.answered(1);
    source.setUsers(1);
    source.answered(2);
    expect(until(10)).toEqual([]);
    source.answered(0);
    expect(until(20)).toEqual([[0, 12]]);
    // One who comes back begins to think anew, and once.
    source.setUsers(2);
    source.setUsers(2);
    expect(until(30)).toEqual([[1, 22]]);
  });

  it('nobody asks at the end or after it', () => {
    const { source, until } = world(1, 5);
    expect(until(3)).toEqual([[0, 2]]);
    source.answered(0);
    expect(until(50)).toEqual([]);
  });
});
