/**
 * What pods ask for, as columns: the hot loops of the scheduler read numbers from here and never touch an object.
 *
 * Source of the default requests: Kubernetes 1.34 `schedutil.GetNonzeroRequests`, confirmed by recorded scores.
 * Shapes and pods may be added at any time; the columns are then replaced by longer ones, so nobody may keep one.
 * Leaves out: containers (a shape is the sum of them).
 */
import { assert } from '../../sim/engine/assert.ts';
import { assertShape, type Pod, type PodShape } from '../cluster/pod.ts';

/** What the scorer counts for a pod that requests no processor time. */
export const DEFAULT_CPU_MILLI = 100;

/** What the scorer counts for a pod that requests no memory. */
export const DEFAULT_MEMORY_MIB = 200;

/** An amount of a resource other than processors, memory and shared devices. */
export interface ExtendedDemand {
  /** Number of the resource: see {@link Demands.resources}. */
  readonly resource: number;
  readonly amount: number;
}

const NOTHING_EXTENDED: readonly ExtendedDemand[] = [];

/** Columns by shape, and the shape and service of each pod. Read freely; change only by the methods. */
export class Demands {
  /** All shapes, in the order of their numbers. */
  readonly shapes: PodShape[] = [];
  /** Number of pods. */
  pods = 0;
  /** By pod. */
  shapeOf = new Int32Array(0);
  /** -1: belongs to no service. */
  serviceOf = new Int32Array(0);
  /** One more than the largest number of a service. */
  services = 0;
  /** By shape: requested, thousandths of a processor; 0 when the pod names none. */
  cpuMilli = new Float64Array(0);
  memoryMib = new Float64Array(0);
  /** Requests with the defaults filled in: what NodeResourcesFit scores with. */
  scoredCpuMilli = new Float64Array(0);
  scoredMemoryMib = new Float64Array(0);
  /** By shape: devices. */
  gpus = new Int32Array(0);
  /** By shape: thousandths of each device. */
  gpuMilli = new Int32Array(0);
  /** By shape: amounts of other resources, none of them 0. */
  readonly extended: (readonly ExtendedDemand[])[] = [];
  /** Numbers of the other resources, by name, in the order in which shapes or nodes first named them. */
  readonly resources = new Map<string, number>();

  constructor(shapes: readonly PodShape[], pods: readonly Pod[]) {
    this.growShapes(shapes.length);
    this.growPods(pods.length);
    for (const shape of shapes) this.addShape(shape);
    for (const pod of pods) this.addPod(pod);
  }

  /** Takes in a shape; returns its number. @throws AssertionError on a shape that no scheduler could treat. */
  addShape(shape: PodShape): number {
    assertShape(shape);
    const number = this.shapes.push(shape) - 1;
    if (number >= this.cpuMilli.length) this.growShapes(roomFor(number));
    this.cpuMilli[number] = shape.cpuMilli;
    this.memoryMib[number] = shape.memoryMib;
    this.scoredCpuMilli[number] = shape.scoredCpuMilli ?? (shape.cpuMilli || DEFAULT_CPU_MILLI);
    this.scoredMemoryMib[number] = shape.scoredMemoryMib ?? (shape.memoryMib || DEFAULT_MEMORY_MIB);
    this.gpus[number] = shape.gpus;
    this.gpuMilli[number] = shape.gpuMilli;
    this.extended.push(this.extendedOf(shape));
    return number;
  }

  /** Takes in a pod of a known shape; returns its number. */
  addPod({ name, shape, service }: Pod): number {
    assert(
      shape >= 0 && shape < this.shapes.length && service >= -1,
      () => `pod ${name}: shape ${shape}, service ${service}`,
    );
    const number = this.pods++;
    if (number >= this.shapeOf.length) this.growPods(roomFor(number));
    this.shapeOf[number] = shape;
    this.serviceOf[number] = service;
    if (service >= this.services) this.services = service + 1;
    return number;
  }

  /** Number of a resource; a new one if nobody named it before. */
  resource(name: string): number {
    const known = this.resources.get(name);
    if (known !== undefined) return known;
    this.resources.set(name, this.resources.size);
    return this.resources.size - 1;
  }

  private extendedOf({ extended = {} }: PodShape): readonly ExtendedDemand[] {
    const named = Object.entries(extended).filter(([, amount]) => amount !== 0);
    if (named.length === 0) return NOTHING_EXTENDED;
    return named.map(([name, amount]) => ({ resource: this.resource(name), amount }));
  }

  private growShapes(room: number): void {
    this.cpuMilli = longer(this.cpuMilli, room);
    this.memoryMib = longer(this.memoryMib, room);
    this.scoredCpuMilli = longer(this.scoredCpuMilli, room);
    this.scoredMemoryMib = longer(this.scoredMemoryMib, room);
    this.gpus = longerInt(this.gpus, room);
    this.gpuMilli = longerInt(this.gpuMilli, room);
  }

  private growPods(room: number): void {
    this.shapeOf = longerInt(this.shapeOf, room);
    this.serviceOf = longerInt(this.serviceOf, room);
  }
}

/** Room for a column that must hold an entry of that number: twice as long each time, so that growing stays cheap. */
export function roomFor(number: number): number {
  let room = 16;
  while (room <= number) room *= 2;
  return room;
}

/** A copy with room for more entries, which are 0. */
export function longer(column: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(room);
  grown.set(column);
  return grown;
}

/** As {@link longer}; new entries are `fill`. */
export function longerInt(column: Int32Array, room: number, fill = 0): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(room).fill(fill, column.length);
  grown.set(column);
  return grown;
}
