/** The nodes of a living cluster in the recording: rows, what the machine is, what the control plane believes, and marks. */
import type { Residents } from '../../../models/cluster/residents.ts';
import type { Publication } from '../../../models/world/publication.ts';
import type { RosterFollower } from './node-roster.ts';

/** Writes what becomes of nodes. */
export class NodeRows implements RosterFollower {
  readonly #residents: Residents;
  readonly #publish: Publication;
  /** Number among the residents of the cluster's first node. */
  readonly #first: number;

  constructor(residents: Residents, publish: Publication, first = 0) {
    this.#residents = residents;
    this.#publish = publish;
    this.#first = first;
  }

  /** As the interface says. */
  joined(node: number): void {
    this.#residents.bearNode(this.#first + node);
    this.#mark('node-joined', node);
  }

  /** As the interface says. */
  left(node: number): void {
    this.#mark('node-left', node);
    this.#residents.buryNode(this.#first + node);
  }

  /** As the interface says. */
  powered(node: number, on: boolean): void {
    this.#mark(on ? 'node-up' : 'node-down', node);
    this.#residents.power(this.#first + node, on);
  }

  /** As the interface says. */
  linked(node: number, linked: boolean): void {
    this.#mark(linked ? 'node-heard' : 'node-cut-off', node);
  }

  /** As the interface says. */
  believed(node: number, ready: boolean): void {
    this.#mark(ready ? 'node-ready' : 'node-not-ready', node);
    this.#residents.believe(this.#first + node, ready);
  }

  /** As the interface says. */
  cordoned(node: number, cordoned: boolean): void {
    const { recorder } = this.#publish;
    this.#mark('drain', node, recorder.text(cordoned ? 'takes no new pods' : 'takes pods again'));
  }

  #mark(name: string, node: number, ...payload: number[]): void {
    const row = this.#residents.nodeRow(this.#first + node);
    this.#publish.recorder.mark(this.#publish.mark(name), row, ...payload);
  }
}
