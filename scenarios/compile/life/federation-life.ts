/**
 * The clusters of a run as one: ways between them, and to which of them a call goes.
 *
 * A pod calls the copy of a service in its own cluster. Callers outside are sent to the nearest cluster that offers one.
 */
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { FederationFile } from '../../document/federation-schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import { JoinedClusters, placeOfCaller } from './joined-clusters.ts';

/** What a federation of a run stands on; the load is made after it. */
export interface FederationParts {
  readonly file: FederationFile;
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly clusters: readonly ClusterLife[];
  /** The place among them of a pod's cluster. */
  readonly clusterOf: (number: number) => number;
  readonly load: () => ServedLoad;
}

/** The federation of one run. */
export class FederationLife {
  readonly joined: JoinedClusters;
  readonly #parts: FederationParts;

  constructor(parts: FederationParts) {
    this.#parts = parts;
    this.joined = new JoinedClusters(parts.file, parts.sim, parts.streams.stream('federation/lines', 'losses'));
  }

  /** What a payload takes from cluster to cluster, beside its ways within them; Infinity: it never arrives. */
  wayNs(from: number, to: number, bytes: number): TimeNs {
    return this.joined.wayNs(this.#placeOf(from), this.#placeOf(to), bytes, this.#parts.sim.nowNs);
  }

  /** The kind of request that a call asks for. */
  route(call: number, from: number): number {
    const { kinds, calls } = this.#parts.load().graph;
    const { kind } = calls[call]!;
    if (from >= 0) return kind;
    const own = kinds.length / this.#parts.clusters.length;
    return (kind % own) + this.#nearestWith(kinds[kind]!.service, placeOfCaller(from)) * own;
  }

  /** The nearest cluster with somebody on offer; the nearest of all when nobody is anywhere. */
  #nearestWith(service: number, place: number): number {
    const { clusters, load } = this.#parts;
    const services = load().graph.services.length / clusters.length;
    let best = -1;
    let bestNs = Number.POSITIVE_INFINITY;
    clusters.forEach((_, cluster) => {
      const rttNs = this.joined.interconnect.rttNs(place, cluster, 'service');
      if (rttNs < bestNs && load().isServed((service % services) + cluster * services))
        [best, bestNs] = [cluster, rttNs];
    });
    return Math.max(0, best);
  }

  #placeOf(pod: number): number {
    return pod < 0 ? placeOfCaller(pod) : this.#parts.clusterOf(pod);
  }
}
