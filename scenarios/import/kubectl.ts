/**
 * A whole cluster from `kubectl get nodes,pods,… -A -o json`: the objects, reduced to the fields that the models know, in a
 * file beside a scenario that runs. Names of Secrets, environment values and annotations do not get into either.
 *
 * The snapshot says nothing of racks and links, nor of who talks to whom: what is written for those is assumed, and the
 * scenario says so where it stands.
 */
import { grouped } from '../document/address-check.ts';
import { apiVersionOf, KINDS } from '../document/manifests/kinds.ts';
import { ManifestStore } from '../document/manifests/manifest.ts';
import { type ManifestCluster, manifestClusterOf, ZONE_LABEL } from '../document/manifests/manifest-cluster.ts';
import { readManifestFile } from '../document/manifests/reading.ts';
import { type ManifestReport, ReportWriter } from '../document/manifests/report.ts';
import { ignoredLines, kindWords, leftOutSentences } from '../document/manifests/report-words.ts';
import { formatProblems, type Problem } from '../document/problems.ts';
import type { Importer, ImportFile, ImportOutcome, ImportProblem } from './importer.ts';

/** Nodes under one switch at most, when racks are assumed. */
const RACK_NODES_MAX = 32;
/** Longest sentence that a scenario bears. */
const LINE_MAX = 300;
/** A network and where it runs. */
interface Network {
  readonly scheme: string;
  readonly environment: string;
}

const room = (scheme: string): Network => ({ scheme, environment: 'machine-room-bgp' });

/** Names of agents by which a network is guessed. */
const AGENTS: readonly (readonly [RegExp, Network])[] = [
  [/^aws-node/, { scheme: 'aws-vpc-cni', environment: 'aws-like-vpc' }],
  [/^azure-cns/, { scheme: 'azure-cni', environment: 'azure-like-vpc' }],
  [/^calico-node/, room('calico-ipip')],
  [/^cilium($|-)/, room('cilium-vxlan')],
  [/^kube-router/, room('kube-router')],
  [/^ovnkube-node/, room('ovn-kubernetes')],
  [/^antrea-agent/, room('antrea-geneve')],
  [/^kube-flannel/, room('flannel-vxlan')],
];
const NETWORK_DEFAULT = room('flannel-vxlan');

/** The importer of `kubectl`. */
export const kubectlImporter: Importer = {
  name: 'kubectl',
  summary: 'a cluster, as kubectl get nodes,pods,deployments,… -A -o json prints it',
  wants: (name) => /\.(json|ya?ml)$/i.test(name),
  inPieces: true,
  convert,
};

function convert(files: readonly ImportFile[], name = 'cluster'): ImportOutcome {
  const report = new ReportWriter();
  const store = new ManifestStore(report);
  for (const file of files) {
    readManifestFile(file.chunks ?? [file.text], file.name, report, (manifest) => store.add(manifest));
  }
  const reading = report.finish();
  const cluster = manifestClusterOf(store, report);
  const pods = cluster.workloads.flatMap((workload) => workload.pods);
  const notes = [...ignoredLines(reading), ...wordsOf(cluster, pods)];
  const problems = cluster.report.problems.map(problemOf);
  if (cluster.nodes.length === 0 || pods.length === 0) return { notes, problems };
  const beside = `${name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'cluster'}.manifests.json`;
  return {
    scenario: scenarioText(files.map((file) => file.name).join(', '), beside, cluster, reading),
    files: [{ name: beside, text: manifestText(store) }],
    doubtful: reading.cut,
    ...{ notes, problems },
  };
}

function problemOf(problem: Problem): ImportProblem {
  const { file, line } = problem;
  // The sentence without its place.
  const message = formatProblems([problem]).slice(`${file}:${line}:${problem.column} `.length);
  return { file, line, message };
}

function wordsOf(cluster: ManifestCluster, pods: readonly { readonly node: number }[]): string[] {
  const bound = pods.filter(({ node }) => node >= 0).length;
  const { scheme } = networkOf(cluster);
  const missing = [
    ...(cluster.nodes.length === 0 ? ['There are no nodes in it: fetch kubectl get nodes,pods -A -o json.'] : []),
    ...(pods.length === 0
      ? ['There are no pods in it, nor what makes them: fetch kubectl get nodes,pods -A -o json.']
      : []),
  ];
  return [
    `Read: ${kindWords(cluster.report)}.`,
    `${podsWord(bound)} where they are; to be scheduled: ${grouped(pods.length - bound)}.`,
    ...leftOutSentences(cluster.report).filter((sentence) => !/ check lists each/.test(sentence)),
    ...missing,
    `Assumed: racks of ${rackSize(cluster)} nodes in the order of zones, links of 10 and 40 Gbps, traffic among all services, the network ${scheme}.`,
  ];
}

/** The network by the names of its agents. */
function networkOf({ workloads }: ManifestCluster): Network {
  const found = AGENTS.find(([agent]) => workloads.some(({ name }) => agent.test(name)));
  return found?.[1] ?? NETWORK_DEFAULT;
}

/** Racks of one size, so that the largest zone fills whole ones. */
function rackSize({ nodes }: ManifestCluster): number {
  const zones = new Map<string, number>();
  for (const { labels } of nodes) {
    const zone = labels[ZONE_LABEL] ?? '';
    zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  const largest = Math.max(1, ...zones.values());
  return Math.ceil(largest / Math.ceil(largest / RACK_NODES_MAX));
}

/** All objects as one list, an object a line: ordinary Kubernetes JSON. */
function manifestText(store: ManifestStore): string {
  const lines = Object.keys(KINDS).flatMap((kind) =>
    store.all(kind).map(({ body }) => JSON.stringify({ apiVersion: apiVersionOf(kind), kind, ...body })),
  );
  return `{"apiVersion":"v1","kind":"List","items":[\n${lines.join(',\n')}\n]}\n`;
}

function scenarioText(file: string, manifests: string, cluster: ManifestCluster, reading: ManifestReport): string {
  const text = (value: string): string => JSON.stringify(value.slice(0, LINE_MAX));
  const leftOut = leftOutSentences({ ...reading, kinds: {} }).map((one) =>
    one.replace(/check lists each/, 'import listed each'),
  );
  const ignored = ignoredLines(reading);
  const network = networkOf(cluster);
  return `wavetank: 1
title: ${text(`A cluster imported from ${file}`)}
question: Where do the pods that are pending go?
duration: 30s
cluster:
  manifests: [${text(manifests)}]
${leftOut.length === 0 ? '' : `  # Every answer repeats this.\n  leftOut:\n${leftOut.map((one) => `    - ${text(one)}\n`).join('')}`}# Assumed: the snapshot says nothing of racks and links. Nodes fill the racks in the order of zones.
fabric: { nodesPerRack: ${rackSize(cluster)}, spines: 2, hostLink: 10Gbps, uplink: 40Gbps }
# Nodes offer what they report: nothing more is kept back for packets.
machine: { plannedRate: 0bps }
# Assumed: every workload calls three others.
services: { fanout: 3 }
traffic:
  start: 1s
  talkers:
    - { name: requests, rate: 200, size: { constant: 16KiB }, measures: latency }
environment: ${network.environment}
# Guessed from the names of the agents in the snapshot, or the default. Others beside it are compared with it.
vary: { scheme: [${network.scheme}] }
${ignored.length === 0 ? '' : `# Fields that no model knows:\n${ignored.map((one) => `#   ${one}\n`).join('')}`}`;
}

function podsWord(count: number): string {
  return count === 1 ? '1 pod stays' : `${grouped(count)} pods stay`;
}
