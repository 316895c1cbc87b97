import { describe, expect, it } from 'vitest';
import { Sender } from '../../../../models/network/control-plane/sender.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { exponential } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { Stations } from '../../../../sim/sharing/station/station.ts';

const WATCHERS = 100;
const COPY_NS = 10_000;
/** One version keeps the worker for a millisecond. */
const SERVICE_NS = WATCHERS * COPY_NS;

function arrivals(load: number, count: number): number[] {
  const stream = new StreamSource('1').stream('test', 'changes');
  let nowNs = 0;
  return Array.from({ length: count }, () => {
    nowNs += Math.round(exponential(stream, SERVICE_NS / load));
    return nowNs;
  });
}

/** When the last copy of each version leaves. */
function lastCopies(times: readonly number[]): number[] {
  const sender = new Sender(WATCHERS, 1, COPY_NS);
  return times.map((timeNs, index) => {
    sender.send(timeNs);
    return Math.max(...[...Array(WATCHERS).keys()].map((watcher) => sender.leavesNs(watcher, index + 1)));
  });
}

describe('a sender', () => {
  it('is a station of one server, to the nanosecond', () => {
    const times = arrivals(0.8, 2000);
    const sim = new Simulation();
    const ends: number[] = [];
    const stations = new Stations(sim, 'oracle', (tag) => {
      ends[tag] = sim.nowNs;
    });
    const station = stations.add({ servers: 1 });
    const arrive = sim.kind('arrive', (tag) => {
      stations.arrive(station, SERVICE_NS / 1e9, tag);
    });
    times.forEach((timeNs, tag) => {
      sim.at(timeNs, arrive, tag);
    });
    sim.run();
    expect(lastCopies(times)).toEqual(ends);
  });

  it.each([0.3, 0.6, 0.8])('waits as M/D/1 does at a load of %f', (load) => {
    const times = arrivals(load, 200_000);
    const sender = new Sender(WATCHERS, 1, COPY_NS);
    let waitedNs = 0;
    times.forEach((timeNs, index) => {
      sender.send(timeNs);
      // The first copy of a version leaves one copy after its service begins.
      const first = [...Array(WATCHERS).keys()].find((watcher) => {
        const leavesNs = sender.leavesNs(watcher, index + 1);
        return leavesNs < sender.leavesNs((watcher + WATCHERS - 1) % WATCHERS, index + 1);
      })!;
      waitedNs += sender.leavesNs(first, index + 1) - COPY_NS - timeNs;
    });
    // Pollaczek and Khinchine with constant service: load / (2 (1 - load)) services.
    const expected = (load / (2 * (1 - load))) * SERVICE_NS;
    expect(Math.abs(waitedNs / times.length / expected - 1)).toBeLessThan(0.05);
  });

  it('copies to every watcher once and in turn, and tells each of them in order', () => {
    const sender = new Sender(7, 2, COPY_NS);
    const first = new Set<number>();
    for (let version = 1; version <= 50; version++) {
      sender.send(0);
      const leave = [...Array(7).keys()].map((watcher) => sender.leavesNs(watcher, version));
      expect(new Set([leave[0], leave[2], leave[4], leave[6]]).size).toBe(4);
      expect(new Set([leave[1], leave[3], leave[5]]).size).toBe(3);
      first.add([0, 2, 4, 6].reduce((least, watcher) => (leave[watcher]! < leave[least]! ? watcher : least), 0));
      if (version > 1)
        for (let watcher = 0; watcher < 7; watcher++)
          expect(leave[watcher]).toBeGreaterThan(sender.leavesNs(watcher, version - 1));
    }
    expect(first.size).toBe(4);
  });

  it('counts only what has left when it stops', () => {
    const sender = new Sender(100, 1, COPY_NS);
    sender.send(0);
    sender.send(0);
    sender.stop(1_500_000);
    expect([sender.copies, sender.busyNs]).toEqual([150, 1_500_000]);
    sender.send(5_000_000);
    sender.stop(5_000_000);
    expect([sender.copies, sender.busyNs]).toEqual([150, 1_500_000]);
  });
});
