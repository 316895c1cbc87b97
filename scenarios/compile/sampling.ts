/** Loads of links and processors, looked at many times in a run: what the recording shows, and what the metrics average. */
import type { FabricRows } from '../../models/network/fabric-rows.ts';
import type { FlowCarrier } from '../../models/network/flow-carrier.ts';
import type { Talkers } from '../../models/traffic/talkers.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';
import type { PacketProcessors } from './packet-processors.ts';

/** Loads are sampled this many times in a run. */
const SAMPLES_OF_A_RUN = 120;
/** A sample comes after everything else of its instant but the settling of shares. */
const LATE_PRIORITY = 6;
/** A load that moved by less is not written again. */
const LOAD_STEP = 0.005;

/** What is looked at: the parts of one run that hold loads. */
export interface Sampled {
  readonly world: World;
  readonly rows: FabricRows;
  readonly processors: PacketProcessors;
  readonly transport: FlowCarrier;
  readonly talkers: Talkers;
  /** Ports at packet level; undefined where there are none. */
  readonly packets?: { sample(): void } | undefined;
  /** Number of nodes; a load is kept for each. */
  readonly nodes: number;
}

/** Samples at even steps from the start to the end of a run, into the recording and the means of the metrics. */
export class Sampling {
  readonly #of: Sampled;
  readonly #written: Float64Array;
  readonly #broadcasts: Float64Array;
  readonly #periodNs: TimeNs;
  readonly #endNs: TimeNs;
  readonly #kind: EventKind;

  /** Samples a run of `durationNs`. */
  constructor(of: Sampled, durationNs: TimeNs) {
    this.#of = of;
    this.#written = new Float64Array(of.nodes);
    this.#broadcasts = new Float64Array(of.nodes);
    this.#periodNs = Math.max(1, Math.floor(durationNs / SAMPLES_OF_A_RUN));
    this.#endNs = durationNs;
    this.#kind = of.world.sim.kind('loads are sampled', () => this.#sample(), LATE_PRIORITY);
  }

  begin(startNs: TimeNs): void {
    this.#of.world.sim.at(startNs, this.#kind);
  }

  #sample(): void {
    const { world, rows, transport, talkers } = this.#of;
    // A sample is caused by nobody.
    world.sim.cause = -1;
    const { mean, peak } = rows.sample(transport);
    talkers.measurementNow.uplinks(mean, peak);
    talkers.sampleLimits();
    this.#of.packets?.sample();
    this.#sampleProcessors();
    const nextNs = world.sim.nowNs + this.#periodNs;
    if (nextNs < this.#endNs) world.sim.at(nextNs, this.#kind);
  }

  #sampleProcessors(): void {
    const { processors, nodes } = this.#of;
    for (let node = 0; node < nodes; node++) {
      this.#write('nodes.dataPathLoad', this.#written, node, processors.loadOf(node));
      this.#write('nodes.broadcastLoad', this.#broadcasts, node, processors.broadcastLoadOf(node));
    }
  }

  #write(name: string, written: Float64Array, node: number, load: number): void {
    const before = written[node]!;
    const fellIdle = load === 0 && before !== 0;
    if (Math.abs(load - before) < LOAD_STEP && !fellIdle) return;
    written[node] = load;
    const { publish } = this.#of.world;
    publish.recorder.set(publish.column(name), node, load);
  }
}
