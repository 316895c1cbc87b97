/**
 * Domains of nodes: nodes with one value of a label are one place, where "near" and "evenly spread" are measured.
 *
 * Source: Kubernetes 1.34 `topologyKey` of affinity terms and spread constraints. A node without the label is in no domain.
 * Leaves out: labels that change while the model runs.
 */
import type { ClusterNode } from '../cluster/node.ts';

/** The domains of one label. */
export interface Topology {
  /** Label, or '' where each node is a place of its own. */
  readonly key: string;
  /** Domain of each node; -1: the node does not have the label. */
  readonly domainOf: Int32Array;
  /** Number of domains. */
  readonly domains: number;
}

/** The label that names a node. */
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/** The label that names a zone. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Topologies by label, made when first asked for. */
export class Topologies {
  /** Every node is a place of its own, whatever its labels. */
  readonly nodes: Topology;
  private readonly list: readonly ClusterNode[];
  private readonly byKey = new Map<string, Topology>();

  constructor(nodes: readonly ClusterNode[]) {
    this.list = nodes;
    this.nodes = { key: '', domainOf: Int32Array.from(nodes, (_, node) => node), domains: nodes.length };
  }

  /** The topology of a label. */
  of(key: string): Topology {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const numbers = new Map<string, number>();
    const domainOf = Int32Array.from(this.list, ({ labels }) => {
      if (!Object.hasOwn(labels, key)) return -1;
      const value = labels[key];
      if (!numbers.has(value)) numbers.set(value, numbers.size);
      return numbers.get(value)!;
    });
    const topology = { key, domainOf, domains: numbers.size };
    this.byKey.set(key, topology);
    return topology;
  }
}
