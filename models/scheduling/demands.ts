/**
 * What pods ask for, as columns: the hot loops of the scheduler read numbers from here and never touch an object.
 *
 * Source of the default requests: Kubernetes 1.34 `schedutil.GetNonzeroRequests`, confirmed by recorded scores.
 * Leaves out: containers (a shape is the sum of them), ephemeral storage, extended resources other than GPUs.
 */
import { assert } from '../../sim/engine/assert.ts';
import { assertShape, type Pod, type PodShape } from '../cluster/pod.ts';

/** What the scorer counts for a pod that requests no processor time. */
export const DEFAULT_CPU_MILLI = 100;

/** What the scorer counts for a pod that requests no memory. */
export const DEFAULT_MEMORY_MIB = 200;

/** Columns by shape, and the shape and service of each pod. */
export class Demands {
  /** By pod. */
  readonly shapeOf: Int32Array;
  /** -1: belongs to no service. */
  readonly serviceOf: Int32Array;
  /** One more than the largest number of a service. */
  readonly services: number;
  /** By shape: requested, thousandths of a processor; 0 when the pod names none. */
  readonly cpuMilli: Float64Array;
  readonly memoryMib: Float64Array;
  /** Requests with the defaults filled in: what NodeResourcesFit scores with. */
  readonly scoredCpuMilli: Float64Array;
  readonly scoredMemoryMib: Float64Array;
  /** By shape: devices. */
  readonly gpus: Int32Array;
  /** By shape: thousandths of each device. */
  readonly gpuMilli: Int32Array;

  constructor(shapes: readonly PodShape[], pods: readonly Pod[]) {
    shapes.forEach(assertShape);
    const outside = pods.find((pod) => pod.shape < 0 || pod.shape >= shapes.length || pod.service < -1);
    assert(outside === undefined, () => `pod ${outside?.name}: shape ${outside?.shape}, service ${outside?.service}`);
    this.shapeOf = Int32Array.from(pods, (pod) => pod.shape);
    this.serviceOf = Int32Array.from(pods, (pod) => pod.service);
    this.services = this.serviceOf.reduce((most, service) => Math.max(most, service + 1), 0);
    this.cpuMilli = Float64Array.from(shapes, (shape) => shape.cpuMilli);
    this.memoryMib = Float64Array.from(shapes, (shape) => shape.memoryMib);
    this.scoredCpuMilli = this.cpuMilli.map((cpuMilli) => cpuMilli || DEFAULT_CPU_MILLI);
    this.scoredMemoryMib = this.memoryMib.map((memoryMib) => memoryMib || DEFAULT_MEMORY_MIB);
    this.gpus = Int32Array.from(shapes, (shape) => shape.gpus);
    this.gpuMilli = Int32Array.from(shapes, (shape) => shape.gpuMilli);
  }
}
