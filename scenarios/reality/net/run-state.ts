/** Paths and kernel routes of our run at one instant, in the words of the recording. */
import { ABSENT } from '../../../models/network/bgp/attributes.ts';
import type { BgpNetwork } from '../../../models/network/bgp/network.ts';
import { addressText, prefixText } from './address.ts';
import type { CaseTopology } from './topology.ts';

/** A candidate path. */
export interface SimPath {
  readonly asPath: readonly number[];
  readonly nextHop: string;
  /** The neighbour that told it, or `self`. */
  readonly peer: string;
  readonly valid: boolean;
  readonly best: boolean;
  readonly multipath: boolean;
  readonly weight: number;
  /** Undefined if there is none. */
  readonly med: number | undefined;
  readonly localPreference: number | undefined;
  readonly origin: string;
  readonly internal: boolean;
  readonly clusterList: readonly string[];
  readonly originatorId: string;
  /** Made from its parts by the node itself. */
  readonly isAggregate: boolean;
}

/** Paths by node and prefix. */
export type SimRib = ReadonlyMap<string, ReadonlyMap<string, readonly SimPath[]>>;

/** Names of next hops, sorted, by node and prefix. */
export type SimFib = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Reads both. */
export function stateOf(network: BgpNetwork, topology: CaseTopology): { readonly rib: SimRib; readonly fib: SimFib } {
  const rib = new Map<string, ReadonlyMap<string, readonly SimPath[]>>();
  const fib = new Map<string, ReadonlyMap<string, readonly string[]>>();
  const { speakers } = topology.configuration;
  speakers.forEach(({ name }, node) => {
    const paths = new Map<string, readonly SimPath[]>();
    const routes = new Map<string, readonly string[]>();
    for (let prefix = 0; prefix < network.prefixes.size; prefix++) {
      const text = prefixText(network.prefixes.get(prefix));
      const known = network.paths(node, prefix).map((path) => pathOf(network, topology, node, path));
      if (known.length > 0) paths.set(text, known);
      const hops = network.nextHops(node, prefix);
      // An aggregate of one's own is a black hole in the kernel: what it covers and nobody has goes nowhere.
      const own = known.find((path) => path.best && path.isAggregate);
      if (own !== undefined) routes.set(text, []);
      else if (hops !== undefined) routes.set(text, hops.map((hop) => speakers[hop]!.name).sort());
    }
    rib.set(name, paths);
    fib.set(name, routes);
  });
  return { rib, fib };
}

function pathOf(
  network: BgpNetwork,
  topology: CaseTopology,
  node: number,
  path: ReturnType<BgpNetwork['paths']>[number],
): SimPath {
  const { speakers } = topology.configuration;
  const { attributes, end } = path;
  const peer = end < 0 ? undefined : speakers[network.ends.speakerOf[network.ends.peerOf[end]!]!]!;
  const orNone = (value: number): number | undefined => (value === ABSENT ? undefined : value);
  return {
    asPath: attributes.asPath,
    nextHop: addressText(path.nextHop),
    peer: peer?.name ?? 'self',
    valid: path.isValid,
    best: path.isBest,
    multipath: path.isMultipath,
    weight: path.weight,
    med: orNone(attributes.med),
    localPreference: orNone(attributes.localPreference),
    origin: attributes.origin,
    internal: peer !== undefined && peer.asn === speakers[node]!.asn,
    isAggregate: end < 0 && attributes.atomicAggregate,
    clusterList: attributes.clusterList.map(addressText),
    originatorId: attributes.originatorId === 0 ? '' : addressText(attributes.originatorId),
  };
}
