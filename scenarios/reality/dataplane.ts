/**
 * The suite `dataplane`: what ways through the kernel, packet filters and service chains cost, as a Linux 6.18 kernel was
 * recorded to do between network namespaces.
 *
 * Calibrated in each case of ways, from the row that the case itself names as its reference (`ratio_base`): how fast the
 * recording machine was (its least round trip), and how long sleepers took to wake there (its tenth, median and processor
 * time of round trips); other rows are compared to these as ratios, each with as many sleepers as its way has. The rows of
 * `dataplane-01` to `-06` that constants of the models were calibrated on are marked; every other quantity is predicted.
 * Tolerances: least round trip 10 %, processor time 20 %, single-stream throughput 25 %. A processor time also agrees where
 * it lies among the case's own repeats, which a model cannot be nearer to than they are to each other (64 bytes over
 * `veth-direct` in `dataplane-04`: 4,471 to 6,445 ns); so that this hides no drift, each way's ratio over all sizes of
 * datagrams is held to 20 % by itself. What the recording's README calls noise (these tenths, medians and their processor
 * time, and losses) is held to its own spread in the case.
 */
import {
  type DataPathKind,
  dataPathCost,
  endsCpuNsPerByte,
  roundTripCpuNs,
  tcpPayloadBytes,
  wakesOfRoundTrip,
} from '../../models/machine/data-path.ts';
import { sendingThread } from '../../models/machine/datagram.ts';
import { podMtu } from '../../models/network/frames.ts';
import { isObject, numberField, objectField, textField, wholeField } from './case-reader.ts';
import { replayChains } from './dataplane-chains.ts';
import { setsConstant } from './dataplane-rows.ts';
import { judge, marked, type Quantity, type Tolerance } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** Ways through the kernel, rules and service chains, recorded from Linux 6.18. */
export const dataplaneSuite: Suite = {
  name: 'dataplane',
  recognises: ({ json }) => json.family === 'dataplane' && (isObject(json.rows) || Array.isArray(json.rows)),
  replay: ({ json }: RecordedCase): Replay => (Array.isArray(json.rows) ? replayChains(json) : replayWays(json)),
};

/** A recorded kind: our way, and what it takes from the underlay's MTU. */
interface Kind {
  readonly path: DataPathKind;
  readonly reserveBytes: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'veth-direct': { path: 'host-network', reserveBytes: 0 },
  'bridge-samenode': { path: 'same-node-bridge', reserveBytes: 0 },
  'routed-samenode': { path: 'same-node-routed', reserveBytes: 0 },
  'bridge-flat-l2': { path: 'bridge-l2', reserveBytes: 0 },
  'macvlan-bridge': { path: 'macvlan', reserveBytes: 0 },
  'hostgw-bridge': { path: 'bridge-routed', reserveBytes: 0 },
  'routed-crossnode': { path: 'routed', reserveBytes: 0 },
  'vxlan-bridge': { path: 'vxlan-bridge', reserveBytes: 50 },
  'vxlan-routed': { path: 'vxlan-routed', reserveBytes: 50 },
  'hostgw-bridge-mtu1450': { path: 'bridge-routed', reserveBytes: 50 },
  'tun-udp': { path: 'tun-bridge', reserveBytes: 28 },
};

const ROUND_TRIP: Tolerance = { relative: 0.1 };
const PROCESSORS = { relative: 0.2 } as const;
const THROUGHPUT: Tolerance = { relative: 0.25 };

/** Payload of the recorded TCP streams: long enough for full units. */
const STREAM_BYTES = 1 << 30;

/** How a case was set up. */
interface Setting {
  readonly underlayMtu: number;
  readonly offload: boolean;
  /** Of its machine, beside the one behind the constants. */
  readonly speed: number;
}

/** A median with the least and the greatest of its repeats. */
interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

function replayWays(json: JsonObject): Replay {
  const rows = objectField(json, 'rows');
  const base = textField(json, 'ratio_base');
  if (typeof json.segmentation_offload !== 'boolean')
    throw new CaseProblem('"segmentation_offload" must be true or false.');
  const setting = {
    underlayMtu: wholeField(json, 'underlay_mtu', 576, 65_535),
    offload: json.segmentation_offload,
    speed: speedOf(rows, base),
  };
  const reference = { name: base, row: objectField(rows, base) };
  const quantities = Object.keys(rows).flatMap((name) => {
    const row = objectField(rows, name);
    const ratio = overSizes(name, row, reference, setting);
    return [...quantitiesOf(json, name, row, reference, setting), ...(ratio === null ? [] : [ratio])];
  });
  return { family: 'paths', name: textField(json, 'case'), quantities };
}

/** How fast the case's machine was beside the one behind the constants: by the least round trip of its reference row. */
function speedOf(rows: JsonObject, base: string): number {
  const kind = Object.hasOwn(KINDS, base) ? KINDS[base] : undefined;
  if (kind === undefined) throw new CaseProblem(`"ratio_base" names "${base}", which is no way that is known here.`);
  const least = spreadOf(objectField(rows, base), REFERENCE_FIELD).min;
  return dataPathCost(kind.path, { offload: true, podMtu: 1500 }, 1).roundTripNs / NS_PER_US / least;
}

/** The row that a case measures by. */
interface Reference {
  readonly name: string;
  readonly row: JsonObject;
}

function quantitiesOf(
  json: JsonObject,
  name: string,
  row: JsonObject,
  reference: Reference,
  setting: Setting,
): Quantity[] {
  return Object.keys(row).flatMap((field) => {
    const isFitted = setsConstant(json, name, field) || (name === reference.name && field === REFERENCE_FIELD);
    return quantityOf(name, field, row, reference, setting).map((quantity) => marked(quantity, isFitted));
  });
}

function quantityOf(name: string, field: string, row: JsonObject, reference: Reference, setting: Setting): Quantity[] {
  const simulated = figureOf(name, field, setting);
  const label = `${name} ${field}`;
  if (typeof row[field] === 'number') return [judge(label, row[field], simulated, 0)];
  // A field of a kind that nobody knows is a quantity that the models do not produce.
  if (simulated === null && !isSpread(row[field])) return [judge(label, row[field], null, 0)];
  const spread = spreadOf(row, field);
  // Idle wake-ups only ever lengthen a round trip: the least of the repeats is steady, their median is not.
  if (LEAST.test(field)) return [judge(`${label}, least`, spread.min, simulated, ROUND_TRIP)];
  if (WAKING.test(field))
    return name === reference.name ? [] : [wakingRatio(label, field, spread, { name, simulated }, reference, setting)];
  return [judge(`${label}, median`, spread.median, simulated, toleranceOf(field, spread, simulated))];
}

/** A figure that waking lengthens, as a ratio to the reference row's, within what both rows' spreads allow. */
function wakingRatio(
  label: string,
  field: string,
  own: Spread,
  { name, simulated }: { readonly name: string; readonly simulated: number | null },
  reference: Reference,
  setting: Setting,
): Quantity {
  const base = spreadOf(reference.row, field);
  const ratio = own.median / base.median;
  const spread = Math.max(own.max / base.min - ratio, ratio - own.min / base.max);
  const awake = figureOf(reference.name, field, setting);
  if (simulated === null || awake === null) return judge(`${label}, ratio of medians`, ratio, null, spread);
  const wakeUs = Math.max(0, base.median - awake) / sleepers(reference.name, field);
  const slept = simulated + wakeUs * sleepers(name, field);
  const sleptBase = awake + wakeUs * sleepers(reference.name, field);
  return judge(`${label}, ratio of medians`, ratio, slept / sleptBase, spread);
}

/** Who wakes in the time, or on the processors, that a field of ping-pongs counts: a program's are its own. */
function sleepers(name: string, field: string): number {
  const { ends, programs } = wakesOfRoundTrip(KINDS[name]!.path);
  return PROCESSORS_OF_ENDS.test(field) ? ends : ends + programs;
}

/** Processor time of datagrams relative to the reference row, median over their sizes: what a way costs at all. */
function overSizes(name: string, row: JsonObject, reference: Reference, setting: Setting): Quantity | null {
  const fields = Object.keys(row).filter((field) => SENDING.test(field) && isSpread(reference.row[field]));
  if (name === reference.name || fields.length === 0) return null;
  const observed = fields.map((field) => spreadOf(row, field).median / spreadOf(reference.row, field).median);
  const simulated = fields.map((field) => {
    const [own, base] = [figureOf(name, field, setting), figureOf(reference.name, field, setting)];
    return own === null || base === null ? Number.NaN : own / base;
  });
  const label = `${name} processor time of a datagram over ${reference.name}'s, median of sizes`;
  return judge(label, medianOf(observed), simulated.some(Number.isNaN) ? null : medianOf(simulated), PROCESSORS);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function figureOf(name: string, field: string, setting: Setting): number | null {
  return Object.hasOwn(KINDS, name) ? figure(KINDS[name]!, field, setting) : null;
}

const NS_PER_US = 1e3;
const REFERENCE_FIELD = 'rtt64_min_us';
const LEAST = /^rtt\d+_min_us$/;
const WAKING = /^rtt\d+_(p10_us|p50_us|cpu_us_per_rt)$/;
const PING_PONG = /^rtt\d+_(min_us|p10_us|p50_us)$/;
const PROCESSORS_OF_ENDS = /_cpu_us_per_rt$/;
const SENDING = /^udp\d+_tx_cpu_ns$/;
const DATAGRAMS = /^udp(\d+)_(tx_cpu_ns|rx_frac)$/;

/** What the models give for a recorded field, in its unit; null for a field that they do not know. */
function figure({ path, reserveBytes }: Kind, field: string, { underlayMtu, offload, speed }: Setting): number | null {
  const mtu = podMtu(underlayMtu, reserveBytes);
  const setting = { offload, podMtu: mtu, processorSpeed: speed };
  const datagrams = DATAGRAMS.exec(field);
  if (datagrams !== null) {
    const { sendNs, arrives } = sendingThread(path, Number(datagrams[1]), speed);
    return datagrams[2] === 'rx_frac' ? arrives : sendNs;
  }
  const stream = dataPathCost(path, setting, STREAM_BYTES);
  if (PROCESSORS_OF_ENDS.test(field)) return roundTripCpuNs(path, speed) / NS_PER_US;
  if (PING_PONG.test(field)) return stream.roundTripNs / NS_PER_US;
  switch (field) {
    case 'pod_mtu':
      return mtu;
    case 'tcp_mss':
      return tcpPayloadBytes(mtu);
    case 'tcp_gbps':
      return (stream.streamBytesPerSec * 8) / 1e9;
    case 'tcp_cpu_ns_per_kb':
      return endsCpuNsPerByte(path, setting, STREAM_BYTES) * 1e3;
    default:
      return null;
  }
}

function toleranceOf(field: string, spread: Spread, simulated: number | null): Tolerance {
  const { median, min, max } = spread;
  if (field === 'tcp_gbps') return THROUGHPUT;
  if (field === 'tcp_cpu_ns_per_kb' || SENDING.test(field)) return processorTolerance(spread, simulated);
  return Math.max(max - median, median - min);
}

/** Processor time: 20 %, or as far as the case's own repeats went on that side. */
function processorTolerance({ median, min, max }: Spread, simulated: number | null): Tolerance {
  const repeats = simulated !== null && simulated < median ? median - min : max - median;
  return repeats > PROCESSORS.relative * median ? repeats : PROCESSORS;
}

const isSpread = (value: unknown): boolean =>
  isObject(value) && ['median', 'min', 'max'].every((name) => typeof value[name] === 'number' && value[name] > 0);

const FIGURE_MAX = 1e15;

function spreadOf(row: JsonObject, field: string): Spread {
  const spread = objectField(row, field);
  const of = (name: string): number => numberField(spread, name, Number.MIN_VALUE, FIGURE_MAX);
  return { median: of('median'), min: of('min'), max: of('max') };
}
