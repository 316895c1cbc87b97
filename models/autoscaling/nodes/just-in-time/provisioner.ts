/**
 * Provisioning: machines for pods that wait, and for those of nodes that leave, as soon as a batch of them is complete.
 *
 * Source: Karpenter 1.14 `controllers/provisioning/provisioner.go`: what fits on nodes that are there or on their way needs no machine; the others are
 * packed, and each machine is launched at once as the cheapest type that holds its pods. Whoever still waits asks again after 10 s (here
 * all of them at the same time). Deciding and calling the provider take no time.
 * Leaves out: types that a provider was out of and that are not asked for again for a while.
 */
import type { EventKind, Simulation } from '../../../../sim/engine/simulation.ts';
import type { NodeGroup } from '../node-group.ts';
import { BatchWindow } from './batch-window.ts';
import type { Fleet } from './fleet.ts';
import type { LoosePod } from './new-machine.ts';
import { pack } from './packing.ts';
import type { JustInTimeSettings } from './settings.ts';

/** What came of a batch. */
export interface Provisioning {
  /** Machines that were asked for, with the number of pods that each is for; `node` -1: the provider refused. */
  readonly launched: readonly { readonly type: number; readonly node: number; readonly pods: number }[];
  /** Pods that no type would help. */
  readonly helpless: readonly LoosePod[];
}

/** What it works with. */
export interface ProvisionerParts {
  readonly sim: Simulation;
  readonly fleet: Fleet;
  readonly types: readonly NodeGroup[];
  readonly settings: JustInTimeSettings;
  /** A batch was decided. */
  readonly decided: (provisioning: Provisioning) => void;
}

/** Asks for machines. */
export class Provisioner {
  readonly #parts: ProvisionerParts;
  readonly #window: BatchWindow;
  readonly #asksAgain: EventKind;
  #waits = false;

  constructor(parts: ProvisionerParts) {
    this.#parts = parts;
    const { sim, settings } = parts;
    this.#window = new BatchWindow(sim, settings, () => this.#provision());
    this.#asksAgain = sim.kind('waiting pods ask again', () => {
      this.#waits = false;
      this.#window.triggered(-1);
    });
  }

  /** The scheduler has found no node for a pod. */
  podWaits(pod: number): void {
    this.#window.triggered(pod);
  }

  /** A node is on its way out: its pods need room. */
  nodeLeaves(node: number): void {
    this.#window.triggered(-2 - node);
  }

  #provision(): void {
    const { sim, fleet, types, settings, decided } = this.#parts;
    sim.cause = -1;
    fleet.refresh(sim.nowNs);
    const { trial, nodes, coming, waiting, leaving } = fleet.trial();
    const pods = [...waiting, ...leaving];
    const { placed, machines, failed } = pack({ trial, types, nodes, pods });
    const wanted = machines.map((machine) => ({ type: machine.settle(), machine }));
    trial.backTo(0);
    if (pods.length > 0 && !this.#waits) {
      this.#waits = true;
      sim.after(settings.retryNs, this.#asksAgain);
    }
    fleet.nominate(
      [...placed.values()].filter((node) => !coming.has(node)),
      sim.nowNs,
    );
    const helpless = [...failed, ...wanted.flatMap(({ type, machine }) => (type < 0 ? machine.pods : []))];
    const launched = wanted
      .filter(({ type }) => type >= 0)
      .map(({ type, machine }) => ({ type, node: fleet.ask(type, sim.nowNs), pods: machine.pods.length }));
    if (launched.length + helpless.length > 0) decided({ launched, helpless });
  }
}
