/**
 * Who holds what: the scheduler's own picture of the nodes, changed at the instant of a decision (upstream: assume).
 *
 * Source: Kubernetes 1.34 scheduler `framework.NodeInfo` (requested, non-zero requested, number of pods).
 * Leaves out: terminating pods (what `release` frees is free at once). What plugins keep of the pods on nodes (ports,
 * counts by topology domain) they keep themselves: they watch.
 */
import { assert } from '../../sim/engine/assert.ts';
import { type ClusterNode, GPU_DEVICE_MILLI } from '../cluster/node.ts';
import { ChangeLog } from './change-log.ts';
import { type Demands, longerInt, roomFor } from './demands.ts';
import { NodeMarks } from './node-marks.ts';

/** The most devices on a node: they are named by bits of one positive 32-bit integer. */
export const DEVICES_MAX = 31;

/** Told of every pod that comes to a node or leaves it, at once. */
export interface PlacementWatcher {
  /** `sign` is 1 when a pod of the shape was booked on the node, -1 when it was released. */
  moved(shape: number, node: number, sign: 1 | -1): void;
}

/** Columns by node and by pod. Read freely; change only by the methods. */
export class Ledger {
  /** Numbers of nodes, those that do not exist included: see {@link NodeMarks.present}. */
  readonly nodes: number;
  /** Places for devices on each node: `gpuMilliLeft[node * devicesMax + device]`. */
  readonly devicesMax: number;
  /** By node: GPU devices. */
  readonly devices: Int32Array;
  /** By node: thousandths of a processor that pods may request. */
  readonly cpuMilliAllocatable: Float64Array;
  /** By node. */
  readonly memoryMibAllocatable: Float64Array;
  /** By node: how many pods it may hold. */
  readonly podsMax: Int32Array;
  /** By node: sum over its pods, without defaults. */
  readonly cpuMilliRequested: Float64Array;
  /** By node: sum over its pods, without defaults. */
  readonly memoryMibRequested: Float64Array;
  /** Requests with the scorer's defaults for pods that name none. */
  readonly cpuMilliScored: Float64Array;
  readonly memoryMibScored: Float64Array;
  /** By node: number of its pods. */
  readonly pods: Int32Array;
  /** By node and device: thousandths that no pod holds. */
  readonly gpuMilliLeft: Int32Array;
  /** Most thousandths left on one device: the filter needs no look at each device. */
  readonly gpuMilliLeftMost: Int32Array;
  /** By node: devices that no pod holds any part of. */
  readonly gpusWhole: Int32Array;
  /** By node: thousandths left over all devices. */
  readonly gpuMilliLeftSum: Int32Array;
  /** Node of each pod; -1: none. */
  nodeOf: Int32Array;
  /** By pod: bit mask of the devices that it holds. */
  devicesOf: Int32Array;
  /** By number of a resource and node: amounts that pods may request. See {@link Demands.resources}. */
  readonly extendedAllocatable: Float64Array[] = [];
  /** By number of a resource and node: sum over its pods. */
  readonly extendedRequested: Float64Array[] = [];
  /** Which nodes exist, are cordoned, or carry taints of their life. */
  readonly marks: NodeMarks;
  /** Which nodes changed; every method that changes one notes it here. */
  readonly changes: ChangeLog;
  private readonly demands: Demands;
  private readonly watchers: PlacementWatcher[] = [];

  constructor(nodes: readonly ClusterNode[], demands: Demands) {
    const count = nodes.length;
    this.nodes = count;
    this.demands = demands;
    this.devices = Int32Array.from(nodes, (node) => node.capacity.gpus);
    this.devicesMax = this.devices.reduce((most, devices) => Math.max(most, devices), 0);
    assert(this.devicesMax <= DEVICES_MAX, () => `${this.devicesMax} devices on one node, limit ${DEVICES_MAX}`);
    this.cpuMilliAllocatable = Float64Array.from(nodes, (node) => node.allocatable.cpuMilli);
    this.memoryMibAllocatable = Float64Array.from(nodes, (node) => node.allocatable.memoryMib);
    this.podsMax = Int32Array.from(nodes, (node) => node.podsMax);
    this.cpuMilliRequested = new Float64Array(count);
    this.memoryMibRequested = new Float64Array(count);
    this.cpuMilliScored = new Float64Array(count);
    this.memoryMibScored = new Float64Array(count);
    this.pods = new Int32Array(count);
    this.gpuMilliLeft = new Int32Array(count * this.devicesMax);
    this.gpuMilliLeftMost = new Int32Array(count);
    this.gpusWhole = new Int32Array(count);
    this.gpuMilliLeftSum = new Int32Array(count);
    this.nodeOf = new Int32Array(demands.pods).fill(-1);
    this.devicesOf = new Int32Array(demands.pods);
    this.changes = new ChangeLog(count);
    this.marks = new NodeMarks(nodes, this.changes);
    for (let node = 0; node < count; node++) this.fillDevices(node);
    nodes.forEach((node, number) => {
      for (const [name, amount] of Object.entries(node.extended ?? {})) {
        const resource = demands.resource(name);
        this.growResources();
        this.extendedAllocatable[resource][number] = amount;
      }
    });
    this.growResources();
  }

  /** Makes room for pods and resources that were added to the demands. */
  grow(): void {
    this.growResources();
    if (this.demands.pods <= this.nodeOf.length) return;
    const room = roomFor(this.demands.pods);
    this.nodeOf = longerInt(this.nodeOf, room, -1);
    this.devicesOf = longerInt(this.devicesOf, room);
  }

  /** From now on the watcher is told of every pod that moves. */
  watch(watcher: PlacementWatcher): void {
    this.watchers.push(watcher);
  }

  /** Books the pod on the node, on the devices of the bit mask. */
  hold(pod: number, node: number, devices: number): void {
    assert(this.nodeOf[pod] === -1, () => `pod ${pod} is already on node ${this.nodeOf[pod]}`);
    assert(node >= 0 && node < this.nodes, () => `pod ${pod}: no node ${node} among ${this.nodes}`);
    this.assertDevices(pod, node, devices);
    this.nodeOf[pod] = node;
    this.devicesOf[pod] = devices;
    this.book(pod, node, devices, 1);
  }

  /** Frees what the pod holds; returns the node that it was on. */
  release(pod: number): number {
    const node = this.nodeOf[pod];
    assert(node >= 0, () => `pod ${pod} is on no node`);
    this.book(pod, node, this.devicesOf[pod], -1);
    this.nodeOf[pod] = -1;
    this.devicesOf[pod] = 0;
    return node;
  }

  /** The node now has this much for pods; what it holds stays. */
  setAllocatable(node: number, cpuMilli: number, memoryMib: number): void {
    assert(cpuMilli >= 0 && memoryMib >= 0, () => `node ${node} has ${cpuMilli} milli, ${memoryMib} MiB`);
    this.cpuMilliAllocatable[node] = cpuMilli;
    this.memoryMibAllocatable[node] = memoryMib;
    this.changes.add(node);
  }

  private growResources(): void {
    while (this.extendedAllocatable.length < this.demands.resources.size) {
      this.extendedAllocatable.push(new Float64Array(this.nodes));
      this.extendedRequested.push(new Float64Array(this.nodes));
    }
  }

  private book(pod: number, node: number, devices: number, sign: 1 | -1): void {
    const { demands } = this;
    const shape = demands.shapeOf[pod];
    this.cpuMilliRequested[node] += sign * demands.cpuMilli[shape];
    this.memoryMibRequested[node] += sign * demands.memoryMib[shape];
    this.cpuMilliScored[node] += sign * demands.scoredCpuMilli[shape];
    this.memoryMibScored[node] += sign * demands.scoredMemoryMib[shape];
    this.pods[node] += sign;
    const extended = demands.extended[shape];
    for (let i = 0; i < extended.length; i++) {
      this.extendedRequested[extended[i].resource][node] += sign * extended[i].amount;
    }
    if (devices !== 0) this.bookDevices(node, devices, sign * demands.gpuMilli[shape]);
    this.changes.add(node);
    for (let i = 0; i < this.watchers.length; i++) this.watchers[i].moved(shape, node, sign);
  }

  private bookDevices(node: number, devices: number, gpuMilli: number): void {
    const first = node * this.devicesMax;
    for (let device = 0; device < this.devices[node]; device++) {
      if ((devices >>> device) & 1) this.gpuMilliLeft[first + device] -= gpuMilli;
    }
    this.summariseDevices(node);
  }

  private fillDevices(node: number): void {
    const first = node * this.devicesMax;
    this.gpuMilliLeft.fill(GPU_DEVICE_MILLI, first, first + this.devices[node]);
    this.summariseDevices(node);
  }

  private summariseDevices(node: number): void {
    const first = node * this.devicesMax;
    let most = 0;
    let whole = 0;
    let sum = 0;
    for (let at = first; at < first + this.devices[node]; at++) {
      const left = this.gpuMilliLeft[at];
      sum += left;
      if (left > most) most = left;
      if (left === GPU_DEVICE_MILLI) whole++;
    }
    this.gpuMilliLeftMost[node] = most;
    this.gpusWhole[node] = whole;
    this.gpuMilliLeftSum[node] = sum;
  }

  /** A wrong mask would spoil every later decision in silence. */
  private assertDevices(pod: number, node: number, devices: number): void {
    const shape = this.demands.shapeOf[pod];
    const gpuMilli = this.demands.gpuMilli[shape];
    let count = 0;
    for (let device = 0; device < DEVICES_MAX; device++) {
      if (((devices >>> device) & 1) === 0) continue;
      const left = device < this.devices[node] ? this.gpuMilliLeft[node * this.devicesMax + device] : 0;
      assert(left >= gpuMilli, () => `pod ${pod}: device ${device} of node ${node} has ${left} of ${gpuMilli} milli`);
      count++;
    }
    assert(
      count === this.demands.gpus[shape],
      () => `pod ${pod} holds ${count} of ${this.demands.gpus[shape]} devices`,
    );
  }
}
