/**
 * Sums by topology domain, kept up to date while pods come and go.
 *
 * Source: counts by topology pair of Kubernetes 1.34 (`topologyToMatchedTermCount`), which upstream counts anew for each
 * pod. Leaves out: which pods they are; a sum knows numbers only.
 */
import type { Topology } from './topologies.ts';

/** One number for each domain. */
export class DomainSums {
  /** Sum of each domain. */
  readonly sums: Float64Array;
  /** How many pods have been added and not taken away again. */
  pods = 0;
  private readonly domainOf: Int32Array;

  /** @param counted nodes that count, 1 or 0; absent: all */
  constructor({ domainOf, domains }: Topology, counted?: Uint8Array) {
    this.sums = new Float64Array(domains);
    this.domainOf = counted === undefined ? domainOf : domainOf.map((domain, node) => (counted[node] ? domain : -1));
  }

  /** A pod came to the node (1) or left it (-1); it counts `amount`. A node outside all domains changes nothing. */
  add(node: number, amount: number, sign: 1 | -1): void {
    const domain = this.domainOf[node];
    if (domain < 0) return;
    this.sums[domain] += sign * amount;
    this.pods += sign;
  }
}
