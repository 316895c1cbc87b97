/**
 * Checks of the address ranges: they parse, do not overlap, and hold the nodes. Whether they hold the pods is for a run to
 * find out, because schemes hand addresses out differently.
 */
import { type AddressRange, blocksIn, overlap, parseRange } from './address-range.ts';
import type { ClusterFile } from './cluster-schema.ts';
import { describeValue, type Finding, finding } from './issue.ts';

/** How many nodes and racks there are, and whether some environment has a subnet in each rack. */
export interface Population {
  readonly nodes: number;
  /** Undefined if the fabric is not known. */
  readonly nodesPerRack: number | undefined;
  readonly subnetPerRack: boolean;
}

/** Addresses of a subnet that no node can have: network, broadcast, and the router. */
const RESERVED_PER_SUBNET = 3;

/** Findings about `cluster`'s ranges; sizes are checked only against a known population. */
export function checkAddresses(cluster: ClusterFile, population: Population | undefined): Finding[] {
  const findings: Finding[] = [];
  const pods = range(cluster.podCidr, ['cluster', 'podCidr'], findings);
  const nodes = range(cluster.nodeCidr, ['cluster', 'nodeCidr'], findings);
  const vlan =
    cluster.vlan?.subnet === undefined
      ? undefined
      : range(cluster.vlan.subnet, ['cluster', 'vlan', 'subnet'], findings);
  findings.push(...checkOverlap('podCidr', pods, nodes, ['cluster', 'podCidr']));
  findings.push(...checkOverlap('vlan.subnet', vlan, nodes, ['cluster', 'vlan', 'subnet']));
  if (pods !== undefined && cluster.nodeCidrPrefix !== undefined)
    findings.push(...checkPodBlocks(pods, cluster.nodeCidrPrefix));
  if (vlan !== undefined) findings.push(...checkVlanSubnet(vlan));
  if (population === undefined) return findings;
  if (nodes !== undefined && population.nodesPerRack !== undefined) {
    findings.push(...checkNodeRange(nodes, population, population.nodesPerRack));
  }
  return findings;
}

/** 1523 as "1,523". */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function range(text: string, path: Finding['path'], findings: Finding[]): AddressRange | undefined {
  const reading = parseRange(text);
  if (reading.ok) return reading.range;
  const expected = 'an IPv4 range such as 10.128.0.0/9';
  findings.push({
    path,
    at: 'value',
    message: reading.message,
    expected,
    got: describeValue(text),
    hint: reading.hint,
  });
  return undefined;
}

function checkOverlap(
  name: string,
  range: AddressRange | undefined,
  nodes: AddressRange | undefined,
  path: Finding['path'],
): Finding[] {
  if (range === undefined || nodes === undefined || !overlap(range, nodes)) return [];
  const message = `${name} overlaps with nodeCidr`;
  return [
    finding(path, message, `a range apart from ${nodes.text}`, range.text, 'give pods and nodes separate ranges'),
  ];
}

/** Running short of blocks is a question that a run answers; a range without a single block is a slip. */
function checkPodBlocks(pods: AddressRange, prefix: number): Finding[] {
  if (blocksIn(pods, prefix) >= 1) return [];
  const message = `${pods.text} holds no block of /${prefix}, so no node could have pods`;
  const hint = `write a range of at most /${prefix}, or a longer nodeCidrPrefix`;
  return [finding(['cluster', 'podCidr'], message, `a range of at least one block of /${prefix}`, pods.text, hint)];
}

function checkNodeRange(nodes: AddressRange, population: Population, nodesPerRack: number): Finding[] {
  const { subnetPerRack, nodes: count } = population;
  const subnetSize =
    2 ** Math.ceil(Math.log2((subnetPerRack ? Math.min(nodesPerRack, count) : count) + RESERVED_PER_SUBNET));
  const subnets = subnetPerRack ? Math.ceil(count / nodesPerRack) : 1;
  const needed = subnetSize * subnets;
  if (nodes.size >= needed) return [];
  const each = subnetPerRack
    ? `, in ${grouped(subnets)} racks with a subnet of ${grouped(subnetSize)} addresses each`
    : '';
  const message = `${nodes.text} holds ${grouped(nodes.size)} addresses, but ${grouped(count)} nodes need ${grouped(needed)}${each}`;
  const hint = `write a range of at most /${32 - Math.ceil(Math.log2(needed))}`;
  return [finding(['cluster', 'nodeCidr'], message, `${grouped(needed)} addresses`, nodes.text, hint)];
}

/** As for blocks: a subnet that is too small for all pods is a question, one without a usable address a slip. */
function checkVlanSubnet(vlan: AddressRange): Finding[] {
  if (vlan.size > RESERVED_PER_SUBNET) return [];
  const message = `${vlan.text} holds ${grouped(vlan.size)} addresses, and ${RESERVED_PER_SUBNET} of a subnet are not for pods`;
  return [
    finding(
      ['cluster', 'vlan', 'subnet'],
      message,
      'a subnet with addresses for pods',
      vlan.text,
      'write a range of at most /29',
    ),
  ];
}
