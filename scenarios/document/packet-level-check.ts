/** Checks of `packetLevel`: that its window lies within the run, its links are there, and its queues fit into memory and sense. */
import { PLACES_MAX, ringPlaces } from '../../models/network/packet/port-table.ts';
import { type CountedCluster, nodeCount } from './cluster-size.ts';
import { type Finding, finding } from './issue.ts';
import type { PacketLevel } from './packet-level-schema.ts';
import { checkPlace, type NamedPlace } from './place-check.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';

/** Findings about the section, as far as the parts that it needs are there. */
export function checkPacketLevel(
  file: Partial<ScenarioFile>,
  level: PacketLevel,
  cluster: CountedCluster | undefined,
): Finding[] {
  const { duration, fabric } = file;
  const findings = [...checkWindow(level, duration), ...checkMarks(level), ...checkLoad(file)];
  if (cluster === undefined || fabric === undefined) return findings;
  for (const [index, place] of (level.links ?? []).entries()) {
    const named = namedPlaceOf(place);
    findings.push(...checkPlace(['packetLevel', 'links', index, named.kind], named, fabric, cluster));
  }
  return [...findings, ...checkMemory(level, fabric, nodeCount(cluster))];
}

/** A place of `packetLevel.links`, with its kind. */
export function namedPlaceOf({ link, node, rack }: NonNullable<PacketLevel['links']>[number]): NamedPlace {
  if (link !== undefined) return { kind: 'link', target: link };
  if (node !== undefined) return { kind: 'node', target: node };
  return { kind: 'rack', target: rack! };
}

function checkWindow({ from, to }: PacketLevel, duration: number | undefined): Finding[] {
  if (to !== undefined && to <= from)
    return [
      timeFinding('to', to, `packets end at ${shown(to)}, but begin at ${shown(from)}`, `more than ${shown(from)}`),
    ];
  if (duration === undefined) return [];
  if (from >= duration)
    return [
      timeFinding(
        'from',
        from,
        `packets begin at ${shown(from)}, but the run ends at ${shown(duration)}`,
        `less than ${shown(duration)}`,
      ),
    ];
  if (to === undefined || to <= duration) return [];
  const message = `packets end at ${shown(to)}, but the run ends at ${shown(duration)}`;
  return [timeFinding('to', to, message, `at most ${shown(duration)}, or nothing`)];
}

/** Requests under `load` are no flows: nothing of such a run would be a packet. */
function checkLoad({ load }: Partial<ScenarioFile>): Finding[] {
  if (load === undefined) return [];
  const hint = 'take packetLevel out, or write traffic instead of load';
  return [finding(['packetLevel'], 'load has no flows over links', 'a scenario without load', 'load as well', hint)];
}

const shown = (ns: number): string => formatQuantity('duration', ns);

function timeFinding(key: string, got: number, message: string, expected: string): Finding {
  return finding(['packetLevel', key], message, expected, shown(got), 'write a window within the run');
}

function checkMarks({ queue, markFrom, tcp }: PacketLevel): Finding[] {
  const path = ['packetLevel', 'markFrom'];
  if (markFrom === undefined)
    return tcp === 'newreno'
      ? []
      : [finding(['packetLevel', 'tcp'], 'no port marks', 'markFrom as well', tcp, 'write markFrom, or tcp: newreno')];
  if (tcp === 'newreno')
    return [
      finding(
        path,
        'nobody heeds marks',
        'tcp: ecn or dctcp as well',
        `${markFrom}`,
        'write tcp, or leave markFrom out',
      ),
    ];
  if (markFrom < queue) return [];
  const message = 'no queue grows so long';
  return [finding(path, message, `less than ${queue}`, `${markFrom}`, 'write a smaller markFrom, or a longer queue')];
}

/** Rings of all ports together; a section that names links has far fewer, unless they are racks. */
function checkMemory(level: PacketLevel, fabric: ScenarioFile['fabric'], nodes: number): Finding[] {
  const racks = Math.ceil(nodes / fabric.nodesPerRack);
  const linksOf = (place: NamedPlace): number =>
    place.kind === 'rack' ? 2 * (fabric.nodesPerRack + fabric.spines) : 2;
  const all = 2 * (nodes + racks * fabric.spines);
  const links = level.links?.map(namedPlaceOf).reduce((sum, place) => sum + linksOf(place), 0) ?? all;
  const places = Math.min(links, all) * ringPlaces(level.queue);
  if (places <= PLACES_MAX) return [];
  const message = `${Math.min(links, all)} links with queues of ${level.queue} packets hold ${places} packets`;
  return [
    finding(
      ['packetLevel', 'queue'],
      message,
      `at most ${PLACES_MAX} in all`,
      `${level.queue}`,
      'write a shorter queue, or name fewer links',
    ),
  ];
}
