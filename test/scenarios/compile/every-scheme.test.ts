import { describe, expect, it } from 'vitest';
import { SCHEMES } from '../../../models/schemes/index.ts';
import { place, populationOf } from '../../../scenarios/compile/index.ts';
import { planOfText, runAll } from './small-worlds.ts';
import { ENVIRONMENTS, everyScheme } from './verdict-text.ts';

/** Short names of the deciding rules. */
const RULES: Readonly<Record<string, string>> = {
  l2: 'layer-2-across-subnets',
  src: 'unknown-source-ip',
  dst: 'unknown-destination-ip',
  bgp: 'bgp-to-top-of-rack',
  ipip: 'ip-protocol-4',
  vlan: 'vlan-tags',
  bcast: 'broadcast',
  mac: 'unknown-mac',
  aci: 'fabric-controller',
  api: 'route-api',
  prov: 'provider-addresses',
};

/**
 * One column an environment, in the order of ENVIRONMENTS: room with BGP, without, one segment, ACI, strict virtual switch,
 * AWS, Azure, GCP. `yes`: allowed; `if RULE`: restricted; `RULE`: refused by it. Why:
 * - UDP overlays pass everywhere (Calico's Azure page: VXLAN is supported; Flannel, Cilium, OVN: UDP between nodes).
 * - IP in IP is dropped by Azure alone (the same page).
 * - Plain pod packets: a router between racks drops them unless it has routes; AWS lets them pass inside a subnet with the
 *   source/destination check off (Calico's AWS page); Azure and GCP only by a route of their own tables.
 * - host-gw needs one layer-2 segment (Flannel's documentation).
 * - VLAN tags, second MAC addresses and broadcasts are not carried by VPCs; strict virtual switches drop second MAC
 *   addresses, so macvlan fails and IPVLAN works (VMware's documentation).
 * - Addresses of a provider exist only at that provider; ACI needs an APIC (Contiv's documentation).
 */
const VERDICTS: Readonly<Record<string, string>> = {
  'flannel-vxlan': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'flannel-directrouting': 'yes, yes, yes, yes, yes, if src, src, src',
  'flannel-host-gw': 'l2, l2, yes, yes, yes, if src, src, src',
  'flannel-udp': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'calico-bgp': 'yes, bgp, yes, yes, yes, if src, src, src',
  'calico-mesh': 'dst, dst, yes, yes, yes, if src, src, src',
  'calico-reflectors': 'dst, dst, yes, yes, yes, if src, src, src',
  'calico-tor': 'yes, bgp, bgp, yes, bgp, bgp, bgp, bgp',
  'calico-ipip': 'yes, yes, yes, yes, yes, yes, ipip, yes',
  'calico-ipip-crosssubnet': 'yes, yes, yes, yes, yes, if src, src, src',
  'calico-vxlan': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'calico-vxlan-crosssubnet': 'yes, yes, yes, yes, yes, if src, src, src',
  'contiv-vlan': 'yes, yes, yes, bcast, vlan, vlan, vlan, vlan',
  'contiv-vxlan': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'contiv-bgp': 'yes, bgp, bgp, yes, bgp, bgp, bgp, bgp',
  'contiv-aci': 'aci, aci, aci, yes, aci, aci, aci, aci',
  'openshift-sdn': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'openshift-multitenant': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'openshift-networkpolicy': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'custom-static': 'yes, yes, yes, yes, yes, if src, if src, if src',
  'custom-vpc-routes': 'api, api, api, api, api, if src, if src, if src',
  'cilium-native': 'yes, bgp, yes, yes, yes, if src, src, src',
  'cilium-vxlan': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'cilium-geneve': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'kube-router': 'yes, yes, yes, yes, yes, if src, src, src',
  'ovn-kubernetes': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'antrea-geneve': 'yes, yes, yes, yes, yes, yes, yes, yes',
  'antrea-noencap': 'dst, dst, yes, yes, yes, if src, src, src',
  'antrea-hybrid': 'yes, yes, yes, yes, yes, if src, src, src',
  macvlan: 'yes, yes, yes, bcast, mac, mac, mac, mac',
  'ipvlan-l2': 'yes, yes, yes, bcast, yes, bcast, bcast, bcast',
  'ipvlan-l3': 'yes, yes, yes, yes, yes, if src, if src, if src',
  'aws-vpc-cni': 'prov, prov, prov, prov, prov, yes, prov, prov',
  'aws-vpc-cni-prefix': 'prov, prov, prov, prov, prov, yes, prov, prov',
  'azure-cni': 'prov, prov, prov, prov, prov, prov, yes, prov',
  'azure-cni-overlay': 'prov, prov, prov, prov, prov, prov, yes, prov',
  'gke-vpc-native': 'prov, prov, prov, prov, prov, prov, prov, yes',
};

const plan = planOfText(everyScheme(ENVIRONMENTS));

function verdict(environment: string, scheme: string): string {
  const { judgement } = plan.alternatives.find(({ name }) => name === `${environment}/${scheme}`)!;
  return said(judgement);
}

function said({ verdict, because }: (typeof plan.alternatives)[number]['judgement']): string {
  if (verdict === 'allowed') return 'yes';
  const rule = because[0]!.rule;
  const short = Object.keys(RULES).find((key) => RULES[key] === rule) ?? rule;
  return verdict === 'restricted' ? `if ${short}` : short;
}

describe('verdicts of every mode in every environment', () => {
  it.each(SCHEMES.map(({ name }) => name))('%s', (scheme) => {
    expect(ENVIRONMENTS.map((environment) => verdict(environment, scheme)).join(', ')).toBe(VERDICTS[scheme]);
  });
});

describe('flipping one rule flips the verdict', () => {
  const flips: readonly (readonly [use: string, rule: string, value: string, scheme: string, verdict: string])[] = [
    ['machine-room-bgp', 'layer-2-across-subnets', 'pass', 'flannel-host-gw', 'yes'],
    ['machine-room-no-bgp', 'unknown-destination-ip', 'pass', 'calico-mesh', 'yes'],
    ['machine-room-no-bgp', 'unknown-destination-ip', 'pass', 'antrea-noencap', 'yes'],
    ['machine-room-no-bgp', 'bgp-to-top-of-rack', 'pass', 'cilium-native', 'yes'],
    ['machine-room-bgp', 'bgp-to-top-of-rack', 'drop', 'calico-tor', 'bgp'],
    ['machine-room-bgp', 'bgp-to-top-of-rack', 'drop', 'contiv-bgp', 'bgp'],
    ['machine-room-bgp', 'ip-protocol-4', 'drop', 'calico-ipip', 'ipip'],
    ['machine-room-bgp', 'ip-protocol-4', 'drop', 'calico-ipip-crosssubnet', 'ipip'],
    ['machine-room-bgp', 'ip-protocol-4', 'drop', 'kube-router', 'ipip'],
    ['machine-room-flat', 'ip-protocol-4', 'drop', 'kube-router', 'yes'],
    ['azure-like-vpc', 'ip-protocol-4', 'pass', 'calico-ipip', 'yes'],
    ['machine-room-bgp', 'udp-ports', 'drop', 'flannel-udp', 'udp-ports'],
    ['machine-room-bgp', 'udp-ports', 'drop', 'flannel-directrouting', 'udp-ports'],
    ['machine-room-flat', 'udp-ports', 'drop', 'flannel-directrouting', 'yes'],
    ['machine-room-bgp', 'udp-ports', 'drop', 'ovn-kubernetes', 'udp-ports'],
    ['machine-room-bgp', 'udp-ports', 'drop', 'cilium-geneve', 'udp-ports'],
    ['vmware-like-room', 'unknown-mac', 'pass', 'macvlan', 'yes'],
    ['machine-room-flat', 'unknown-mac', 'drop', 'ipvlan-l2', 'yes'],
    ['machine-room-flat', 'broadcast', 'drop', 'ipvlan-l2', 'bcast'],
    ['machine-room-flat', 'broadcast', 'drop', 'ipvlan-l3', 'yes'],
    ['machine-room-aci', 'fabric-controller', 'drop', 'contiv-aci', 'aci'],
    ['machine-room-flat', 'fabric-controller', 'pass', 'contiv-aci', 'yes'],
    ['aws-like-vpc', 'route-api', 'drop', 'custom-vpc-routes', 'api'],
    ['aws-like-vpc', 'provider-addresses', 'none', 'aws-vpc-cni', 'prov'],
    ['azure-like-vpc', 'provider-addresses', 'aws', 'aws-vpc-cni', 'yes'],
    ['azure-like-vpc', 'addresses-per-network', '371', 'azure-cni', 'addresses-per-network'],
    ['azure-like-vpc', 'addresses-per-network', '372', 'azure-cni', 'yes'],
    ['azure-like-vpc', 'addresses-per-network', '371', 'azure-cni-overlay', 'yes'],
    ['azure-like-vpc', 'addresses-per-interface', '30', 'azure-cni', 'addresses-per-interface'],
    ['machine-room-bgp', 'route-quota', '11', 'ipvlan-l3', 'route-quota'],
    ['machine-room-bgp', 'route-quota', '59', 'contiv-bgp', 'route-quota'],
    ['machine-room-bgp', 'route-quota', '60', 'contiv-bgp', 'yes'],
    ['gcp-like-vpc', 'route-quota', '11', 'custom-vpc-routes', 'route-quota'],
  ];

  it.each(flips)('%s with %s: %s makes %s %s', (use, rule, value, scheme, expected) => {
    const environments = `environments: { changed: { use: ${use}, rules: { ${rule}: ${value} } } }`;
    const [changed] = planOfText(everyScheme(['changed'], [scheme], environments)).alternatives;
    expect(said(changed!.judgement)).toBe(expected);
    expect(verdict(use, scheme)).not.toBe('');
  });
});

describe('tenants', () => {
  const withTenants = (scheme: string, tenants: number, environment = 'machine-room-bgp') =>
    said(planOfText(everyScheme([environment], [scheme], '', `  tenants: ${tenants}`)).alternatives[0]!.judgement);

  it.each([
    ['contiv-vlan', 4094, 'vlan-ids', 'machine-room-bgp'],
    ['contiv-aci', 4094, 'vlan-ids', 'machine-room-aci'],
    ['contiv-vxlan', 16_777_216, 'network-ids', 'machine-room-bgp'],
    ['openshift-multitenant', 16_777_206, 'network-ids', 'machine-room-bgp'],
  ] as const)('%s numbers %i of them', (scheme, most, rule, environment) => {
    expect(withTenants(scheme, most, environment)).toBe('yes');
    expect(withTenants(scheme, most + 1, environment)).toBe(rule);
  });

  it('are no matter to schemes without an id for each', () => {
    for (const scheme of ['flannel-vxlan', 'calico-bgp', 'openshift-sdn'])
      expect(withTenants(scheme, 20_000_000)).toBe('yes');
  });
});

describe('a run of every mode, where it is allowed', () => {
  const where = (scheme: string): string => ENVIRONMENTS.find((one) => !Object.hasOwn(RULES, verdict(one, scheme)))!;

  it.each(SCHEMES.map(({ name }) => name))('%s moves bytes and tells its counts', (scheme) => {
    const environment = where(scheme);
    const one = planOfText(everyScheme([environment], [scheme]));
    const { metrics } = [...runAll(one, '1').values()][0]!;
    expect(metrics['podsFit']).toBe(60);
    expect(metrics['goodput']).toBeGreaterThan(100e6);
    expect(metrics['flowsFailed']).toBe(0);
    for (const { key, count } of one.alternatives[0]!.growth) expect(metrics[key]).toBe(count);
  });
});

describe('pods of a node under AWS VPC CNI', () => {
  const nodes = (type: string) =>
    `nodes: [{ count: 2, name: node, cpu: 96, memory: 384Gi, labels: { node.kubernetes.io/instance-type: ${type} } }]`;
  const podsThatFit = (scheme: string, type: string): number => {
    const text = everyScheme(['aws-like-vpc'], [scheme])
      .replace(/nodes: \[.*\]/, nodes(type))
      .replace('count: 60', 'count: 2000')
      .replace('cpu: 500m, memory: 1Gi', 'cpu: 1m, memory: 1Mi')
      .replace('podsPerNodeMax: 30', 'podsPerNodeMax: 1000');
    const { alternatives, document } = planOfText(text);
    return place(alternatives[0]!, populationOf(document), '1').node.filter((node) => node >= 0).length;
  };

  it.each([
    ['t3.small', 11],
    ['m5.large', 29],
    ['m5.xlarge', 58],
    ['m5.4xlarge', 234],
    ['m5.24xlarge', 737],
  ])('%s holds %i', (type, pods) => {
    expect(podsThatFit('aws-vpc-cni', type)).toBe(2 * pods);
  });

  it('are 110 or 250 with prefixes, by size', () => {
    expect(podsThatFit('aws-vpc-cni-prefix', 'm5.large')).toBe(220);
    expect(podsThatFit('aws-vpc-cni-prefix', 'm5.24xlarge')).toBe(500);
  });
});
