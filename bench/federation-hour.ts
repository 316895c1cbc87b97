/**
 * An hour of a large federation: 100 clusters of 1,000 nodes and 10,000 pods each, in ten regions, one of which dies and comes back.
 * Processor time and memory.
 *
 * The million pods stand when the hour begins; with `BENCH_START=1` they are created then, and start. Half an hour passes until the region is
 * back. The load is counted by windows. `BENCH_CLUSTERS`, `BENCH_NODES` and `BENCH_PODS` (of one cluster) make it smaller.
 */
import { compile, startRun } from '../scenarios/compile/index.ts';
import { bundledLibrary } from '../scenarios/document/bundled-library.ts';
import { loadScenario } from '../scenarios/document/load.ts';

const STRETCH = { seconds: 60, gib: 8 };
const REGIONS = 10;
const SERVICES = 10;

function sizeOf(name: string, fallback: number): number {
  return Number(process.env[name] ?? fallback);
}

const clusters = sizeOf('BENCH_CLUSTERS', 100);
const nodes = sizeOf('BENCH_NODES', 1000);
const pods = sizeOf('BENCH_PODS', 10_000);
const standing = sizeOf('BENCH_START', 0) === 0;

function documentOf(): string {
  const services = Array.from({ length: SERVICES }, (_, service) => `app-${service}`);
  const each = Math.round((clusters * pods) / SERVICES);
  const members = Array.from({ length: clusters }, (_, member) => ({
    name: `c${member}`,
    region: `r${Math.floor((member * REGIONS) / clusters)}`,
  }));
  const near = members.filter(({ region }, i) => members.findIndex((other) => other.region === region) === i);
  return `
wavetank: 1
title: An hour of many clusters
question: What does the failover of a region cost?
duration: 60m
cluster:
  nodes: [{ count: ${nodes}, name: node, cpu: 16, memory: 64Gi }]
  pods:
${services.map((name) => `    - { count: ${each}, name: ${name}, cpu: 1, memory: 1Gi, replicas: ${each} }`).join('\n')}
fabric: { nodesPerRack: 20, spines: 4, hostLink: 10Gbps, uplink: 40Gbps }
scheduling: { rate: 100 }
environment: machine-room-bgp
scheme: calico-bgp
load:
  standing: ${standing}
  start: 5m
  thin: {}
  services:
${services.map((name) => `    - { name: ${name}, workers: 20, requests: [{ cpu: { exponential: { mean: 10ms } } }] }`).join('\n')}
  sources:
${near.map(({ name }, i) => `    - { name: from-${name}, to: app-${i}, near: ${name}, rate: 1000, timeout: 5s }`).join('\n')}
federation:
  profile: kubefed
  clusters:
${members.map(({ name, region }) => `    - { name: ${name}, region: ${region} }`).join('\n')}
  faults:
    - { at: 15m, for: 30m, region: r0 }
`;
}

const before = process.cpuUsage();
const wallMs = performance.now();
const document = loadScenario(documentOf(), 'hour.yaml', bundledLibrary);
const plan = compile(document);
const run = startRun(plan, plan.alternatives[0]!.name, 'hour/0');
const made = process.cpuUsage(before);
const result = run.finish();
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const gib = process.resourceUsage().maxRSS / 2 ** 20;
const { metrics, events } = result;
const minutes = (key: string): string => (metrics[key] === undefined ? '-' : (metrics[key] / 60e9).toFixed(1));
const verdict = (met: boolean): string => (met ? 'met' : 'missed');
console.log(`
An hour of ${clusters} clusters with ${nodes} nodes and ${pods} pods each, which ${standing ? 'stand from the start' : 'all start in it'}; \
one of ${REGIONS} regions dies
detected after ${minutes('timeToDetect')} min, decided ${minutes('timeToDecide')}, placed ${minutes('timeToPlace')}, \
served ${minutes('timeToServe')}; errors ${((metrics['requestErrors'] ?? 0) * 100).toFixed(3)} %
events ${events}, digest ${result.digest}
processor time ${seconds.toFixed(1)} s (of it made ready ${((made.user + made.system) / 1e6).toFixed(1)} s), elapsed \
${((performance.now() - wallMs) / 1000).toFixed(0)} s, memory at most ${gib.toFixed(2)} GiB
  stretch ${STRETCH.seconds} s: ${verdict(seconds <= STRETCH.seconds)}; ${STRETCH.gib} GiB: ${verdict(gib <= STRETCH.gib)}
`);
