/** Paths for tests: one router between two nodes of MTU 1,500. */

import { type MtuDiscovery, PathDatagrams } from '../../../../models/network/overlay/path-datagrams.ts';
import type { PathSettings } from '../../../../models/network/overlay/path-settings.ts';
import { PathTcp, type TcpSettings } from '../../../../models/network/overlay/path-tcp.ts';
import { TunnelPath } from '../../../../models/network/overlay/tunnel-path.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

export const S = 1e9;
export const ROUTER = { name: 'router', kind: 'router' as const };

export const VXLAN: PathSettings = {
  podMtu: 1450,
  tunnel: { encapsulation: 'vxlan' },
  attachment: 'routed',
  fabric: [ROUTER],
  linkMtus: [1500, 1500],
};

/** A path on which the clock goes on when nothing happens. */
export class PathRun {
  readonly simulation = new Simulation();
  readonly path: TunnelPath;
  readonly #alarm = this.simulation.kind('a test waits', () => undefined);

  constructor(changes: Partial<PathSettings> = {}) {
    this.path = new TunnelPath(this.simulation, { ...VXLAN, ...changes });
  }

  wait(ns: number): void {
    this.simulation.after(ns, this.#alarm);
    this.simulation.run(this.simulation.nowNs + ns);
  }

  tcp(bytes: number, seconds: number, settings: TcpSettings = {}) {
    const tcp = new PathTcp(this.simulation, this.path, settings);
    tcp.write(bytes);
    this.wait(seconds * S);
    return { tcp, ...tcp.outcome() };
  }

  datagrams(sizes: readonly number[], discovery: MtuDiscovery = 'want') {
    const udp = new PathDatagrams(this.simulation, this.path, discovery);
    for (const size of sizes) {
      udp.send(size);
      this.wait(0.1 * S);
    }
    return udp.outcome();
  }

  drops(): string[] {
    return this.path.drops().map(({ place, why, packets }) => `${place}: ${why}, ${packets}`);
  }
}
