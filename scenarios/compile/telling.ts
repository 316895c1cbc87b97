/** Nodes are told where pods are: what a network scheme has to tell, in a run, and what its control plane makes of it. */
import type { Residents } from '../../models/cluster/residents.ts';
import { NO_PLACE } from '../../models/network/control-plane/change-log.ts';
import { ControlPlane } from '../../models/network/control-plane/control-plane.ts';
import type { ControlPlaneProfile } from '../../models/network/control-plane/profile.ts';
import { CONTROL_PLANES, type ControlPlaneKind, isServed } from '../../models/network/control-plane/profiles.ts';
import type { EntryScope, NetworkScheme } from '../../models/schemes/scheme.ts';
import type { World } from '../../models/world/world.ts';
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import { quantileOfSorted } from '../../sim/stats/quantile.ts';
import type { Assumptions } from '../document/assume-schema.ts';
import type { Placement } from './placement.ts';

/** The parts of one run that telling reads. */
export interface TellingSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly placement: Placement;
  readonly scheme: NetworkScheme;
  /** Whether a pod has an address of its own; else that of its node, which nobody has to be told. */
  readonly needsAddress: (pod: number) => boolean;
  /** From the server to a node. */
  readonly oneWayNs: TimeNs;
  /** Nodes that join later. */
  readonly absent: readonly number[];
}

const KUBERNETES_KINDS: ReadonlySet<ControlPlaneKind> = new Set<ControlPlaneKind>([
  'kubernetes',
  'typha',
  'kube-proxy',
]);

/** A pod whose node everybody has always known. */
const KNOWN = -1;

/** The profile of a scheme's control plane with what the scenario assumes; undefined: no server tells its nodes. */
export function controlPlaneOf(
  { controlPlane }: NetworkScheme,
  assume: Assumptions['controlPlane'],
): ControlPlaneProfile | undefined {
  if (!isServed(controlPlane.kind)) return undefined;
  const profile: ControlPlaneProfile = CONTROL_PLANES[assume.kind ?? controlPlane.kind];
  const { workers, commit, copy, listObject, batch, entry, compare } = assume;
  return {
    ...profile,
    workers: workers ?? profile.workers,
    commitNs: commit ?? profile.commitNs,
    copyNs: copy ?? profile.copyNs,
    listObjectNs: listObject ?? profile.listObjectNs,
    batchNs: batch ?? profile.batchNs,
    entryNs: entry ?? profile.entryNs,
    compareNs: compare ?? profile.compareNs,
  };
}

/** Whether that server is the Kubernetes API, from which proxies hear of endpoints too. */
export function isKubernetes({ controlPlane }: NetworkScheme, assume: Assumptions['controlPlane']): boolean {
  if (!isServed(controlPlane.kind)) return false;
  return KUBERNETES_KINDS.has(assume.kind ?? controlPlane.kind);
}

/** What a run tells its nodes by a server. */
export class Telling {
  readonly plane: ControlPlane;
  readonly #at: TellingSurroundings;
  readonly #forwardsBy: EntryScope;
  readonly #alsoTells: EntryScope | undefined;
  readonly #addressesOfBlock: number;
  /** The entry by which each pod is reached. */
  readonly #entryOf: Int32Array;
  readonly #blocks = new Map<string, number>();
  /** Addresses in use on each node. */
  readonly #used: Uint32Array;
  /** Change that made each entry known; absent: it always was. */
  readonly #changeOf = new Map<number, number>();
  /** Pods that came to a node in the run: when, and by which change they are reached. */
  readonly #starts: { readonly atNs: TimeNs; readonly change: number }[] = [];
  readonly #wasBound: Uint8Array;
  #entries: number;

  constructor(profile: ControlPlaneProfile, at: TellingSurroundings) {
    const { scheme, residents, world, placement, oneWayNs } = at;
    this.#at = at;
    const { controlPlane, addressPlan } = scheme;
    assert('forwardsBy' in controlPlane, () => `${scheme.name} tells its nodes nothing`);
    this.#forwardsBy = controlPlane.forwardsBy;
    this.#alsoTells = controlPlane.alsoTells;
    this.#addressesOfBlock = addressPlan.kind === 'claimed-blocks' ? 2 ** (32 - addressPlan.prefix) : 1;
    const nodes = residents.nodes.length;
    this.plane = new ControlPlane(profile, {
      sim: world.sim,
      streams: world.streams,
      nodes,
      oneWayNs,
      name: 'control plane',
    });
    this.#entries = nodes + residents.pods.length;
    this.#entryOf = new Int32Array(residents.pods.length).fill(KNOWN);
    this.#used = new Uint32Array(nodes);
    this.#wasBound = new Uint8Array(residents.pods.length);
    for (const pod of placement.order.subarray(0, placement.bound)) this.#wasBound[pod] = 1;
    this.plane.begin(this.#before(), at.absent);
  }

  /** What everybody knows from before: the ranges of nodes, and where pods stood that had a node. */
  #before(): number[] {
    const { residents, placement, needsAddress } = this.#at;
    const nodes = residents.nodes.length;
    const tells = new Set<EntryScope | undefined>([this.#forwardsBy, this.#alsoTells]);
    const places: number[] = Array.from({ length: nodes + residents.pods.length }, () => NO_PLACE);
    if (tells.has('node')) for (let node = 0; node < nodes; node++) places[node] = node;
    for (const node of this.#at.absent) places[node] = NO_PLACE;
    const { node: nodeOf, addressed } = placement.before ?? placement;
    for (const pod of placement.order.subarray(0, placement.bound)) {
      if (addressed[pod] !== 1 || !needsAddress(pod)) continue;
      const node = nodeOf[pod]!;
      this.#used[node]!++;
      if (tells.has('pod')) places[nodes + pod] = node;
      if (tells.has('block')) places[this.#blockOf(node)] = node;
    }
    this.#used.fill(0);
    return Array.from(places, (place) => place ?? NO_PLACE);
  }

  /** The entry of the block that holds the address which a node took last. */
  #blockOf(node: number): number {
    const key = `${node}/${Math.floor((this.#used[node]! - 1) / this.#addressesOfBlock)}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const entry = this.#entries++;
    this.#blocks.set(key, entry);
    return entry;
  }

  /** A pod has come to a node and has its address. */
  podRuns(pod: number, node: number): void {
    if (!this.#at.needsAddress(pod)) return;
    this.#used[node]!++;
    const entry = this.#entryFor(pod, node);
    this.#entryOf[pod] = entry;
    this.#announce(entry, node);
    if (this.#alsoTells === 'pod') this.#announce(this.#podEntry(pod), node);
    const isOld = this.#wasBound[pod] === 1;
    this.#wasBound[pod] = 0;
    if (isOld) return;
    this.#starts.push({ atNs: this.#at.world.sim.nowNs, change: this.#changeOf.get(entry) ?? KNOWN });
  }

  #podEntry(pod: number): number {
    return this.#at.residents.nodes.length + pod;
  }

  #entryFor(pod: number, node: number): number {
    if (this.#forwardsBy === 'node') return node;
    return this.#forwardsBy === 'pod' ? this.#podEntry(pod) : this.#blockOf(node);
  }

  #announce(entry: number, place: number): void {
    const change = this.plane.announce(entry, place);
    if (change >= 0) this.#changeOf.set(entry, change);
  }

  /** A pod is deleted: its address is free. */
  podGone(pod: number, node: number): void {
    if (!this.#at.needsAddress(pod) || this.#used[node] === 0) return;
    this.#used[node]!--;
    if (this.#forwardsBy === 'pod' || this.#alsoTells === 'pod') this.#announce(this.#podEntry(pod), NO_PLACE);
  }

  /** A node joins: it is told of all others, and they of its range where they go by ranges. */
  nodeJoins(node: number): void {
    this.plane.nodeJoins(node);
    if (this.#forwardsBy === 'node' || this.#alsoTells === 'node') this.#announce(node, node);
  }

  /** A node has died, with its agent. */
  nodeDied(node: number): void {
    this.plane.nodeDied(node);
  }

  /** Whether a node sends packets for a pod to where it is. */
  knowsWay(node: number, pod: number): boolean {
    const entry = this.#entryOf[pod]!;
    return entry === KNOWN || this.plane.reaches(node, entry);
  }

  /** How long it took until all nodes reached a pod, what they hold, and what that cost until now. */
  metrics(): Record<string, number> {
    const { residents, world } = this.#at;
    this.plane.bringAll();
    const load = this.plane.load();
    let most = 0;
    for (let node = 0; node < residents.nodes.length; node++)
      if (residents.alive[node] === 1) most = Math.max(most, this.plane.programmed(node));
    const joins = this.plane.joinNs();
    const times = Float64Array.from(this.#starts, (start) => this.#reachedAfterNs(start, world.sim.nowNs)).sort();
    return {
      ...(times.length === 0
        ? {}
        : { podReachableP50: quantileOfSorted(times, 0.5), podReachableP99: quantileOfSorted(times, 0.99) }),
      ...(joins.length === 0 ? {} : { joinedToldMax: Math.max(...joins) }),
      entriesProgrammed: most,
      controlMessages: load.writes + load.lists + load.serverCopies,
      controlBytes: load.serverBytes,
      controlCpu: load.serverCpuNs / NS_PER_SECOND,
    };
  }

  /** From its coming to a node until all nodes reach it; so far, where not all do yet. */
  #reachedAfterNs({ atNs, change }: { readonly atNs: TimeNs; readonly change: number }, nowNs: TimeNs): TimeNs {
    if (change === KNOWN) return 0;
    return Math.max(0, Math.min(nowNs, this.plane.allToldNs(change)) - atNs);
  }
}
