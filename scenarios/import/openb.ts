/**
 * The CSV files of the OpenB trace (Alibaba, cluster-trace-gpu-v2023): a list of nodes and a list of pods become a scenario.
 *
 * Nodes and pods are counted by shape. Left out: times (pods of the trace lived at different times and stand together here),
 * service classes and phases; the order of the nodes' names, which only ties by name ask for.
 */
import { type CsvRow, type CsvTable, csvTable } from '../document/rates/csv-rows.ts';
import type { Importer, ImportFile, ImportOutcome, ImportProblem } from './importer.ts';

const NODE_COLUMNS = ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model'];
const POD_COLUMNS = ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'];
/** As many groups as a scenario may list. */
const GROUPS_MAX = 500;
/** More devices than any node has. */
const DEVICES_MAX = 31;
const AMOUNT_MAX = 100_000_000;

/** The importer of `openb`. */
export const openbImporter: Importer = {
  name: 'openb',
  summary: 'node list and pod list of the OpenB GPU trace (CSV)',
  wants: (name) => /\.csv$/i.test(name),
  convert,
};

function convert(files: readonly ImportFile[]): ImportOutcome {
  const tables = files.map(({ name, text }) => ({ name, table: csvTable(text) }));
  const nodeLists = tables.filter(({ table }) => NODE_COLUMNS.every((column) => table.columns.includes(column)));
  const podLists = tables.filter(({ table }) => POD_COLUMNS.every((column) => table.columns.includes(column)));
  const nodes = chosen(nodeLists, /all_node/);
  const pods = chosen(podLists, /default/);
  const missing = [
    ...(nodes === undefined ? [noList('nodes', NODE_COLUMNS)] : []),
    ...(pods === undefined ? [noList('pods', POD_COLUMNS)] : []),
  ];
  if (nodes === undefined || pods === undefined) return { notes: [], problems: missing };
  const nodeGroups = grouped(nodes, nodeOf);
  const podGroups = grouped(pods, podOf);
  const problems = [...nodeGroups.problems, ...podGroups.problems];
  const empty = [nodeGroups, podGroups].flatMap(({ groups, name }) =>
    groups.length === 0 ? [{ file: name, line: 0, message: 'No row of this list can be used.' }] : [],
  );
  if (empty.length > 0) return { notes: [], problems: [...problems, ...empty] };
  const notes = [
    taken(nodes.name, nodeGroups, 'nodes', nodeLists),
    taken(pods.name, podGroups, 'pods', podLists),
    ...ignoredColumns(pods.name, pods.table, [...POD_COLUMNS, 'gpu_spec']),
    ...cutGroups(nodeGroups, 'nodes'),
    ...cutGroups(podGroups, 'pods'),
  ];
  return { scenario: scenarioText(nodeGroups.groups, podGroups.groups), notes, problems };
}

interface NamedTable {
  readonly name: string;
  readonly table: CsvTable;
}

/** The list whose name says that it is the usual one, else the first. */
function chosen(lists: readonly NamedTable[], usual: RegExp): NamedTable | undefined {
  return lists.find(({ name }) => usual.test(name)) ?? lists[0];
}

function noList(what: string, columns: readonly string[]): ImportProblem {
  return {
    file: '',
    line: 0,
    message: `No CSV file lists ${what}: one with the columns ${columns.join(', ')} is needed.`,
  };
}

/** Words of a scenario for one row, or what is wrong with it. */
type RowReader = (row: CsvRow) => string | { readonly wrong: string };

interface Grouped {
  readonly name: string;
  /** Words and how many rows have them, the commonest first. */
  readonly groups: readonly (readonly [string, number])[];
  readonly problems: readonly ImportProblem[];
  /** Rows in groups that did not fit into a scenario. */
  readonly cut: number;
}

function grouped({ name, table }: NamedTable, read: RowReader): Grouped {
  const counts = new Map<string, number>();
  const problems: ImportProblem[] = table.ragged.map((line) => ({
    file: name,
    line,
    message: `This line has not the ${table.columns.length} fields that the first line names; it is left out.`,
  }));
  for (const row of table.rows) {
    const words = read(row);
    if (typeof words === 'string') counts.set(words, (counts.get(words) ?? 0) + 1);
    else problems.push({ file: name, line: row.line, message: `${words.wrong}; the row is left out.` });
  }
  const all = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const cut = all.slice(GROUPS_MAX).reduce((sum, [, count]) => sum + count, 0);
  return { name, groups: all.slice(0, GROUPS_MAX), problems, cut };
}

function nodeOf({ fields }: CsvRow): string | { wrong: string } {
  const [cpu, memory, gpus] = [whole(fields, 'cpu_milli', 1), whole(fields, 'memory_mib', 1), whole(fields, 'gpu', 0)];
  const wrong = [cpu, memory, gpus].find((one) => typeof one === 'string');
  if (typeof wrong === 'string') return { wrong };
  if (Number(gpus) > DEVICES_MAX) return { wrong: `gpu is ${gpus}, at most ${DEVICES_MAX} are possible` };
  const model = gpus === 0 || fields.model === '' ? '' : `, gpuModel: ${quoted(fields.model!)}`;
  return `cpu: ${cpu}m, memory: ${memory}Mi${gpus === 0 ? '' : `, gpus: ${gpus}`}${model}`;
}

function podOf({ fields }: CsvRow): string | { wrong: string } {
  const [cpu, memory, gpus] = [
    whole(fields, 'cpu_milli', 0),
    whole(fields, 'memory_mib', 0),
    whole(fields, 'num_gpu', 0),
  ];
  const wrong = [cpu, memory, gpus].find((one) => typeof one === 'string');
  if (typeof wrong === 'string') return { wrong };
  if (gpus === 0) return `cpu: ${cpu}m, memory: ${memory}Mi`;
  if (Number(gpus) > DEVICES_MAX) return { wrong: `num_gpu is ${gpus}, at most ${DEVICES_MAX} are possible` };
  const milli = whole(fields, 'gpu_milli', 1);
  if (typeof milli === 'string') return { wrong: milli };
  if (milli > 1000) return { wrong: `gpu_milli is ${milli}, at most 1000 are possible` };
  if (Number(gpus) > 1 && milli < 1000)
    return { wrong: `gpu_milli is ${milli}, but a pod of several GPUs needs whole ones` };
  const models = [...new Set((fields.gpu_spec ?? '').split('|').filter((model) => model !== ''))].sort();
  const share = milli === 1000 ? '' : `, gpuMilli: ${milli}`;
  const spec = models.length === 0 ? '' : `, gpuModels: [${models.map(quoted).join(', ')}]`;
  return `cpu: ${cpu}m, memory: ${memory}Mi, gpus: ${gpus}${share}${spec}`;
}

/** The whole number of a field, or what is wrong with it. */
function whole(fields: Readonly<Record<string, string>>, name: string, least: number): number | string {
  const text = fields[name] ?? '';
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= least && value <= AMOUNT_MAX) return value;
  return `${name} must be a whole number from ${least}, but it is "${text.slice(0, 30)}"`;
}

/** In quotes, so that no model is taken for a number or a mark of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 63));
}

function taken(name: string, { groups }: Grouped, what: string, lists: readonly NamedTable[]): string {
  const count = groups.reduce((sum, [, rows]) => sum + rows, 0);
  const others = lists.filter((list) => list.name !== name).map((list) => list.name);
  const rest = others.length === 0 ? '' : ` Not looked at: ${others.join(', ')}.`;
  return `${name}: ${count} ${what} of ${groups.length} shapes.${rest}`;
}

function ignoredColumns(name: string, { columns }: CsvTable, known: readonly string[]): string[] {
  const ignored = columns.filter((column) => !known.includes(column));
  return ignored.length === 0 ? [] : [`${name}: columns that are ignored: ${ignored.join(', ')}.`];
}

function cutGroups({ cut, name }: Grouped, what: string): string[] {
  return cut === 0
    ? []
    : [`${name}: ${cut} ${what} of the rarest shapes are left out; a scenario lists ${GROUPS_MAX}.`];
}

type Groups = readonly (readonly [string, number])[];

function scenarioText(nodes: Groups, pods: Groups): string {
  const listed = (groups: Groups, prefix: string): string =>
    groups
      .map(
        ([words, count], i) => `    - { count: ${count}, name: ${prefix}-${String(i).padStart(3, '0')}, ${words} }\n`,
      )
      .join('');
  return `# Imported from lists of the OpenB trace: nodes and pods counted by shape, the commonest first.
wavetank: 1
title: A cluster from the OpenB trace
question: Which policy puts more of these GPUs to use?
duration: 12s

cluster:
  nodes:
${listed(nodes, 'node')}  pods:
${listed(pods, 'pod')}
fabric: { nodesPerRack: 40, spines: 4, hostLink: 25Gbps, uplink: 40Gbps }

scheduling:
  order: shuffled
  tieBreak: random

# The trace records no traffic: this is a little of ours.
traffic:
  start: 10s
  talkers:
    - { name: requests, rate: 10, size: { constant: 16KiB }, measures: latency }

environment: machine-room-bgp
scheme: custom-static

placements:
  fgd: { gpuPolicy: fgd }
  best-fit: { gpuPolicy: best-fit }

vary:
  placement: [default, fgd, best-fit]
`;
}
