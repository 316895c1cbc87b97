/** Small networks for tests: hosts of one subnet on bridges. */

import { Layer2Network, type Layer2Settings } from '../../../../models/network/layer2/layer2-network.ts';
import type { PortVlans } from '../../../../models/network/layer2/vlan.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

export const IP = (last: number): number => 0x0a000000 + last;
export const MS = 1e6;
export const S = 1e9;

export class SmallNetwork {
  readonly simulation = new Simulation();
  readonly network: Layer2Network;
  /** The clock stands still when nothing is left to do. */
  readonly #alarm = this.simulation.kind('a test waits', () => undefined);

  constructor(settings: Layer2Settings = {}) {
    this.network = new Layer2Network(this.simulation, new StreamSource('test'), settings);
  }

  bridge(): number {
    return this.network.ethernet.addBridge();
  }

  /** A host on a bridge; its address ends in its number. */
  host(bridge: number, vlans?: PortVlans, kernel?: number): number {
    const host = this.network.addHost(kernel === undefined ? {} : { kernel });
    const port = this.network.addInterface(host, IP(host), { prefix: 8 });
    this.network.ethernet.connect(port, this.network.ethernet.addBridgePort(bridge, vlans));
    return host;
  }

  hosts(bridge: number, count: number): number[] {
    return Array.from({ length: count }, () => this.host(bridge));
  }

  link(a: number, b: number, vlans: PortVlans = { trunk: 'all', native: 1 }): number {
    const { ethernet } = this.network;
    const port = ethernet.addBridgePort(a, vlans);
    ethernet.connect(port, ethernet.addBridgePort(b, vlans));
    return port;
  }

  send(from: number, to: number): void {
    this.network.sendPacket(from, { source: IP(from), destination: IP(to), bytes: 60 });
  }

  /** Sends and lets pass some time. */
  sendAndWait(from: number, to: number, ns: number): void {
    this.send(from, to);
    this.wait(ns);
  }

  wait(ns: number): void {
    this.simulation.after(ns, this.#alarm);
    this.simulation.run(this.simulation.nowNs + ns);
  }

  counts(host: number) {
    return this.network.countsOf(host);
  }

  port(host: number): number {
    return this.network.interfacesOf(host)[0]!;
  }
}
