/**
 * The fabric in the recording: racks, switches and links as rows, their load sampled.
 *
 * Left out: loads between two samples; a load that moved by less than half a per cent is not written again.
 */
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';
import { LINK_HEALTH, LINK_KIND, SWITCH_KIND } from '../world/catalog.ts';
import type { Publication } from '../world/publication.ts';
import type { Fabric } from './fabric.ts';

type Loads = Pick<SharedResources, 'load'>;

/** A change of load that is worth a record, as a fraction of the capacity. */
const LOAD_STEP = 0.005;

/** Decimal name with leading zeros, so that names sort like numbers. */
export function numbered(prefix: string, index: number, count: number): string {
  return `${prefix}-${String(index).padStart(String(count - 1).length, '0')}`;
}

/** Writes the rows of tables `racks`, `switches` and `links`. */
export class FabricRows {
  readonly #fabric: Fabric;
  readonly #publish: Publication;
  readonly #written: Float64Array;
  readonly #rackWritten: Float64Array;
  readonly #loadColumn: number;
  readonly #rackLoadColumn: number;
  readonly #rackName: (rack: number) => string;

  /** `rackName`: of each rack; numbered in a row if left out. */
  constructor(fabric: Fabric, publish: Publication, rackName?: (rack: number) => string) {
    this.#rackName = rackName ?? ((rack) => numbered('rack', rack, fabric.racks));
    this.#fabric = fabric;
    this.#publish = publish;
    this.#written = new Float64Array(fabric.linkCount);
    this.#rackWritten = new Float64Array(fabric.racks);
    this.#loadColumn = publish.column('links.load');
    this.#rackLoadColumn = publish.column('racks.uplinkLoad');
  }

  /** Writes the rows of racks and switches. */
  bear(): void {
    const { recorder } = this.#publish;
    const racks = this.#publish.table('racks');
    const switches = this.#publish.table('switches');
    for (let rack = 0; rack < this.#fabric.racks; rack++) {
      recorder.born(racks, rack, this.#rackName(rack));
      recorder.born(switches, rack, numbered('leaf', rack, this.#fabric.racks));
      recorder.set(this.#publish.column('switches.rack'), rack, rack);
    }
    for (let spine = 0; spine < this.#fabric.spines; spine++) {
      const row = this.#fabric.racks + spine;
      recorder.born(switches, row, numbered('spine', spine, this.#fabric.spines));
      recorder.set(this.#publish.column('switches.kind'), row, SWITCH_KIND.spine);
    }
  }

  /** Writes the rows of links; nodes must have been born. */
  bearLinks(nodeName: (node: number) => string): void {
    const fabric = this.#fabric;
    const leaf = (rack: number): string => numbered('leaf', rack, fabric.racks);
    const spineName = (spine: number): string => numbered('spine', spine, fabric.spines);
    for (let node = 0; node < fabric.nodes; node++) {
      const rack = fabric.rackOf(node);
      this.#bearLink(fabric.hostUp(node), LINK_KIND.hostUp, `${nodeName(node)} to ${leaf(rack)}`, { rack, node });
    }
    for (let node = 0; node < fabric.nodes; node++) {
      const rack = fabric.rackOf(node);
      this.#bearLink(fabric.hostDown(node), LINK_KIND.hostDown, `${leaf(rack)} to ${nodeName(node)}`, { rack, node });
    }
    for (let rack = 0; rack < fabric.racks; rack++)
      for (let spine = 0; spine < fabric.spines; spine++)
        this.#bearLink(fabric.uplink(rack, spine), LINK_KIND.uplink, `${leaf(rack)} to ${spineName(spine)}`, {
          rack,
          spine,
        });
    for (let rack = 0; rack < fabric.racks; rack++)
      for (let spine = 0; spine < fabric.spines; spine++)
        this.#bearLink(fabric.downlink(rack, spine), LINK_KIND.downlink, `${spineName(spine)} to ${leaf(rack)}`, {
          rack,
          spine,
        });
  }

  #bearLink(link: number, kind: number, name: string, ends: { rack: number; node?: number; spine?: number }): void {
    const { recorder } = this.#publish;
    recorder.born(this.#publish.table('links'), link, name);
    recorder.set(this.#publish.column('links.kind'), link, kind);
    recorder.set(this.#publish.column('links.rack'), link, ends.rack);
    if (ends.node !== undefined) recorder.set(this.#publish.column('links.node'), link, ends.node);
    if (ends.spine !== undefined)
      recorder.set(this.#publish.column('links.spine'), link, this.#fabric.racks + ends.spine);
    recorder.set(this.#publish.column('links.capacityBitsPerSec'), link, this.#fabric.capacityBitsPerSec(link));
  }

  /** A link broke or was repaired. */
  health(link: number): void {
    const value = this.#fabric.carries[link] === 1 ? LINK_HEALTH.up : LINK_HEALTH.down;
    this.#publish.recorder.set(this.#publish.column('links.health'), link, value);
  }

  /** The capacity of all links between leaves and spines changed. */
  capacities(): void {
    const column = this.#publish.column('links.capacityBitsPerSec');
    for (let link = 2 * this.#fabric.nodes; link < this.#fabric.linkCount; link++)
      this.#publish.recorder.set(column, link, this.#fabric.capacityBitsPerSec(link));
  }

  /** Samples all loads; returns mean and peak over the links between leaves and spines. */
  sample(resources: Loads): { mean: number; peak: number } {
    const fabric = this.#fabric;
    let sum = 0;
    let peak = 0;
    for (let link = 0; link < fabric.linkCount; link++) {
      const load = this.#loadOf(link, resources);
      this.#write(this.#written, this.#loadColumn, link, load);
      if (!fabric.isTrunk(link)) continue;
      sum += load;
      if (load > peak) peak = load;
    }
    this.#sampleRacks(resources);
    return { mean: sum / (2 * fabric.racks * fabric.spines), peak };
  }

  /** Share of a link's capacity in use; rounding may leave a full link a last place above one. */
  #loadOf(link: number, resources: Loads): number {
    const bytesPerSec = resources.load(this.#fabric.resourceOf[link]!) + this.#fabric.floodedBytesPerSec(link);
    const bitsPerSec = bytesPerSec * 8;
    return Math.min(1, bitsPerSec / this.#fabric.capacityBitsPerSec(link));
  }

  #sampleRacks(resources: Loads): void {
    for (let rack = 0; rack < this.#fabric.racks; rack++) {
      let busiest = 0;
      for (let spine = 0; spine < this.#fabric.spines; spine++) {
        const load = this.#loadOf(this.#fabric.uplink(rack, spine), resources);
        if (load > busiest) busiest = load;
      }
      this.#write(this.#rackWritten, this.#rackLoadColumn, rack, busiest);
    }
  }

  #write(written: Float64Array, column: number, row: number, load: number): void {
    const before = written[row]!;
    const moved = load > before ? load - before : before - load;
    if (moved < LOAD_STEP && !(load === 0 && before !== 0)) return;
    written[row] = load;
    this.#publish.recorder.set(column, row, load);
  }
}
