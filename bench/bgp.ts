/**
 * What BGP costs at scale: processor time and memory of a cold start, of one prefix that goes and comes, and of a node that
 * dies in silence (hold time 9 s), and how they grow with the size of the network.
 *
 * Each row runs in a process of its own, so that its memory is its own: the peak of the whole process, with the program.
 */
import { spawnSync } from 'node:child_process';
import type { BgpConfiguration } from '../models/network/bgp/configuration.ts';
import { fullMesh, leafSpine, reflected } from '../models/network/bgp/designs.ts';
import { BgpNetwork } from '../models/network/bgp/network.ts';
import { NS_PER_SECOND } from '../sim/engine/sim-time.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import { StreamSource } from '../sim/random/stream.ts';

const SPINES = 16;
const REFLECTORS = 3;
/** More than the fabric of 5,000 nodes on reflectors needs in one typed array. */
const HEAP_MIB = 8192;

interface Design {
  readonly what: string;
  readonly sizes: readonly number[];
  make(size: number): BgpConfiguration;
}

const DESIGNS: Readonly<Record<string, Design>> = {
  mesh: { what: 'full mesh of nodes', sizes: [250, 500, 1000], make: (size) => fullMesh(size) },
  clos: { what: `leaves on ${SPINES} spines`, sizes: [128, 256, 512], make: (size) => leafSpine(SPINES, size, false) },
  reflectors: {
    what: `nodes on ${REFLECTORS} reflectors`,
    sizes: [1250, 2500, 5000],
    make: (size) => reflected(REFLECTORS, size),
  },
};

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Every router knows every range, or the figures would be of something else. */
function checkKnown(network: BgpNetwork, { speakers }: BgpConfiguration): void {
  const all = speakers.flatMap(({ networks }) => networks.map((prefix) => network.prefixes.idOf(prefix)));
  for (const speaker of speakers.keys())
    for (const prefix of all)
      if (network.paths(speaker, prefix).length === 0)
        throw new Error(`${speakers[speaker]!.name} does not know all ranges`);
}

/** One row: runs the network, and prints what each step took. */
function measure(design: Design, size: number): void {
  const configuration = design.make(size);
  const sim = new Simulation();
  let lapped = cpuSeconds();
  const lap = (): string => {
    const now = cpuSeconds();
    const text = (now - lapped).toFixed(2).padStart(8);
    lapped = now;
    return text;
  };
  const network = new BgpNetwork({ sim, streams: new StreamSource('1') }, configuration);
  const built = lap();
  for (let speaker = 0; speaker < configuration.speakers.length; speaker++) network.start(speaker);
  const runFor = (seconds: number): void => void sim.run(sim.nowNs + seconds * NS_PER_SECOND);
  // FRR waits up to ten seconds for its peers before it tells the first of them.
  runFor(40);
  const started = lap();
  checkKnown(network, configuration);
  const last = configuration.speakers.length - 1;
  const prefix = configuration.speakers[last]!.networks[0]!;
  network.withdraw(last, prefix);
  runFor(5);
  network.announce(last, prefix);
  runFor(5);
  const moved = lap();
  for (const [segment, { members }] of configuration.segments.entries())
    if (members.some(({ speaker }) => speaker === last)) network.setSilent(last, segment, 'both', true);
  runFor(20);
  const died = lap();
  if (network.paths(0, network.prefixes.idOf(prefix)).length > 0) throw new Error('the dead node is still known');
  const mib = Math.round(process.resourceUsage().maxRSS / 1024);
  const millions = (count: number): string => (count / 1e6).toFixed(2).padStart(9);
  console.log(
    `| ${design.what} | ${String(size).padStart(5)} | ${String(network.ends.count / 2).padStart(8)} |` +
      `${millions(network.updatesSent)} |${millions(network.pathsPeak)} |` +
      `${built} |${started} |${moved} |${died} | ${String(mib).padStart(5)} |`,
  );
}

const [, program, name, size] = process.argv;
if (name !== undefined) measure(DESIGNS[name]!, Number(size));
else {
  console.log(
    '| network | size | sessions | updates (million) | paths (million) | built (s) | cold start (s) | prefix (s) | death (s) | MiB |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [each, { sizes }] of Object.entries(DESIGNS)) {
    for (const one of sizes) {
      const run = spawnSync(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, program!, each, String(one)], {
        stdio: 'inherit',
      });
      if (run.status !== 0) console.log(`| ${each} | ${one} | failed with status ${run.status} |`);
    }
  }
}
