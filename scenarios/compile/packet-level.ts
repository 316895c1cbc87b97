/**
 * `packetLevel` of a scenario as the two-level transport takes it, what it writes into the recording, and its metrics.
 */

import type { Fabric } from '../../models/network/fabric.ts';
import type { FlowCarrier } from '../../models/network/flow-carrier.ts';
import { type PacketLevelSetting, TwoLevelTransport } from '../../models/network/levels/two-level-transport.ts';
import type { Transport } from '../../models/network/transport.ts';
import { settleFaults } from '../../models/world/faults.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { StreamSource } from '../../sim/random/stream.ts';
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';
import { namedPlaceOf } from '../document/packet-level-check.ts';
import type { PacketLevel } from '../document/packet-level-schema.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { targetsOf } from './surroundings.ts';

const MARKS = { newreno: 'none', ecn: 'ecn', dctcp: 'dctcp' } as const;

/** The packet level of a run, where its scenario has one. */
export class PacketPart {
  readonly carrier: FlowCarrier;
  readonly #levels: TwoLevelTransport;
  readonly #world: World;
  readonly #columns: Readonly<Record<'waiting' | 'longest' | 'sent' | 'dropped' | 'marked', number>>;

  constructor(
    document: ScenarioDocument,
    level: PacketLevel,
    endNs: TimeNs,
    fluid: Transport,
    fabric: Fabric,
    resources: SharedResources,
    world: World,
  ) {
    const setting = packetLevelOf(document, level, endNs, fabric, world.streams);
    this.#levels = new TwoLevelTransport(setting, fluid, fabric, resources, world.sim);
    this.carrier = this.#levels;
    this.#world = world;
    const { publish } = world;
    const column = (name: string): number => publish.column(`packetPorts.${name}`);
    this.#columns = {
      waiting: column('waiting'),
      longest: column('longest'),
      sent: column('sent'),
      dropped: column('dropped'),
      marked: column('marked'),
    };
    setting.links.forEach((link, row) => {
      publish.recorder.born(publish.table('packetPorts'), row, `port of link ${link}`);
      publish.recorder.set(column('link'), row, link);
    });
  }

  /** Writes how long queues are, and what ports did so far. */
  sample(): void {
    const { recorder } = this.#world.publish;
    this.#levels.ports().forEach((port, row) => {
      for (const name of ['waiting', 'longest', 'sent', 'dropped', 'marked'] as const)
        recorder.set(this.#columns[name], row, port[name]);
    });
  }

  /** What packets came to. */
  metrics(): Readonly<Record<string, number>> {
    const { flows, hops, drops, marks, queuePeak, resent, timeouts } = this.#levels.totals();
    return {
      packetFlows: flows,
      packetHops: hops,
      packetDrops: drops,
      packetMarks: marks,
      packetQueuePeak: queuePeak,
      packetsResent: resent,
      packetTimeouts: timeouts,
    };
  }
}

/** The section with names turned into links. */
export function packetLevelOf(
  document: ScenarioDocument,
  { from, to, links, queue, markFrom, tcp }: PacketLevel,
  endNs: TimeNs,
  fabric: Fabric,
  streams: StreamSource,
): PacketLevelSetting {
  return {
    fromNs: from,
    untilNs: to ?? Number.POSITIVE_INFINITY,
    endNs,
    links:
      links === undefined
        ? Array.from({ length: fabric.linkCount }, (_, link) => link)
        : linksOf(document, links, fabric, streams),
    queue: { packetsMax: queue, ...(markFrom === undefined ? {} : { markFromPackets: markFrom }) },
    marks: MARKS[tcp],
  };
}

function linksOf(
  document: ScenarioDocument,
  places: NonNullable<PacketLevel['links']>,
  fabric: Fabric,
  streams: StreamSource,
): number[] {
  const targets = targetsOf(document, places.map(namedPlaceOf)).map((target) => ({ atNs: 0, target }));
  const { nodes, racks, spines } = fabric;
  const settled = settleFaults(targets, { nodes, racks, spines }, streams, 'packetLevel');
  const found = settled.flatMap(({ kind, rack, spine, node }) => {
    if (kind === 'link') return [fabric.uplink(rack, spine), fabric.downlink(rack, spine)];
    if (kind === 'node') return [fabric.hostUp(node), fabric.hostDown(node)];
    return linksOfRack(rack, fabric);
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function linksOfRack(rack: number, fabric: Fabric): number[] {
  const links: number[] = [];
  for (let node = 0; node < fabric.nodes; node++)
    if (fabric.rackOf(node) === rack) links.push(fabric.hostUp(node), fabric.hostDown(node));
  for (let spine = 0; spine < fabric.spines; spine++)
    links.push(fabric.uplink(rack, spine), fabric.downlink(rack, spine));
  return links;
}
