/**
 * A day of a cluster that lives: 100 nodes, up to 3,000 pods of ten applications with three services each, rates that follow the
 * hours, an autoscaler for each service on late metrics, nodes that come and go by a group, a rolling update of each front end. Processor
 * time and memory.
 *
 * The load is counted by windows; request by request it would be 5 * 10^9 requests.
 */
import { compile, startRun } from '../scenarios/compile/index.ts';
import { bundledLibrary } from '../scenarios/document/bundled-library.ts';
import { loadScenario } from '../scenarios/document/load.ts';

const APPLICATIONS = 10;
const BAR_SEC = 20;

/** Rates of a day: low at night, high in the evening, with a bump at noon; as shares of the peak, one an hour. */
const HOURS = [
  0.35, 0.28, 0.24, 0.22, 0.22, 0.26, 0.35, 0.48, 0.58, 0.64, 0.68, 0.72, 0.78, 0.74, 0.7, 0.7, 0.72, 0.78, 0.86, 0.94,
  1, 0.96, 0.78, 0.52,
];

function dayOf(): string {
  const names = Array.from({ length: APPLICATIONS }, (_, app) => app);
  const pods = names.flatMap((app) => [`web-${app}`, `api-${app}`, `store-${app}`]);
  const peakOf = (name: string): number => (name.startsWith('store') ? 60 : 120);
  const group = (name: string): string => `    - { count: 30, name: ${name}, cpu: 500m, memory: 512Mi }`;
  const service = (name: string, rest: string): string =>
    `    - { name: ${name}, workers: 50, requests: [{ cpu: { exponential: { mean: 10ms } }${rest} }] }`;
  const steps = HOURS.map((share, hour) => `{ at: ${hour}h, rate: ${Math.round(share * 3600)} }`).join(', ');
  const scaler = (name: string): string => `  - { target: ${name}, min: 10, max: ${peakOf(name)}, cpu: 70% }`;
  return `
wavetank: 1
title: A day
question: What does a day cost?
duration: 24h
cluster:
  nodes: [{ count: 100, name: node, cpu: 16, memory: 64Gi }]
  pods:
${pods.map(group).join('\n')}
fabric: { nodesPerRack: 20, spines: 4, hostLink: 10Gbps, uplink: 40Gbps }
scheduling: { rate: 100 }
environment: machine-room-bgp
scheme: calico-bgp
load:
  thin: {}
  services:
${names.map((app) => `${service(`web-${app}`, `, calls: [{ to: api-${app} }]`)}\n${service(`api-${app}`, `, calls: [{ to: store-${app}, chance: 50% }]`)}\n${service(`store-${app}`, '')}`).join('\n')}
  sources:
${names.map((app) => `    - { name: users-${app}, to: web-${app}, timeout: 5s, rate: { steps: [${steps}], between: linear } }`).join('\n')}
autoscalers:
${pods.map(scaler).join('\n')}
nodeAutoscaler:
  groups: [{ nodes: node, min: 20, max: 120, boot: { uniform: { low: 60s, high: 120s } } }]
changes:
${names.map((app) => `  - { at: ${9 + app}h, roll: web-${app} }`).join('\n')}
`;
}

const document = loadScenario(dayOf(), 'day.yaml', bundledLibrary);
const plan = compile(document);
const before = process.cpuUsage();
const result = startRun(plan, plan.alternatives[0]!.name, 'day/0').finish();
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const { metrics, events } = result;
const shown = (key: string, digits = 0): string => metrics[key]!.toFixed(digits);
console.log(`
A day of 100 nodes, ${APPLICATIONS * 3} services with an autoscaler each
pods ${shown('replicasMean')} on average, ${shown('replicasPeak')} at most; rescaled ${shown('rescales')} times; \
${shown('requestsOffered')} requests a second, errors ${(metrics['requestErrors']! * 100).toFixed(3)} %
events ${events}, digest ${result.digest}
processor time ${seconds.toFixed(1)} s, memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB
  bar ${BAR_SEC} s: ${seconds <= BAR_SEC ? 'met' : 'missed'}
`);
