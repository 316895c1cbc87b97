/** What an answer rests on, in sentences for people: what the scenario declares, and what the models state or leave out. */
import { COST_SHARE_OF_AN_END } from '../../models/machine/processors.ts';
import { formatTime } from '../../sim/engine/sim-time.ts';
import type { Plan } from '../compile/index.ts';
import type { Assumptions } from '../document/assume-schema.ts';
import { nodeCount, podCount } from '../document/cluster-size.ts';
import type { FederationFile } from '../document/federation-schema.ts';
import type { LoadFile } from '../document/load-schema.ts';
import { leftOutSentences, manifestSentences } from '../document/manifests/report-words.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Startup } from '../document/startup-schema.ts';
import { controlPlaneSentences } from './control-plane-words.ts';
import { capitalised } from './label.ts';

/** Characters of a changed value that a sentence can bear. */
const CHANGE_LENGTH_MAX = 80;

/** Everything that the figures of this plan assume. */
export function assumptionsOf(plan: Plan): string[] {
  const { document } = plan;
  const { cluster, machine, fabric, services, traffic, scheduling, assume } = document;
  const nodes = nodeCount(cluster);
  const racks = Math.ceil(nodes / fabric.nodesPerRack);
  return [
    ...variantWords(document),
    ...(document.load === undefined
      ? [
          `${podCount(cluster)} pods are one standing population on ${nodes} nodes in ${racks} racks; none leaves by itself.`,
        ]
      : []),
    ...startupSentences(document.startup),
    ...(cluster.manifests === undefined ? [] : manifestSentences(cluster.manifests.report)),
    ...cluster.leftOut,
    ...(document.load === undefined ? [] : livingSentences(document, document.load)),
    ...(document.load === undefined
      ? [
          `Traffic is ours, no trace records it: ${traffic.talkers.map(talkerWords).join('; ')}. Services have at most ${services.replicasMax} replicas${services.fanout > 0 ? ` and call ${services.fanout} others, drawn by the seed` : ''}.`,
        ]
      : []),
    ...(document.load === undefined
      ? [`Pods burn ${percent(machine.podCpuUse)} of the processor time that they request.`]
      : []),
    `Processors for ${gigabits(machine.plannedRate)} of packets are kept back on every node.`,
    `The fabric has ${fabric.spines} spines, ${gigabits(fabric.hostLink)} to each node and ${gigabits(fabric.uplink / assume.oversubscription)} from a leaf to a spine; flows are spread by hash.`,
    `Ties of the scheduler are broken ${scheduling.tieBreak === 'random' ? 'at random, as stock Kubernetes does' : 'by the lowest name'}.`,
    `Segmentation offload is ${machine.offload ? 'on' : 'off'}. Costs of the data path are recorded ones of a Linux kernel without a network card: processor time to 20 %, single-stream pace to 25 %.`,
    'Between schemes, a difference is called one only when it exceeds what those costs could be off: 25 % of throughput where cores decide it, 20 % of processor time, 10 % of latency, and more where they rest on published tables. Between placements of one scheme every difference counts that chance cannot explain.',
    `Each interval holds for itself. “Better” is said only after a correction for the number of pairs (Holm): among all pairs of one measure in one environment and variant, the chance of even one false “better” stays below ${chancePercent(document.confidence)}.`,
    ...(document.load === undefined ? flowSentences(document) : []),
    'Leaves, spines and nodes speak BGP message by message, as recorded FRR and BIRD do; how long routes take is what comes of that.',
    ...controlPlaneSentences(plan),
    assumedFactors(assume),
  ];
}

/** What the flows of talkers rest on; living services have callers and a control plane of their own. */
function flowSentences({ lifecycle, assume }: ScenarioDocument): string[] {
  return [
    `Each end of a flow carries ${percent(COST_SHARE_OF_AN_END)} of its processor time.`,
    `Closed form: a silent node is believed dead ${formatTime(lifecycle.notReadyAfter)} after its last sign of life, and its pods are given up ${formatTime(lifecycle.evictionAfter)} later.`,
    `A caller waits ${formatTime(assume.connectTimeout)} for a dead pod that the network still points to, and tries ${assume.attempts} replicas.`,
  ];
}

/** What requests of living services rest on. */
function livingSentences(
  { workloads, lifecycle, faults, federation, images }: ScenarioDocument,
  load: LoadFile,
): string[] {
  const sources = load.sources.map(({ name, to }) => `${name} ask ${to}`).join('; ');
  const slowest = Object.values(workloads).reduce((longest, { start }) => Math.max(longest, start), 0);
  return [
    `Requests are ours: ${sources}. What they cost is declared.`,
    `Pods start, serve and end by the rules of Kubernetes 1.34${slowest > 0 ? `; an application takes up to ${formatTime(slowest)} until it answers` : ''}. What a kubelet takes over its own work is assumed${images === undefined ? ', images are there already' : ''}.`,
    `Callers learn of a pod that comes or goes ${formatTime(load.endpointLag)} late.`,
    load.flowsFrom === undefined
      ? 'Requests take the way between pods as on an idle network; what they carry shares no links.'
      : 'Requests take the way between pods as on an idle network, but for large payloads: these are flows and share links.',
    ...(load.thin === undefined
      ? []
      : [
          `Requests are counted in windows of ${formatTime(load.thin.window)}: queues are those of theory, and what a pod has when it dies is not followed.`,
        ]),
    ...(federation === undefined ? [] : federationSentences(federation)),
    ...(faults.length === 0
      ? []
      : [
          `Nodes die in silence: who waits for them waits out his own time, and without one gives up a new connection after 127 s. The control plane has the patience of Kubernetes ${lifecycle.kubernetes}: ${formatTime(lifecycle.notReadyAfter)} of silence, then ${formatTime(lifecycle.evictionAfter)} of toleration. A node that has power again runs its kubelet at once.`,
        ]),
  ];
}

/** What many clusters rest on. */
function federationSentences({ clusters, profile, division, detection, discovery }: FederationFile): string[] {
  const by = profile === undefined ? `the rule ${division.rule}` : `the profile ${profile}`;
  return [
    `${clusters.length} clusters: ${clusters.map(({ name }) => name).join(', ')}. Replicas are divided by ${by}, lost members are found as ${detection.profile} does. How long its decisions and writes take is assumed.`,
    `Callers outside ask DNS, whose answers may be kept for ${formatTime(discovery.ttl)}; their resolvers are ${discovery.resolver === 'forever' ? 'such as never ask again' : discovery.resolver}. Ways between clusters have the round trips and list prices of the ladder of reach where no line states its own.`,
  ];
}

/** The named assumptions that are factors: what they would scale, and what was changed. */
function assumedFactors(assume: Assumptions): string {
  const factors = [
    ['rerouteTime', 'times to reroute', assume.rerouteTime],
    ['oversubscription', 'oversubscription of the racks', assume.oversubscription],
    ['packetSize', 'size of flows', assume.packetSize],
    ['nodeCpu', 'speed of processors', assume.nodeCpu],
  ] as const;
  const changed = factors.filter(([, , factor]) => factor !== 1).map(([, words, factor]) => `${words} times ${factor}`);
  const names = factors.map(([name, words]) => `assume.${name} (${words})`).join(', ');
  const state = changed.length === 0 ? 'None of them is changed here.' : `Changed here: ${changed.join(', ')}.`;
  return `Named assumptions that can be tried by --set: ${names}. ${state}`;
}

/** What each variant changes, so that the sentences after it, which tell of the scenario as written, mislead nobody. */
function variantWords(document: Plan['document']): string[] {
  const said = new Set(leftOutWords(document));
  return Object.entries(document.variantDocuments).flatMap(([name, variant]) => {
    const changes = Object.entries(document.variants[name] ?? {}).map(([path, value]) => changeWords(path, value));
    const more = leftOutWords(variant).filter((sentence) => !said.has(sentence));
    return [
      `In the variant ${name}: ${changes.join(', ')}.`,
      ...more.map((sentence) => `In the variant ${name}: ${sentence}`),
    ];
  });
}

/** What could not be used of the manifests, such as pods that a quota refuses. */
function leftOutWords({ cluster }: ScenarioDocument): string[] {
  return cluster.manifests === undefined ? [] : leftOutSentences(cluster.manifests.report);
}

/** A change as one would type it; a long one only by its path. */
function changeWords(path: string, value: unknown): string {
  if (value === null) return `without ${path}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= CHANGE_LENGTH_MAX ? `${path} is ${text}` : `another ${path}`;
}

function talkerWords(talker: { readonly name: string; readonly rate: number }): string {
  return `${talker.name}, ${talker.rate} flows a second`;
}

/** The chance that a confidence leaves: 5 % of 95 %. */
function chancePercent(confidence: number): string {
  return `${Number((100 * (1 - confidence)).toPrecision(2))} %`;
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

function gigabits(bitsPerSec: number): string {
  return `${bitsPerSec / 1e9} Gbit/s`;
}

/** What no model here knows. */
export function leftOutOf(): string[] {
  return [
    'Queues and drops in switch ports, slow start and acknowledgements, where no packet level is asked for: flows are fluid.',
    'What broadcasts take of links; tables of switches that overflow (they are counted, not simulated).',
    'Network cards: interrupts, queues, offloads other than segmentation.',
    'Latency inside pods, kube-proxy rules, DNS.',
    "The provider's own network below a VPC.",
  ];
}

const WAYS: Readonly<Record<Startup['order'][number]['by'], string>> = {
  gate: 'behind a scheduling gate',
  'init-container': 'in an init container',
  crash: 'by crashing and being restarted',
};

/** Nothing where pods serve as soon as they have a node. */
function startupSentences({ time, times, order, gracePeriod }: Startup): string[] {
  if (time === 0 && Object.keys(times).length === 0 && order.length === 0) return [];
  const others = Object.entries(times).map(([name, ownNs]) => `, ${name} ${formatTime(ownNs)}`);
  const rules = order.map(({ pods, after, by, poll }) => {
    const asks = by === 'init-container' ? ` that asks each ${formatTime(poll)}` : '';
    return ` ${capitalised(pods)} waits for ${after} ${WAYS[by]}${asks}.`;
  });
  const pushed = ` Pods that are pushed out leave ${gracePeriod === 0 ? 'at once' : `after ${formatTime(gracePeriod)}`}.`;
  return [`From its node to serving a pod takes ${formatTime(time)}${others.join('')}.${rules.join('')}${pushed}`];
}
