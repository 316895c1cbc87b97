/**
 * A recording of the size of OpenB without a simulation: 39 racks, 1,523 nodes, 8,152 pods, links, flows, faults.
 * Its numbers are plausible and nothing more; it is here to draw, to measure and to test the viewer.
 */

import { CLOUD_CATALOG, HEALTH, LINK_HEALTH, LINK_KIND, PHASE, SWITCH_KIND } from '../../models/world/catalog.ts';
import { MemorySource } from '../../sim/trace/memory-source.ts';
import { Recorder, traceHeader } from '../../sim/trace/recorder.ts';

export interface SyntheticSize {
  readonly nodes: number;
  readonly nodesPerRack: number;
  readonly spines: number;
  readonly pods: number;
  readonly flows: number;
  readonly seconds: number;
  /** Does not write the footer, as when the program was killed. */
  readonly cut?: boolean;
}

export const OPENB_SIZE: SyntheticSize = {
  nodes: 1523,
  nodesPerRack: 40,
  spines: 4,
  pods: 8152,
  flows: 9000,
  seconds: 120,
};
export const SMALL_SIZE: SyntheticSize = { nodes: 12, nodesPerRack: 4, spines: 2, pods: 60, flows: 200, seconds: 10 };

/** A small integer generator; the same numbers everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Records a run and returns the whole file. */
export function syntheticTrace(size: SyntheticSize = OPENB_SIZE): Uint8Array {
  const sink = new MemorySource();
  new SyntheticRun(size, sink).record();
  return sink.bytes();
}

interface Step {
  readonly timeNs: number;
  run(): void;
}

class SyntheticRun {
  readonly #size: SyntheticSize;
  readonly #clock = { nowNs: 0, cause: -1 };
  readonly #recorder: Recorder;
  readonly #random = generator(7);
  readonly #steps: Step[] = [];
  readonly #racks: number;
  readonly #nodeOf: Int32Array;
  readonly #podsOn: Int32Array;
  readonly #cpuOn: Float64Array;
  readonly #cpuOf: Float64Array;

  constructor(size: SyntheticSize, sink: MemorySource) {
    this.#size = size;
    this.#racks = Math.ceil(size.nodes / size.nodesPerRack);
    this.#nodeOf = new Int32Array(size.pods).fill(-1);
    this.#podsOn = new Int32Array(size.nodes);
    this.#cpuOn = new Float64Array(size.nodes);
    this.#cpuOf = Float64Array.from({ length: size.pods }, () => 500 * (1 + Math.floor(this.#random() * 16)));
    this.#recorder = new Recorder({
      catalog: CLOUD_CATALOG,
      clock: this.#clock,
      sink,
      header: traceHeader({
        wavetank: '0.1.0',
        scenario: 'synthetic',
        title: 'Synthetic cluster',
        seed: '7',
        alternative: 'calico-bgp · machine-room',
        parameters: {},
      }),
    });
  }

  record(): void {
    this.#bearCluster();
    this.#planPlacement();
    this.#planLoads();
    this.#planFlows();
    this.#planFaults();
    this.#steps.sort((a, b) => a.timeNs - b.timeNs);
    for (const step of this.#steps) {
      this.#clock.nowNs = step.timeNs;
      this.#clock.cause = -1;
      step.run();
    }
    this.#clock.nowNs = this.#size.seconds * 1e9;
    if (this.#size.cut) this.#recorder.flush();
    else this.#recorder.finish();
  }

  #set(table: string, column: string, row: number, value: number): void {
    this.#recorder.set(this.#recorder.column(this.#recorder.table(table), column), row, value);
  }

  #born(table: string, row: number, name: string, parent = -1): void {
    this.#recorder.born(this.#recorder.table(table), row, name, parent);
  }

  #mark(kind: string, row: number, ...payload: number[]): void {
    this.#recorder.mark(this.#recorder.markKind(kind), row, ...payload);
  }

  #at(seconds: number, run: () => void): void {
    if (seconds < this.#size.seconds) this.#steps.push({ timeNs: Math.round(seconds * 1e9), run });
  }

  #bearCluster(): void {
    const { nodes, nodesPerRack, spines, pods } = this.#size;
    for (let rack = 0; rack < this.#racks; rack++) this.#born('racks', rack, `rack-${String(rack).padStart(2, '0')}`);
    for (let spine = 0; spine < spines; spine++) {
      this.#born('switches', spine, `spine-${spine}`);
      this.#set('switches', 'kind', spine, SWITCH_KIND.spine);
    }
    for (let rack = 0; rack < this.#racks; rack++) {
      this.#born('switches', spines + rack, `leaf-${String(rack).padStart(2, '0')}`);
      this.#set('switches', 'rack', spines + rack, rack);
    }
    for (let node = 0; node < nodes; node++) this.#bearNode(node, Math.floor(node / nodesPerRack));
    this.#bearLinks();
    for (let service = 0; service * 8 < pods; service++) this.#born('services', service, `svc-${service}`);
    for (let pod = 0; pod < pods; pod++) {
      this.#born('pods', pod, `svc-${Math.floor(pod / 8)}-${pod % 8}`);
      this.#set('pods', 'service', pod, Math.floor(pod / 8));
      this.#set('pods', 'cpuMilli', pod, this.#cpuOf[pod]);
    }
  }

  #bearNode(node: number, rack: number): void {
    this.#born('nodes', node, `openb-node-${String(node).padStart(4, '0')}`, rack);
    this.#set('nodes', 'cpuMilliAllocatable', node, 64_000);
    this.#set('nodes', 'memoryMibAllocatable', node, 262_144);
    this.#set('nodes', 'gpuMilliAllocatable', node, node % 3 === 0 ? 0 : 8000);
  }

  #bearLinks(): void {
    const { nodes, nodesPerRack, spines } = this.#size;
    let link = 0;
    const bear = (name: string, kind: number, rack: number, node: number, spine: number): void => {
      this.#born('links', link, name);
      this.#set('links', 'kind', link, kind);
      this.#set('links', 'rack', link, rack);
      this.#set('links', 'node', link, node);
      this.#set('links', 'spine', link, spine);
      this.#set('links', 'capacityBitsPerSec', link, node >= 0 ? 25e9 : 40e9);
      link++;
    };
    for (let rack = 0; rack < this.#racks; rack++) {
      for (let spine = 0; spine < spines; spine++) {
        bear(`leaf-${rack} to spine-${spine}`, LINK_KIND.uplink, rack, -1, spine);
        bear(`spine-${spine} to leaf-${rack}`, LINK_KIND.downlink, rack, -1, spine);
      }
    }
    for (let node = 0; node < nodes; node++)
      bear(`node-${node} to leaf`, LINK_KIND.hostUp, Math.floor(node / nodesPerRack), node, -1);
  }

  #planPlacement(): void {
    const { pods, nodes, seconds } = this.#size;
    for (let pod = 0; pod < pods; pod++) {
      const node = Math.floor(this.#random() * nodes);
      const at = (seconds / 12) * (pod / pods) + 0.01;
      this.#at(at, () => this.#place(pod, node));
    }
  }

  #place(pod: number, node: number): void {
    if (this.#cpuOn[node] + this.#cpuOf[pod] > 64_000) {
      this.#mark('unschedulable', pod, this.#recorder.text('not enough processors'), 1400);
      this.#set('pods', 'phase', pod, PHASE.unschedulable);
      return;
    }
    this.#mark('scheduled', pod, node, 80 + (pod % 17), 1200, 1);
    this.#nodeOf[pod] = node;
    this.#cpuOn[node] += this.#cpuOf[pod];
    this.#set('pods', 'phase', pod, PHASE.running);
    this.#set('pods', 'node', pod, node);
    this.#set('nodes', 'pods', node, ++this.#podsOn[node]);
    this.#set('nodes', 'cpuMilliRequested', node, this.#cpuOn[node]);
    this.#set('nodes', 'memoryMibRequested', node, this.#cpuOn[node] * 3);
    if (node % 3 !== 0) this.#set('nodes', 'gpuMilliRequested', node, Math.min(8000, this.#podsOn[node] * 900));
  }

  #planLoads(): void {
    const { seconds, spines } = this.#size;
    const fabricLinks = this.#racks * spines * 2;
    for (let sample = 0; sample < 100; sample++) {
      this.#at(seconds * (0.15 + sample * 0.0085), () => {
        for (let link = 0; link < fabricLinks; link++) {
          const wave = 0.5 + 0.5 * Math.sin(link * 1.7 + sample * 0.13);
          this.#set('links', 'load', link, Math.min(1, wave * wave + this.#random() * 0.2));
        }
      });
    }
  }

  #planFlows(): void {
    const { flows, pods, seconds } = this.#size;
    for (let flow = 0; flow < flows; flow++) {
      const at = seconds * (0.17 + (0.8 * flow) / flows);
      this.#at(at, () => {
        this.#born('flows', flow, `requests-${flow}`);
        this.#set('flows', 'source', flow, Math.floor(this.#random() * pods));
        this.#set('flows', 'destination', flow, Math.floor(this.#random() * pods));
        this.#set('flows', 'bytes', flow, 49_152);
      });
      this.#at(at + 0.2, () => this.#recorder.died(this.#recorder.table('flows'), flow));
    }
  }

  #planFaults(): void {
    const { seconds, nodes } = this.#size;
    const link = Math.min(10, this.#racks * this.#size.spines * 2 - 2);
    const node = Math.floor(nodes / 2);
    this.#at(seconds * 0.42, () => this.#breakLink(link));
    this.#at(seconds * 0.75, () => this.#repairLink(link));
    this.#at(seconds * 0.5, () => this.#killNode(node));
  }

  #breakLink(link: number): void {
    this.#mark('link-down', link);
    this.#set('links', 'health', link, LINK_HEALTH.down);
    this.#set('links', 'health', link + 1, LINK_HEALTH.down);
    this.#mark('rerouted', Math.floor(link / 2 / this.#size.spines), 12, link);
  }

  #repairLink(link: number): void {
    this.#mark('link-up', link);
    this.#set('links', 'health', link, LINK_HEALTH.up);
    this.#set('links', 'health', link + 1, LINK_HEALTH.up);
  }

  #killNode(node: number): void {
    this.#mark('node-down', node);
    this.#set('nodes', 'health', node, HEALTH.dead);
    const lost = [...this.#nodeOf.keys()].filter((pod) => this.#nodeOf[pod] === node);
    for (const pod of lost) this.#set('pods', 'phase', pod, PHASE.lost);
    this.#mark('node-not-ready', node);
    this.#set('nodes', 'healthBelieved', node, HEALTH.notReady);
    this.#mark('endpoints-removed', node, lost.length);
    for (const pod of lost) this.#mark('evicted', pod);
  }
}
