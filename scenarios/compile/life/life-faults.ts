/**
 * What breaks in a living run: nodes, racks and zones that die or are cut off, links and switches (fabric-faults.ts), parts of the
 * control plane (control-plane.ts), and come back.
 *
 * The same section of the document and the same draws as in runs of flows. A machine that several faults hold is back when the last of
 * them is over. A fault of a node strikes that one machine: another that joins under its number is well. A fault of a rack or a zone holds the
 * place: no machine joins from there until it is over. What follows is the work of kubelets, of the control plane (node-roster.ts) and of
 * callers, who are not told.
 */
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { type ControlPlanePart, type Fault, settleFaults } from '../../../models/world/faults.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { ZONE_LABEL } from '../../document/place-check.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import { faultPlansOf } from '../surroundings.ts';
import { FabricFaults, type FabricGround } from './fabric-faults.ts';
import type { NodeRoster } from './node-roster.ts';
import { Reach } from './reach.ts';
import type { Tally } from './tally.ts';

/** What faults strike. */
export interface FaultGround {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly document: ScenarioDocument;
  /** All nodes of the run. */
  readonly nodes: readonly ClusterNode[];
  readonly fabric: Omit<FabricGround, 'severed' | 'sim' | 'streams'>;
  readonly tally: Tally;
  /** A part of the control plane is held away, or let go. */
  readonly holdControlPlane: (part: ControlPlanePart, holds: boolean) => void;
  /** The roster that a node is on, and its number there. */
  readonly rosterOf: (node: number) => { readonly roster: NodeRoster; readonly own: number };
}

/** The faults of one run. */
export class LifeFaults {
  readonly reach: Reach;
  readonly #fabric: FabricFaults;
  readonly #at: FaultGround;
  readonly #faults: readonly Fault[];
  /** How many faults hold each node's power off. */
  readonly #off: Uint16Array;
  /** By fault: the nodes that it found and holds. */
  readonly #struck: (readonly number[])[];
  /** Nodes that are there when the run begins, in the order in which the document counts them. */
  readonly #there: readonly number[];
  /** Racks in which they stand. */
  readonly #racks: readonly number[];

  constructor(at: FaultGround) {
    const { nodes, fabric, streams, document, sim } = at;
    const { spines } = fabric.fabric;
    this.#at = at;
    // Chance strikes what is there: machines that groups may add may never come.
    this.#there = [...nodes.keys()].filter((node) => this.#exists(node));
    this.#racks = [...new Set(this.#there.map((node) => nodes[node]!.rack))];
    const extent = { nodes: this.#there.length, racks: this.#racks.length, spines };
    this.#faults = settleFaults(faultPlansOf(document), extent, streams);
    this.#struck = this.#faults.map(() => []);
    this.#off = new Uint16Array(nodes.length);
    this.reach = new Reach(nodes.length);
    const severed = (node: number, isSevered: boolean): void => this.#severed(node, isSevered);
    const inFabric = this.#faults.map((fault) =>
      fault.rack < 0 ? fault : { ...fault, rack: this.#racks[fault.rack]! },
    );
    this.#fabric = new FabricFaults(inFabric, { ...fabric, sim, streams, severed });
    const strike = sim.kind('fault strikes', (index) => this.#change(index, true));
    const mend = sim.kind('fault is mended', (index) => this.#change(index, false));
    this.#faults.forEach(({ atNs, untilNs }, index) => {
      sim.at(atNs, strike, index);
      if (Number.isFinite(untilNs)) sim.at(untilNs, mend, index);
    });
  }

  /** The faults as text: equal where runs met the same. */
  get hash(): string {
    return this.#faults
      .map(({ kind, atNs, untilNs, rack, spine, node, nodes }) =>
        [kind, atNs, untilNs, rack, ...(spine < 0 ? [] : [spine]), node, ...nodes].join(),
      )
      .join(';');
  }

  /** Keys of the catalog's metrics. */
  metrics(): Readonly<Record<string, number>> {
    return this.#fabric.metrics();
  }

  #change(index: number, strikes: boolean): void {
    const { sim, tally } = this.#at;
    const fault = this.#faults[index]!;
    if (strikes) tally.faultStrikes(sim.nowNs);
    if (fault.kind === 'control-plane-away') {
      this.#at.holdControlPlane(fault.part ?? 'server', strikes);
      return;
    }
    if (isOfFabric(fault)) {
      this.#fabric.change(index, strikes);
      return;
    }
    if (strikes) this.#struck[index] = this.#nodesOf(fault, index).filter((node) => this.#exists(node));
    const struck = this.#struck[index]!;
    if (!strikes) this.#struck[index] = [];
    for (const node of struck) {
      // Each is the fault's own doing, and not that of the node before.
      sim.cause = -1;
      if (fault.cut) this.#cut(node, index, strikes);
      else this.#power(node, strikes);
    }
    if (fault.kind !== 'node') this.#holdPlaces(index, strikes);
  }

  #holdPlaces(index: number, holds: boolean): void {
    for (const node of this.#nodesOf(this.#faults[index]!, index)) {
      const { roster, own } = this.#at.rosterOf(node);
      roster.holdPlace(own, holds);
    }
  }

  /** Another machine joins under a number: what held the one before it does not hold it. */
  joined(node: number): void {
    for (const [index, struck] of this.#struck.entries()) {
      if (!struck.includes(node)) continue;
      this.#struck[index] = struck.filter((other) => other !== node);
      if (this.#faults[index]!.cut) this.reach.cut(node, index, false);
      else this.#off[node]! -= 1;
    }
    this.reach.power(node, this.#off[node] === 0);
  }

  #exists(node: number): boolean {
    const { roster, own } = this.#at.rosterOf(node);
    return roster.exists(own);
  }

  #nodesOf({ kind, node, rack }: Fault, index: number): readonly number[] {
    if (kind === 'node') return [this.#there[node]!];
    // Machines that groups have added stand in the zone too.
    if (kind === 'zone') return this.#inZone(this.#at.document.faults[index]!);
    return this.#at.nodes.flatMap((one, number) => (one.rack === this.#racks[rack] ? [number] : []));
  }

  #inZone(fault: ScenarioDocument['faults'][number]): number[] {
    const zone = fault.kind === 'zone' ? fault.target : '';
    return this.#at.nodes.flatMap(({ labels }, number) => (labels[ZONE_LABEL] === zone ? [number] : []));
  }

  #power(node: number, off: boolean): void {
    const { roster, own } = this.#at.rosterOf(node);
    const before = this.#off[node]!;
    this.#off[node] = before + (off ? 1 : -1);
    if (off && before === 0) {
      this.reach.power(node, false);
      roster.die(own);
    } else if (!off && before === 1) {
      this.reach.power(node, true);
      roster.recover(own);
    }
  }

  #cut(node: number, fault: number, holds: boolean): void {
    this.reach.cut(node, fault, holds);
    this.#hear(node);
  }

  /** No machine joins from where there is no way. */
  #severed(node: number, isSevered: boolean): void {
    const { roster, own } = this.#at.rosterOf(node);
    this.#hear(node);
    roster.holdPlace(own, isSevered);
  }

  #hear(node: number): void {
    const { roster, own } = this.#at.rosterOf(node);
    if (this.reach.isCut(node) || this.#fabric.isSevered(node)) roster.cutOff(own);
    else roster.reachable(own);
  }
}

function isOfFabric({ kind }: Fault): boolean {
  return kind === 'link' || kind === 'spine' || kind === 'leaf';
}
