/**
 * What a control plane costs at scale: processor time and memory to tell 5,000 nodes, and fewer, of pods that start at a steady
 * rate, with the server away for half a minute and a full list for every watcher afterwards.
 *
 * A node and a change together are one step: a copy that is sent, taken and programmed.
 */
import { ControlPlane } from '../models/network/control-plane/control-plane.ts';
import { CONTROL_PLANES, type ControlPlaneKind } from '../models/network/control-plane/profiles.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../sim/engine/sim-time.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import { StreamSource } from '../sim/random/stream.ts';

interface Row {
  readonly kind: ControlPlaneKind;
  readonly nodes: number;
  readonly pods: number;
}

const PODS = 15_000;
const GAP_NS = 20 * NS_PER_MS;
const ROWS: readonly Row[] = [
  { kind: 'kubernetes', nodes: 1250, pods: PODS },
  { kind: 'kubernetes', nodes: 2500, pods: PODS },
  { kind: 'kubernetes', nodes: 5000, pods: PODS },
  { kind: 'typha', nodes: 5000, pods: PODS },
  { kind: 'ovn', nodes: 5000, pods: PODS },
  { kind: 'kubernetes', nodes: 5000, pods: 4 * PODS },
];

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function measure({ kind, nodes, pods }: Row): void {
  const before = cpuSeconds();
  const sim = new Simulation();
  const streams = new StreamSource('1');
  const plane = new ControlPlane(CONTROL_PLANES[kind], { sim, streams, nodes, oneWayNs: 50_000, name: 'bench' });
  plane.begin(Array.from({ length: nodes }, (_, node) => node));
  const start = sim.kind('pod starts', (pod) => {
    plane.announce(nodes + pod, pod % nodes);
    if (pod + 1 < pods) sim.after(GAP_NS, start, pod + 1);
  });
  sim.at(0, start, 0);
  sim.at(
    60 * NS_PER_SECOND,
    sim.kind('away', () => plane.goAway()),
  );
  sim.at(
    90 * NS_PER_SECOND,
    sim.kind('back', () => plane.comeBackNow()),
  );
  const endNs = pods * GAP_NS + 2000 * NS_PER_SECOND;
  sim.at(
    endNs,
    sim.kind('end', () => {}),
  );
  sim.run(endNs);
  const told = plane.toldNs().sort();
  const seconds = cpuSeconds() - before;
  const step = (seconds * 1e9) / (nodes * pods);
  const cells = [
    kind.padEnd(12),
    String(nodes).padStart(6),
    String(pods).padStart(8),
    seconds.toFixed(2).padStart(8),
    step.toFixed(0).padStart(9),
    (process.memoryUsage().rss / 2 ** 20).toFixed(0).padStart(9),
    (told[told.length >> 1]! / NS_PER_SECOND).toFixed(2).padStart(11),
  ];
  console.log(cells.join(' '));
}

console.log('kind          nodes     pods    CPU s   ns/step   RSS MiB   told p50 s');
for (const row of ROWS) measure(row);
