/**
 * The suite `net`, family `l2`: requests, deliveries and table sizes of ARP on one segment and behind a router, and
 * copies of broadcasts in VXLAN, as a Linux 6.18 kernel was recorded to make them.
 *
 * Every row of a case is a run of models/network/layer2 or models/network/overlay, by message. Counts must be equal. How
 * fast the recording program went from host to host is not recorded, and matters only where a run was so long that
 * entries aged and were asked again. There the pace is read off the row's own number of such requests of hosts
 * (`arp_unicast_requests_received` on a segment, `arp_requests_sent` behind a router), which is then not counted; all other
 * quantities of the row are predicted. The recording program counted 1 s after the last host: read off the row of 64 hosts
 * behind a router. What the kernel draws by chance (how long an answer is trusted) is held to the range of our seeds.
 */
import {
  type Conversation,
  type ConversationCounts,
  converse,
  PATTERNS,
  type Pattern,
} from '../../models/network/layer2/conversation.ts';
import { REPLICATIONS, type Replication, replicate } from '../../models/network/overlay/replication.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import { isObject, numberField, textField, wholeField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** ARP on a segment and behind a router, VXLAN broadcasts: recorded from Linux 6.18. */
export const netL2Suite: Suite = {
  name: 'net',
  recognises: ({ json }) => json.family === 'l2' && Array.isArray(json.rows),
  replay: ({ json }: RecordedCase): Replay => ({
    family: 'l2',
    name: textField(json, 'case'),
    quantities: rowsOf(json).flatMap((row) => ('vteps' in row ? copiesOf(row) : arpQuantities(row))),
  }),
};

/** The rows of a case. @throws CaseProblem */
function rowsOf(json: JsonObject): readonly JsonObject[] {
  const rows = json.rows as readonly unknown[];
  return rows.map((row) => {
    if (isObject(row)) return row;
    throw new CaseProblem('each of "rows" must be an object.');
  });
}

/** More hosts would take minutes. */
const HOSTS_MAX = 2_048;
const COUNT_MAX = 1e12;

/** Quick enough that nothing ages within the recorded small runs. */
const QUICK_TURN_NS = 100 * NS_PER_MS;
/** No program takes longer from host to host. */
const SLOW_TURN_NS = 20 * NS_PER_SECOND;
/** The pace to a microsecond. */
const HALVINGS = 24;
/** How often what chance decides is drawn. */
const SEEDS = 40;

/** The limits were raised for the recordings (README). */
const RAISED = { gcThresh1: 65_536, gcThresh2: 65_536, gcThresh3: 65_536 };

function arpQuantities(row: JsonObject): Quantity[] {
  const given = conversationOf(row);
  const aged = row.mode === 'l2' ? 'arp_unicast_requests_received' : 'arp_requests_sent';
  const quick = converse(given);
  if (numberField(row, aged, 0, COUNT_MAX) <= fieldOf(aged, quick)!) return judged(row, [quick], undefined);
  const turnNs = paceOf(given, aged, numberField(row, aged, 0, COUNT_MAX));
  const runs = Array.from({ length: SEEDS }, (_, seed) =>
    converse({ ...given, ...paced(given, turnNs), seed: `${seed}` }),
  );
  return judged(row, runs, aged);
}

function conversationOf(row: JsonObject): Conversation {
  const mode = textField(row, 'mode');
  const pattern = textField(row, 'pattern');
  if (mode !== 'l2' && mode !== 'routed') throw new CaseProblem(`"mode" must be l2 or routed, but it is "${mode}".`);
  if (!PATTERNS.some((each) => each === pattern)) {
    throw new CaseProblem(`"pattern" must be one of ${PATTERNS.join(', ')}, but it is "${pattern}".`);
  }
  const hosts = wholeField(row, 'hosts', 2, HOSTS_MAX);
  const given = {
    mode: mode === 'l2' ? ('flat' as const) : ('routed' as const),
    pattern: pattern as Pattern,
    hosts,
    seed: '0',
    limits: RAISED,
    settleNs: NS_PER_SECOND,
  };
  return { ...given, ...paced(given, QUICK_TURN_NS) };
}

/** A host's datagrams are spread over its turn. */
function paced({ hosts }: { readonly hosts: number }, turnNs: number): { turnNs: number; spacingNs: number } {
  return { turnNs, spacingNs: Math.floor(turnNs / hosts) };
}

/** The turn at which a run has as many requests of hosts for aged entries as were recorded: slower runs have more. */
function paceOf(given: Conversation, aged: string, recorded: number): number {
  let quickNs = QUICK_TURN_NS;
  let slowNs = SLOW_TURN_NS;
  for (let i = 0; i < HALVINGS; i++) {
    const turnNs = Math.floor((quickNs + slowNs) / 2);
    const count = fieldOf(aged, converse({ ...given, ...paced(given, turnNs) }))!;
    if (count === recorded) return turnNs;
    if (count < recorded) quickNs = turnNs;
    else slowNs = turnNs;
  }
  return quickNs;
}

/** Columns that say what a row is. */
const KEYS: readonly string[] = ['mode', 'hosts', 'pattern'];

function judged(row: JsonObject, runs: readonly ConversationCounts[], aged: string | undefined): Quantity[] {
  const label = `${row.mode} ${row.pattern} ${row.hosts} hosts`;
  return Object.keys(row)
    .filter((field) => !KEYS.includes(field) && field !== aged)
    .map((field) => judgeField(`${label} ${field}`, field, row[field], runs));
}

function judgeField(name: string, field: string, observed: unknown, runs: readonly ConversationCounts[]): Quantity {
  const values = runs.map((run) => fieldOf(field, run));
  const [first] = values;
  if (first === null || first === undefined) return judge(name, observed, null, 0);
  const numbers = values as number[];
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  // "may include a stray frame or two" (README).
  if (field === 'ip_received')
    return judgeBetween(name, observed, first, low, high + 2, ', with at most two stray frames');
  if (low === high) return judge(name, observed, first, 0);
  return judgeBetween(name, observed, first, low, high, `, the range of ${SEEDS} seeds`);
}

/** A number that may lie in a range. */
function judgeBetween(
  name: string,
  observed: unknown,
  simulated: number,
  low: number,
  high: number,
  why: string,
): Quantity {
  const agree = typeof observed === 'number' && observed >= low && observed <= high;
  return { name, observed, simulated, tolerance: `${low} to ${high}${why}`, agree };
}

function fieldOf(field: string, run: ConversationCounts): number | null {
  const hosts = run.hosts;
  switch (field) {
    case 'flows':
      return run.flows;
    case 'arp_requests_sent':
      return run.requestsSent;
    case 'arp_broadcast_frames_received_total':
      return run.broadcastRequestsReceived;
    case 'arp_broadcast_received_per_host':
      return hundredths(run.broadcastRequestsReceived / hosts);
    case 'arp_unicast_requests_received':
      return run.unicastRequestsReceived;
    case 'arp_replies_received':
      return run.repliesReceived;
    case 'ip_received':
      return run.packetsReceived;
    case 'arp_table_per_host_max':
      return run.entriesMax;
    case 'arp_table_per_host_mean':
      return hundredths(run.entriesSum / hosts);
    case 'router_arp_entries':
      return run.routerEntries;
    case 'router_routes':
      return run.routerRoutes;
    case 'bridge_fdb_learned':
      return run.bridgeEntries;
    default:
      return null;
  }
}

/** More ends would take minutes. */
const ENDS_MAX = 4_096;
const VXLAN_KEYS: readonly string[] = ['vteps', 'mode', 'note'];

/**
 * A row of VXLAN. What IPv6 of the containers said before is not recorded, and teaches an end addresses: its table lies
 * between that of a run in which nobody had spoken and one in which all had.
 */
function copiesOf(row: JsonObject): Quantity[] {
  const ends = wholeField(row, 'vteps', 2, ENDS_MAX);
  const method = textField(row, 'mode');
  if (!REPLICATIONS.some((each) => each === method)) {
    throw new CaseProblem(`"mode" must be one of ${REPLICATIONS.join(', ')}, but it is "${method}".`);
  }
  const quiet = replicate({ ends, method: method as Replication });
  const chatty = replicate({ ends, method: method as Replication, chatty: true });
  const label = `${method} ${ends} ends`;
  const exact: Readonly<Record<string, number>> = {
    vxlan_frames_sent_by_source: quiet.framesSentBySource,
    vxlan_frames_received_total: quiet.framesReceived,
    inner_arp_broadcasts_seen: quiet.requestsSeen,
  };
  return Object.keys(row)
    .filter((field) => !VXLAN_KEYS.includes(field))
    .map((field) => {
      const name = `${label} ${field}`;
      if (field !== 'fdb_entries_at_source') {
        return judge(name, row[field], Object.hasOwn(exact, field) ? exact[field] : null, 0);
      }
      const [low, high] = [quiet.entriesAtSource, chatty.entriesAtSource];
      if (low === high) return judge(name, row[field], low, 0);
      return judgeBetween(name, row[field], low, low, high, ', from silent containers to ones that have all spoken');
    });
}

/** Two decimals, halves to the even side, as the recording rounds. */
function hundredths(value: number): number {
  const scaled = value * 100;
  const floor = Math.floor(scaled);
  const isHalf = scaled - floor === 0.5;
  return (isHalf ? floor + (floor % 2) : Math.round(scaled)) / 100;
}
