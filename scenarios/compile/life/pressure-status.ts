/** A pressure of the nodes of one cluster as it is told: the condition is the kubelet's own until its next status, and the taint follows that. */
import { PRESSURE_TIMES } from '../../../models/cluster/kubelet/node-pressure.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';

/** Which pressure it is. */
export interface PressureNames {
  /** Of the mark on the recording. */
  readonly mark: 'memory-pressure' | 'disk-pressure';
  /** Of the event. */
  readonly event: string;
  /** The bit that keeps pods off. */
  readonly taint: number;
}

/** What kubelets say of one pressure. */
export class PressureStatus {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #names: PressureNames;
  readonly #phaseNs: readonly TimeNs[];
  /** What each kubelet knows, and what it has written. */
  readonly #known: boolean[];
  readonly #written: boolean[];
  readonly #kind: EventKind;

  constructor(ground: LivingGround, life: ClusterLife, names: PressureNames) {
    this.#ground = ground;
    this.#life = life;
    this.#names = names;
    const { nodes, streams } = life.place;
    this.#phaseNs = nodes.map(({ name }) =>
      Math.floor(streams.stream(`nodes/${name}`, 'status').uniform() * PRESSURE_TIMES.statusNs),
    );
    this.#known = nodes.map(() => false);
    this.#written = nodes.map(() => false);
    this.#kind = ground.sim.kind(names.event, (node) => this.#write(node));
  }

  /** The kubelet of a node knows that it has the pressure, or that it has not. */
  set(node: number, pressure: boolean): void {
    if (this.#known[node] === pressure) return;
    this.#known[node] = pressure;
    const { sim } = this.#ground;
    const { statusNs } = PRESSURE_TIMES;
    const rounds = Math.ceil((sim.nowNs - this.#phaseNs[node]!) / statusNs);
    sim.at(this.#phaseNs[node]! + rounds * statusNs, this.#kind, node);
  }

  /** The machine is off: its kubelet will begin anew. What it wrote stands as long as its node is there. */
  lost(node: number): void {
    this.#known[node] = false;
    if (!this.#life.roster.exists(node)) this.#written[node] = false;
  }

  /** The machine runs: a kubelet that began anew says what it knows with its first status. */
  runs(node: number): void {
    if (this.#known[node] || !this.#written[node]) return;
    this.#known[node] = true;
    this.set(node, false);
  }

  #write(node: number): void {
    const { roster, marks } = this.#life;
    const pressure = this.#known[node]!;
    if (pressure === this.#written[node] || !roster.isAlive(node)) return;
    if (!roster.isHeard(node)) {
      this.#ground.sim.after(PRESSURE_TIMES.statusNs, this.#kind, node);
      return;
    }
    this.#written[node] = pressure;
    marks.node(this.#names.mark, node, pressure ? 'takes no new pods' : 'takes pods again');
    roster.setPressure(node, this.#names.taint, pressure);
  }
}
