import { ControlPlane } from '../../../../models/network/control-plane/control-plane.ts';
import type { ControlPlaneProfile } from '../../../../models/network/control-plane/profile.ts';
import { CONTROL_PLANES } from '../../../../models/network/control-plane/profiles.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

/** One millisecond. */
export const MS = 1e6;
/** One second. */
export const S = 1e9;

/** A control plane of round figures: nothing but what a test sets. */
export const PLAIN: ControlPlaneProfile = {
  title: 'a plain one',
  commitNs: 0,
  workers: 1,
  copyNs: 0,
  listObjectNs: 0,
  objectBytes: 1000,
  batchNs: 0,
  entryNs: 0,
  compareNs: 0,
  restNs: 0,
  reconnect: { firstNs: S, factor: 1, longestNs: S, jitter: 0 },
  source: 'a test',
  assumed: [],
};

/** A simulation with one control plane in it. */
export function bench(
  profile: Partial<ControlPlaneProfile>,
  nodes: number,
  oneWayNs = 0,
  seed = '1',
): { sim: { run(untilNs: number): void }; plane: ControlPlane; at: (timeNs: number, action: () => void) => void } {
  const sim = new Simulation();
  const plane = new ControlPlane(
    { ...PLAIN, ...profile },
    { sim, streams: new StreamSource(seed), nodes, oneWayNs, name: 'plane' },
  );
  let count = 0;
  const at = (timeNs: number, action: () => void): void => {
    sim.at(timeNs, sim.kind(`test ${count++}`, action));
  };
  const rest = sim.kind('test goes on', () => {});
  const run = (untilNs: number): void => {
    // A clock that has nothing left to do stands still, and runs have samples until their end.
    sim.at(untilNs, rest);
    sim.run(untilNs);
  };
  return { sim: { run }, plane, at };
}

/** Every kind that ships, by name. */
export const KINDS = Object.entries(CONTROL_PLANES) as [string, ControlPlaneProfile][];
