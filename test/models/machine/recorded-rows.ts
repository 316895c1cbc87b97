/**
 * Medians of the recorded cases `dataplane-02-mtu1500-nooffload` and `dataplane-04-mtu9000-offload` (Linux 6.18 between
 * network namespaces, seven repeats): processor time of UDP packets (ns), least round trip of 64 bytes (us), processor
 * time of TCP (ns for 1,000 bytes, both ends), TCP of one stream (Gbit/s).
 */

/** The ways whose rows are checked here. */
export type RecordedKind =
  | 'routed'
  | 'bridge-l2'
  | 'bridge-routed'
  | 'vxlan-routed'
  | 'vxlan-bridge'
  | 'same-node-routed'
  | 'same-node-bridge';

export interface RecordedRow {
  readonly udp64Ns: number;
  readonly udp1400Ns: number;
  readonly roundTripUs: number;
  readonly tcpCpuNsPerKb: number;
  readonly tcpGbps: number;
}

type Rows = Readonly<Record<RecordedKind, RecordedRow>>;

function row(udp64Ns: number, udp1400Ns: number, roundTripUs: number, tcpCpuNsPerKb: number, tcpGbps: number) {
  return { udp64Ns, udp1400Ns, roundTripUs, tcpCpuNsPerKb, tcpGbps };
}

/** `dataplane-02`: MTU 1,500 (1,450 in VXLAN), no offload. */
export const PLAIN_1500: Rows = {
  'same-node-bridge': row(6257.4, 6176.1, 14.98, 1727.42, 3.078),
  'same-node-routed': row(5271.4, 5888.6, 13.84, 1595.07, 2.872),
  'bridge-l2': row(7902.1, 8382.3, 16.96, 2763.66, 2.408),
  'bridge-routed': row(8298.0, 8993.5, 18.02, 3429.37, 1.483),
  routed: row(7056.4, 7640.6, 15.15, 2202.9, 2.543),
  'vxlan-bridge': row(11893.6, 10916.3, 22.26, 4248.53, 1.169),
  'vxlan-routed': row(9191.3, 9218.2, 19.34, 3207.96, 1.409),
};

/** `dataplane-04`: MTU 9,000 (8,950 in VXLAN), segmentation offload. */
export const OFFLOAD_9000: Rows = {
  'same-node-bridge': row(7930.9, 7473.4, 15.11, 836.47, 12.438),
  'same-node-routed': row(6651.6, 6202.1, 13.9, 822.51, 11.942),
  'bridge-l2': row(9449.5, 9269.7, 17.14, 883.57, 10.93),
  'bridge-routed': row(9148.6, 9848.1, 18.02, 728.8, 11.327),
  routed: row(6776.9, 6925.8, 15.24, 767.06, 11.994),
  'vxlan-bridge': row(12469.3, 13871.5, 23.38, 851.04, 9.81),
  'vxlan-routed': row(11090.5, 11180.0, 20.79, 984.03, 10.925),
};
