/**
 * Published tables as data: what was measured, which of our ways each row is, and which figures constants came from.
 *
 * Sources: infraBuilder's benchmark of 2024-01 (raw data, 40 Gbit/s, MTU 9,000; set-up scripts in its repository: Calico
 * wraps only across subnets, its nodes shared one) and of 2020-08 (raw data, 10 Gbit/s), Tencent's TKE guide of 2026 (10 G
 * virtual machines), DaoCloud's documents (10 G, Xeon E5-2620 at 2.0 GHz).
 */
import type { DataPathKind } from '../../../models/machine/data-path.ts';
import type { PublishedTable } from '../../../models/machine/rows.ts';
import type { PolicyChains } from '../../../models/machine/rule-cost.ts';

/** How a column is predicted: a TCP or UDP stream (bit/s), or the round trip of a small packet (ns). */
export type Column = 'tcp' | 'udp' | 'rr' | 'tcp-same-node';

export interface PublishedRow {
  readonly row: string;
  readonly path: DataPathKind;
  readonly sameNodePath?: DataPathKind;
  readonly podMtu: number;
  /** Bytes around the pod's packet. */
  readonly wrapBytes: number;
  /** A policy agent's chains that stand in the way (Felix with iptables). */
  readonly chains: PolicyChains;
  /** The scheme whose way this is in scenarios; Canal's is Calico's VXLAN. Absent where there is none. */
  readonly scheme?: string;
  readonly figures: Readonly<Partial<Record<string, number>>>;
}

export interface Published {
  readonly table: PublishedTable;
  readonly linkBitsPerSec: number;
  /** The one row, by name and column, that the speed of the test bed's cores is calibrated on. */
  readonly speedFrom: readonly [row: string, column: string];
  /** Columns by name, and how each is predicted. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly rows: readonly PublishedRow[];
  /** Rows and columns of the table that are not physics or not modelled, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

function row(
  name: string,
  path: DataPathKind,
  [podMtu, wrapBytes]: readonly [number, number],
  figures: Readonly<Record<string, number>>,
  more: Partial<Pick<PublishedRow, 'chains' | 'sameNodePath' | 'scheme'>> = {},
): PublishedRow {
  return { row: name, path, podMtu, wrapBytes, chains: 'none', figures, ...more };
}

const FELIX = { chains: 'iptables' } as const;

const INFRABUILDER_2024: Published = {
  table: 'infrabuilder-2024',
  linkBitsPerSec: 40e9,
  speedFrom: ['flannel', 'dts'],
  columns: { dts: 'tcp' },
  rows: [
    row('bare-metal', 'host-network', [9000, 0], { dts: 31.9 }),
    row('calico-ebpf', 'ebpf-routed', [8950, 0], { dts: 25.4 }),
    row('kube-router', 'bridge-routed', [9000, 0], { dts: 22.7 }, { scheme: 'kube-router' }),
    row('cilium-no-kube-proxy', 'ebpf-vxlan', [8950, 50], { dts: 22.6 }, { scheme: 'cilium-vxlan' }),
    row('cilium', 'ebpf-vxlan', [8950, 50], { dts: 22.3 }, { scheme: 'cilium-vxlan' }),
    row('antrea', 'ovs-geneve', [8950, 50], { dts: 20.8 }, { scheme: 'antrea-geneve' }),
    row('antrea-no-encap', 'ovs-plain', [9000, 0], { dts: 20.6 }, { scheme: 'antrea-noencap' }),
    row('flannel', 'vxlan-bridge', [8950, 50], { dts: 19.8 }, { scheme: 'flannel-vxlan' }),
    row('calico', 'routed', [8950, 0], { dts: 19.6 }, { ...FELIX, scheme: 'calico-vxlan-crosssubnet' }),
    row('canal', 'vxlan-routed', [8950, 50], { dts: 16.2 }, { ...FELIX, scheme: 'calico-vxlan' }),
  ],
  leftOut: {
    'kube-ovn': "Antrea's kind of way at half its pace: what OVN's logical pipeline adds was never recorded",
    'calico-vpp': 'a data plane of its own in user space (VPP), which is not modelled',
    'wireguard, ipsec': 'encryption is not modelled',
    'dtm, dum': 'eight streams fill the link: no two rows of DTM differ by 10 %, and in DUM Flannel beats bare metal',
    dus: 'within 6 % of bare metal but for Canal (16 % below), and rows with loss. The models, with datagrams that fill the MTU, are 2.0 to 3.5 times above, most for bare metal, which has 7.3 of 40 Gbit/s: a bound that all share and that is not the way, such as the program. Its datagram size is not in the reference, so these rows neither confirm nor refute what datagrams cost; this stays open',
    cores: 'two rows are calibration rows; the models put all ways with offload within their own 20 % and rank none',
  },
};

const INFRABUILDER_2020: Published = {
  table: 'infrabuilder-2020',
  linkBitsPerSec: 10e9,
  speedFrom: ['calico-default', 'tcp'],
  columns: { tcp: 'tcp', udp: 'udp' },
  rows: [
    row('flannel', 'vxlan-bridge', [8950, 50], { tcp: 9690, udp: 9846 }, { scheme: 'flannel-vxlan' }),
    row('antrea', 'ovs-geneve', [8950, 50], { tcp: 9826, udp: 9796 }, { scheme: 'antrea-geneve' }),
    row('cilium', 'ebpf-vxlan', [8950, 50], { tcp: 9426, udp: 9726 }, { scheme: 'cilium-vxlan' }),
    row('calico-default', 'ipip-routed', [1440, 20], { tcp: 8787, udp: 1872 }, { ...FELIX, scheme: 'calico-ipip' }),
    row('calico-tuned', 'ipip-routed', [8940, 20], { tcp: 9834, udp: 9757 }, { ...FELIX, scheme: 'calico-ipip' }),
    row('canal-default', 'vxlan-routed', [1450, 50], { tcp: 8530, udp: 1820 }, { ...FELIX, scheme: 'calico-vxlan' }),
    row('canal-tuned', 'vxlan-routed', [8940, 50], { tcp: 9817, udp: 9742 }, { ...FELIX, scheme: 'calico-vxlan' }),
    row('kube-router', 'bridge-routed', [1500, 0], { tcp: 8051, udp: 2810 }, { scheme: 'kube-router' }),
  ],
  leftOut: {
    'weave-net': 'no scheme here is like it: an OVS data path of its own with misses in user space',
    'kube-ovn': "as in 2024: what OVN's logical pipeline adds was never recorded",
    'encrypted rows': 'encryption is not modelled',
    cpu: 'percentages of whole machines without their number of cores',
  },
};

const TKE_2026: Published = {
  table: 'tke-2026',
  linkBitsPerSec: 10e9,
  speedFrom: ['iptables', 'rr'],
  columns: { rr: 'rr' },
  rows: [
    row('iptables', 'routed', [1500, 0], { rr: 84 }, { scheme: 'aws-vpc-cni' }),
    row('cilium-native', 'ebpf-routed', [1500, 0], { rr: 85 }, { scheme: 'cilium-native' }),
    row('cilium-vxlan', 'ebpf-vxlan', [1450, 50], { rr: 95 }, { scheme: 'cilium-vxlan' }),
  ],
  leftOut: { tcp: 'all rows within 4 %: the link is full' },
};

const DAOCLOUD: Published = {
  table: 'daocloud',
  linkBitsPerSec: 10e9,
  speedFrom: ['calico-ipip', 'tcp'],
  columns: { tcp: 'tcp', 'tcp-same-node': 'tcp-same-node', rr: 'rr' },
  rows: [
    row('node', 'host-network', [1500, 0], { tcp: 9.16, rr: 113 }),
    row(
      'macvlan',
      'macvlan',
      [1500, 0],
      { tcp: 9.18, rr: 82, 'tcp-same-node': 22.2 },
      { sameNodePath: 'same-node-macvlan', scheme: 'macvlan' },
    ),
    row(
      'cilium-vxlan',
      'ebpf-vxlan',
      [1450, 50],
      { tcp: 8.3, rr: 201, 'tcp-same-node': 15.3 },
      { sameNodePath: 'same-node-ebpf', scheme: 'cilium-vxlan' },
    ),
    row(
      'calico-ipip',
      'ipip-routed',
      [1480, 20],
      { tcp: 4.51, rr: 249, 'tcp-same-node': 10.3 },
      { ...FELIX, sameNodePath: 'same-node-routed', scheme: 'calico-ipip' },
    ),
    row(
      'calico-vxlan',
      'vxlan-routed',
      [1450, 50],
      { rr: 275, 'tcp-same-node': 10.2 },
      { ...FELIX, sameNodePath: 'same-node-routed', scheme: 'calico-vxlan' },
    ),
    row(
      'calico-underlay',
      'routed',
      [1500, 0],
      { rr: 196, 'tcp-same-node': 10.3 },
      { ...FELIX, sameNodePath: 'same-node-routed', scheme: 'calico-bgp' },
    ),
  ],
  leftOut: {
    'calico-vxlan tcp': 'an artefact of checksum offload, as the source says',
    'calico-underlay tcp': 'slower than the same way with a wrap around it (3.89 against 4.51): no cost of the way',
    'sr-iov': 'not modelled',
    'node rr':
      "slower than a pod with macvlan on that node (113 against 82 us): the host's own netfilter, which no recording has",
  },
};

export const PUBLISHED: readonly Published[] = [INFRABUILDER_2024, INFRABUILDER_2020, TKE_2026, DAOCLOUD];
