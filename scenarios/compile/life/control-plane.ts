/**
 * The control plane of one living cluster: its API server, its scheduler and its controller manager, each of which may be away for a while.
 *
 * Without the API server the other two can do nothing, and give their leases up when that lasts. Several faults may hold one part away.
 * Left out: several API servers behind one name, etcd, whose loss is that of the API server here.
 */
import { type Hindrance, LeaderElection } from '../../../models/cluster/control-plane/leader-election.ts';
import { Presence } from '../../../models/cluster/control-plane/presence.ts';
import type { ControlPlanePart } from '../../../models/world/faults.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';

const NAMES: Readonly<Record<ControlPlanePart, string>> = {
  server: 'API server',
  scheduler: 'scheduler',
  controllers: 'controller manager',
};

/** Hears of parts, in words. */
export type ControlPlaneListener = (mark: 'part-away' | 'part-back' | 'part-acts', words: string) => void;

/** The parts of one cluster. */
export class ControlPlane {
  readonly server = new Presence();
  readonly scheduler = new Presence();
  readonly controllers = new Presence();
  readonly #elections: Readonly<Record<'scheduler' | 'controllers', LeaderElection>>;
  readonly #holds: Record<ControlPlanePart, number> = { server: 0, scheduler: 0, controllers: 0 };
  readonly #listener: ControlPlaneListener;

  constructor(sim: Simulation, streams: StreamSource, listener: ControlPlaneListener) {
    this.#listener = listener;
    const election = (part: 'scheduler' | 'controllers'): LeaderElection => {
      this[part].onReturn((anew) => listener('part-acts', `${NAMES[part]}${anew ? ', with a new lease' : ''}`));
      return new LeaderElection(sim, streams.stream('control plane', `lease of ${part}`), this[part], NAMES[part]);
    };
    this.#elections = { scheduler: election('scheduler'), controllers: election('controllers') };
  }

  /** A fault takes hold of a part, or lets go of it. */
  hold(part: ControlPlanePart, holds: boolean): void {
    const before = this.#holds[part];
    this.#holds[part] += holds ? 1 : -1;
    if (before > 0 === this.#holds[part] > 0) return;
    this.#listener(holds ? 'part-away' : 'part-back', NAMES[part]);
    if (part === 'server' && holds) this.server.leave();
    for (const elected of ['controllers', 'scheduler'] as const)
      this.#elections[elected].hindered(this.#hindrance(elected));
    if (part === 'server' && !holds) this.server.comeBack(false);
  }

  #hindrance(part: 'scheduler' | 'controllers'): Hindrance {
    if (this.#holds[part] > 0) return 'dead';
    return this.#holds.server > 0 ? 'no-server' : 'none';
  }
}
