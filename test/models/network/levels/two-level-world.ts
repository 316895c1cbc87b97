/** A fabric with flows that tests start themselves, as a fluid or with links at packet level. */
import { Fabric, type FabricSetting } from '../../../../models/network/fabric.ts';
import type { FlowCarrier, FlowRequest } from '../../../../models/network/flow-carrier.ts';
import { type PacketLevelSetting, TwoLevelTransport } from '../../../../models/network/levels/two-level-transport.ts';
import { Settlement } from '../../../../models/network/settlement.ts';
import { Transport } from '../../../../models/network/transport.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { SharedResources } from '../../../../sim/sharing/shared-resources.ts';

/** IPv4 20, TCP with timestamps 32, Ethernet with gap 38. */
export const SHAPE = { protocol: 'tcp', payloadBytes: 1448, packetBytes: 1538, answerBytes: 90 } as const;
/** Bytes on the wire for a byte of payload. */
export const WIRE = SHAPE.packetBytes / SHAPE.payloadBytes;

export const FABRIC: FabricSetting = {
  nodesPerRack: 8,
  spines: 1,
  hostLinkBitsPerSec: 10e9,
  uplinkBitsPerSec: 10e9,
  linkLatencyNs: 500,
  switchLatencyNs: 1000,
};

export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly atNs: number;
  readonly udp?: boolean;
  readonly capBytesPerSec?: number;
}

/** Links by the fabric's numbers; `undefined`: all. */
export type Level = Partial<Omit<PacketLevelSetting, 'links'>> & { readonly links?: (fabric: Fabric) => number[] };

export class TwoLevelWorld {
  readonly sim = new Simulation();
  readonly resources = new SharedResources();
  readonly fabric: Fabric;
  readonly carrier: FlowCarrier;
  readonly levels: TwoLevelTransport | undefined;
  readonly settlement: Settlement;
  /** By wish: the flow while it runs, when it finished, and what it lost. */
  readonly flowOf = new Map<number, number>();
  readonly finishNs: number[] = [];
  readonly lost: number[] = [];
  readonly #wishes: readonly Wanted[];

  constructor(
    nodes: number,
    wishes: readonly Wanted[],
    level: Level | undefined,
    setting: Partial<FabricSetting> = {},
  ) {
    this.#wishes = wishes;
    this.fabric = new Fabric(nodes, { ...FABRIC, ...setting }, this.resources);
    const fluid = new Transport(this.fabric, this.resources, new Float64Array(nodes).fill(1e15));
    if (level !== undefined) {
      const { links, ...rest } = level;
      const all = Array.from({ length: this.fabric.linkCount }, (_, link) => link);
      const full: PacketLevelSetting = {
        fromNs: 0,
        untilNs: Number.POSITIVE_INFINITY,
        endNs: Number.POSITIVE_INFINITY,
        queue: { packetsMax: 256 },
        marks: 'none',
        ...rest,
        links: links?.(this.fabric).sort((a, b) => a - b) ?? all,
      };
      this.levels = new TwoLevelTransport(full, fluid, this.fabric, this.resources, this.sim);
    }
    this.carrier = this.levels ?? fluid;
    this.settlement = new Settlement(this.sim, this.resources, () => this.#finishDue(), this.carrier);
    const arrive = this.sim.kind('flow arrives', (wish) => this.#start(wish));
    wishes.forEach(({ atNs }, wish) => {
      this.sim.at(atNs, arrive, wish);
    });
  }

  #start(wish: number): void {
    const { from, to, bytes, udp, capBytesPerSec = 5e9 } = this.#wishes[wish]!;
    const request: FlowRequest = {
      from,
      to,
      bytes,
      wireBytes: bytes + Math.ceil(bytes / SHAPE.payloadBytes) * (SHAPE.packetBytes - SHAPE.payloadBytes),
      hash: wish,
      cost: { cpuNsPerByte: 0.1, streamBytesPerSec: capBytesPerSec, roundTripNs: 20_000 },
      capBytesPerSec,
      packets: { ...SHAPE, protocol: udp === true ? 'udp' : 'tcp' },
    };
    this.flowOf.set(wish, this.carrier.start(request, this.sim.nowNs));
    this.settlement.changed();
  }

  #finishDue(): void {
    const { nowNs } = this.sim;
    for (let flow = this.carrier.popFinished(nowNs); flow >= 0; flow = this.carrier.popFinished(nowNs)) {
      const wish = [...this.flowOf].find(([, each]) => each === flow)![0];
      this.flowOf.delete(wish);
      this.finishNs[wish] = nowNs - this.carrier.arrivedNs(flow);
      this.lost[wish] = this.carrier.lostBytes(flow);
    }
  }

  /** Calls `look` at each instant, as an event: packets are there and not ahead. */
  lookAt(instants: readonly number[], look: (index: number) => void): void {
    const kind = this.sim.kind('test looks', look, 6);
    instants.forEach((atNs, index) => {
      this.sim.at(atNs, kind, index);
    });
  }

  /** Payload of a wish that has arrived by now. */
  arrived(wish: number): number {
    const flow = this.flowOf.get(wish);
    const { bytes } = this.#wishes[wish]!;
    if (flow !== undefined) return bytes - this.carrier.remaining(flow, this.sim.nowNs);
    return this.finishNs[wish] === undefined ? 0 : bytes - this.lost[wish]!;
  }

  /** Payload bytes a second of each wish between two instants. */
  rates(fromNs: number, untilNs: number): number[] {
    const arrived: number[][] = [];
    this.lookAt([fromNs, untilNs], () => arrived.push(this.#wishes.map((_, wish) => this.arrived(wish))));
    this.sim.run(untilNs);
    return arrived[1]!.map((after, wish) => ((after - arrived[0]![wish]!) * 1e9) / (untilNs - fromNs));
  }
}
