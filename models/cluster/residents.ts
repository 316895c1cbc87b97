/**
 * Which pods stand on which node in one run, what that takes of the node, and how the recording sees it.
 *
 * Source: Kubernetes' pod phases as far as the network sees them (a container's own life is left out: a pod runs as soon
 * as it has a node and an address).
 */
import { assert } from '../../sim/engine/assert.ts';
import { grownInt32 } from '../../sim/sharing/growth.ts';
import { HEALTH, PHASE } from '../world/catalog.ts';
import type { Publication } from '../world/publication.ts';
import type { ClusterNode } from './node.ts';
import { GPU_DEVICE_MILLI } from './node.ts';
import type { Pod, PodShape } from './pod.ts';

/** No node, no row. */
export const NOWHERE = -1;

/** The pods of one run on their nodes. */
export class Residents {
  readonly nodes: readonly ClusterNode[];
  readonly pods: Pod[];
  readonly shapes: readonly PodShape[];
  /** Node of each pod while it runs, else NOWHERE; grows with the pods. */
  nodeOf: Int32Array<ArrayBuffer>;
  /** 1 while the node lives. */
  readonly alive: Uint8Array;
  readonly #publish: Publication;
  /** Of tables and columns; looked up once, for they are written to at every step of every pod. */
  readonly #ids: ReturnType<typeof idsOf>;
  #rowOf: Int32Array<ArrayBuffer>;
  /** By node; NOWHERE: it has none now. */
  readonly #nodeRow: Int32Array;
  readonly #onNode: number[][];
  readonly #used: { cpuMilli: Float64Array; memoryMib: Float64Array; gpuMilli: Float64Array };
  readonly #runningInRack: Uint32Array;
  #rows = 0;
  #nodeRows = 0;
  #running = 0;

  constructor(nodes: readonly ClusterNode[], pods: readonly Pod[], shapes: readonly PodShape[], publish: Publication) {
    this.nodes = nodes;
    this.pods = [...pods];
    this.shapes = shapes;
    this.#publish = publish;
    this.#ids = idsOf(publish);
    this.nodeOf = new Int32Array(pods.length).fill(NOWHERE);
    this.alive = new Uint8Array(nodes.length).fill(1);
    this.#rowOf = new Int32Array(pods.length).fill(NOWHERE);
    this.#nodeRow = new Int32Array(nodes.length).fill(NOWHERE);
    this.#onNode = nodes.map(() => []);
    const perNode = (): Float64Array => new Float64Array(nodes.length);
    this.#used = { cpuMilli: perNode(), memoryMib: perNode(), gpuMilli: perNode() };
    this.#runningInRack = new Uint32Array(nodes.reduce((most, node) => Math.max(most, node.rack + 1), 0));
  }

  /** A pod that was not there at the start; returns its number. */
  adopt(pod: Pod): number {
    const number = this.pods.length;
    this.pods.push(pod);
    if (number >= this.nodeOf.length) {
      this.nodeOf = grownInt32(this.nodeOf, number + 1);
      this.#rowOf = grownInt32(this.#rowOf, number + 1);
    }
    this.nodeOf[number] = NOWHERE;
    this.#rowOf[number] = NOWHERE;
    return number;
  }

  /** Pods that run now. */
  get running(): number {
    return this.#running;
  }

  /** Pods on a node now, in the order of their arrival. */
  on(node: number): readonly number[] {
    return this.#onNode[node]!;
  }

  /** Processor time requested by the pods of a node, thousandths of a core. */
  requestedMilli(node: number): number {
    return this.#used.cpuMilli[node]!;
  }

  /** The row of a pod in the recording. */
  row(pod: number): number {
    return this.#rowOf[pod]!;
  }

  /** The row of a node in the recording; NOWHERE: it does not exist now. Nodes that are there from the start have their number. */
  nodeRow(node: number): number {
    return this.#nodeRow[node]!;
  }

  /** Writes the rows of the nodes that are there from the start; racks must have been born. */
  bearNodes(isThere: (node: number) => boolean = () => true): void {
    this.nodes.forEach((_, node) => {
      if (isThere(node)) this.bearNode(node);
      else this.alive[node] = 0;
    });
  }

  /** Writes the row of a node that is there from now on. */
  bearNode(number: number): void {
    const { recorder } = this.#publish;
    const { name, rack, allocatable } = this.nodes[number]!;
    assert(this.#nodeRow[number] === NOWHERE, () => `node ${number} is there already`);
    const row = this.#nodeRows++;
    this.#nodeRow[number] = row;
    this.alive[number] = 1;
    recorder.born(this.#publish.table('nodes'), row, name, rack);
    recorder.set(this.#publish.column('nodes.cpuMilliAllocatable'), row, allocatable.cpuMilli);
    recorder.set(this.#publish.column('nodes.memoryMibAllocatable'), row, allocatable.memoryMib);
    recorder.set(this.#publish.column('nodes.gpuMilliAllocatable'), row, allocatable.gpus * GPU_DEVICE_MILLI);
    // Pods may be bound to a node of that name that was there before.
    if (this.#onNode[number]!.length > 0) this.#writeUse(number);
  }

  /** The row of a node ends; pods that are still bound to it stay so. */
  buryNode(node: number): void {
    this.#publish.recorder.died(this.#publish.table('nodes'), this.#nodeRow[node]!);
    this.#nodeRow[node] = NOWHERE;
    this.alive[node] = 0;
  }

  /** The node's machine loses its power or has it again; its pods stay bound to it. */
  power(node: number, on: boolean): void {
    this.alive[node] = on ? 1 : 0;
    this.#setHealth('nodes.health', node, on ? HEALTH.ready : HEALTH.dead);
  }

  /** The control plane believes the node Ready, or not. */
  believe(node: number, ready: boolean): void {
    this.#setHealth('nodes.healthBelieved', node, ready ? HEALTH.ready : HEALTH.dead);
  }

  #setHealth(column: string, node: number, health: number): void {
    this.#publish.recorder.set(this.#publish.column(column), this.#nodeRow[node]!, health);
  }

  /** Writes the row of a pod that waits for a node. */
  bearPod(pod: number): void {
    const { recorder } = this.#publish;
    const { shape, service, name } = this.pods[pod]!;
    const row = this.#rows++;
    this.#rowOf[pod] = row;
    recorder.born(this.#ids.pods, row, name);
    recorder.set(this.#ids.service, row, service);
    recorder.set(this.#ids.cpu, row, this.shapes[shape]!.cpuMilli);
    recorder.set(this.#ids.memory, row, this.shapes[shape]!.memoryMib);
    const gpuMilli = this.shapes[shape]!.gpus * this.shapes[shape]!.gpuMilli;
    if (gpuMilli > 0) recorder.set(this.#ids.gpu, row, gpuMilli);
  }

  /** The pod now runs on `node`. */
  settle(pod: number, node: number): void {
    assert(this.alive[node] === 1, () => `node ${node} is dead and takes no pod`);
    this.bind(pod, node);
  }

  /** The pod is bound to `node`: one that is dead, and not yet believed so, may get one too. */
  bind(pod: number, node: number): void {
    assert(this.nodeOf[pod] === NOWHERE, () => `pod ${pod} stands on node ${this.nodeOf[pod]} already`);
    this.nodeOf[pod] = node;
    this.#onNode[node]!.push(pod);
    this.#running++;
    this.#account(pod, node, 1);
    this.#phase(pod, PHASE.running);
    this.#publish.recorder.set(this.#ids.node, this.#rowOf[pod]!, this.#nodeRow[node]!);
  }

  /** The pod is told where it is in its life: it waits, starts or ends. */
  wait(pod: number, phase: number): void {
    this.#phase(pod, phase);
  }

  /** The node dies with its pods; returns them. */
  kill(node: number): number[] {
    assert(this.alive[node] === 1, () => `node ${node} is dead already`);
    this.power(node, false);
    const lost = this.#onNode[node]!;
    this.#onNode[node] = [];
    for (const pod of lost) {
      this.#account(pod, node, -1);
      this.nodeOf[pod] = NOWHERE;
      this.#phase(pod, PHASE.lost);
    }
    this.#running -= lost.length;
    return lost;
  }

  /** The pod leaves its node: it has ended, or a more important one takes its place. Its row stays until it is buried. */
  leave(pod: number): void {
    const node = this.nodeOf[pod]!;
    assert(node !== NOWHERE, () => `pod ${pod} stands on no node`);
    this.#onNode[node] = this.#onNode[node]!.filter((other) => other !== pod);
    this.#running--;
    this.#account(pod, node, -1);
    this.nodeOf[pod] = NOWHERE;
  }

  /** The pod was placed on a node that is dead already: it never runs. */
  lose(pod: number): void {
    assert(this.nodeOf[pod] === NOWHERE, () => `pod ${pod} runs on node ${this.nodeOf[pod]}`);
    this.#phase(pod, PHASE.lost);
  }

  /** The row of a pod ends: it was evicted. */
  bury(pod: number): void {
    assert(this.nodeOf[pod] === NOWHERE, () => `pod ${pod} still runs on node ${this.nodeOf[pod]}`);
    this.#publish.recorder.died(this.#ids.pods, this.#rowOf[pod]!);
    this.#rowOf[pod] = NOWHERE;
  }

  #phase(pod: number, phase: number): void {
    this.#publish.recorder.set(this.#ids.phase, this.#rowOf[pod]!, phase);
  }

  #account(pod: number, node: number, sign: 1 | -1): void {
    const shape = this.shapes[this.pods[pod]!.shape]!;
    const used = this.#used;
    used.cpuMilli[node]! += sign * shape.cpuMilli;
    used.memoryMib[node]! += sign * shape.memoryMib;
    used.gpuMilli[node]! += sign * shape.gpus * shape.gpuMilli;
    const rack = this.nodes[node]!.rack;
    this.#runningInRack[rack]! += sign;
    if (this.#nodeRow[node] !== NOWHERE) this.#writeUse(node, shape.gpus > 0);
    this.#publish.recorder.set(this.#ids.podsInRack, rack, this.#runningInRack[rack]!);
  }

  #writeUse(node: number, withGpus = true): void {
    const { recorder } = this.#publish;
    const row = this.#nodeRow[node]!;
    const used = this.#used;
    recorder.set(this.#ids.cpuRequested, row, used.cpuMilli[node]!);
    recorder.set(this.#ids.memoryRequested, row, used.memoryMib[node]!);
    if (withGpus) recorder.set(this.#ids.gpuRequested, row, used.gpuMilli[node]!);
    recorder.set(this.#ids.podsOnNode, row, this.#onNode[node]!.length);
  }
}

function idsOf(publish: Publication) {
  return {
    pods: publish.table('pods'),
    service: publish.column('pods.service'),
    cpu: publish.column('pods.cpuMilli'),
    memory: publish.column('pods.memoryMib'),
    gpu: publish.column('pods.gpuMilli'),
    phase: publish.column('pods.phase'),
    node: publish.column('pods.node'),
    podsInRack: publish.column('racks.podsRunning'),
    podsOnNode: publish.column('nodes.pods'),
    cpuRequested: publish.column('nodes.cpuMilliRequested'),
    memoryRequested: publish.column('nodes.memoryMibRequested'),
    gpuRequested: publish.column('nodes.gpuMilliRequested'),
  };
}
