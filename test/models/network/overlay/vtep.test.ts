/** Tunnel ends that learn, age, and keep networks apart. */
import { describe, expect, it } from 'vitest';
import { Layer2Network } from '../../../../models/network/layer2/layer2-network.ts';
import { serveVteps, Vtep } from '../../../../models/network/overlay/vtep.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const NODE = 0xc0a80001 | 0;
const POD = 0x0a000001;

/** Nodes with one end for each of `vnis`, and one container behind each end; all ends flood to all others. */
function overlay(nodes: number, vnis: readonly number[]) {
  const simulation = new Simulation();
  const alarm = simulation.kind('a test waits', () => undefined);
  const network = new Layer2Network(simulation, new StreamSource('vtep'));
  const underlay = network.ethernet.addBridge();
  const sites = Array.from({ length: nodes }, (_, i) => {
    const node = network.addHost();
    const port = network.addInterface(node, NODE + i, { prefix: 16 });
    network.ethernet.connect(port, network.ethernet.addBridgePort(underlay));
    const vteps = vnis.map((vni) => new Vtep(simulation, network, { node, address: NODE + i, vni }));
    serveVteps(network, node, vteps);
    const pods = vteps.map((vtep) => {
      const pod = network.addHost();
      network.ethernet.connect(network.addInterface(pod, POD + i, { prefix: 8 }), vtep.port);
      for (let other = 0; other < nodes; other++) if (other !== i) vtep.addDefault(NODE + other);
      return pod;
    });
    return { vteps, pods };
  });
  const wait = (ns: number): void => {
    simulation.after(ns, alarm);
    simulation.run(simulation.nowNs + ns);
  };
  const send = (vni: number, from: number, to: number): void => {
    network.sendPacket(sites[from]!.pods[vni]!, { source: POD + from, destination: POD + to, bytes: 100 });
    wait(1e6);
  };
  const received = (vni: number) => sites.map(({ pods }) => network.countsOf(pods[vni]!).packetsReceived);
  return { network, sites, send, wait, received };
}

describe('ends of VXLAN', () => {
  it('send only where they have learned, once both have spoken', () => {
    const { sites, send } = overlay(5, [7]);
    send(0, 0, 3);
    const sent = sites[0]!.vteps[0]!.counts.framesSent;
    expect(sent).toBe(5);
    send(0, 0, 3);
    expect(sites[0]!.vteps[0]!.counts.framesSent).toBe(sent + 1);
    expect(sites[3]!.vteps[0]!.counts.floods).toBe(0);
  });

  it('believe what was written by hand, whatever comes from elsewhere', () => {
    const { network, sites, send } = overlay(3, [7]);
    const [a, b] = [sites[0]!.vteps[0]!, sites[1]!.pods[0]!];
    a.addStatic(network.ethernet.macOf(network.interfacesOf(b)[0]!), NODE + 2);
    send(0, 1, 0);
    const { framesReceived } = sites[2]!.vteps[0]!.counts;
    send(0, 0, 1);
    expect(sites[2]!.vteps[0]!.counts.framesReceived).toBe(framesReceived + 1);
  });

  it('keep networks apart, though addresses are the same', () => {
    const { received, send } = overlay(3, [7, 8]);
    send(0, 0, 1);
    send(1, 1, 2);
    expect(received(0)).toEqual([0, 1, 0]);
    expect(received(1)).toEqual([0, 0, 1]);
  });

  it('forget after 300 s and flood again', () => {
    const { sites, send, wait } = overlay(4, [7]);
    send(0, 0, 1);
    const end = sites[0]!.vteps[0]!;
    expect(end.entries).toBe(3 + 1);
    wait(301e9);
    expect(end.entries).toBe(3);
    const { framesSent } = end.counts;
    send(0, 0, 1);
    expect(end.counts.framesSent).toBe(framesSent + 3);
  });

  it('release every frame and packet', () => {
    const { network, send, wait } = overlay(4, [7]);
    send(0, 0, 1);
    send(0, 2, 3);
    wait(10e9);
    expect(network.ethernet.frames.inFlight).toBe(0);
    expect(network.packets.inFlight).toBe(0);
  });

  it('refuse a number of more than 24 bits', () => {
    expect(() => overlay(2, [2 ** 24])).toThrow(/a VNI is 0 to 16777215/);
  });
});
