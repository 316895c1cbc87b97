/**
 * GpuDevices: whole GPUs, or a share of one that other pods use too.
 *
 * Source: the OpenB trace and its published simulator (USENIX ATC 2023, "Beware of Fragmentation"): a pod of one device
 * needs one with `left >= gpuMilli`, a pod of several needs that many whole ones, and the model must be one that the pod
 * names if it names any. Stock Kubernetes has no such plugin.
 * Device choice: the tightest device that still fits, the lowest number among equals. Leaves out: links between devices,
 * memory of devices, and the published policies that score (they come as plugins of their own).
 */
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import type { PodShape } from '../../cluster/pod.ts';
import type { Ledger } from '../ledger.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const OTHER_MODEL = 1;
const INSUFFICIENT_DEVICES = 2;

/** Makes the plugin. */
export function gpuDevices({ nodes, demands, ledger }: PluginContext): Plugin {
  const kinds = nodes.map((node) => node.gpuModel);
  const refused = new ShapeTable(kinds, (shape, node) => refusal(demands.shapes[shape], nodes[node].gpuModel));
  return {
    name: 'GpuDevices',
    scope: 'shape',
    reasons: ['node(s) had no GPU of a wanted model', 'Insufficient gpu'],

    skipsFilter: (pod: number): boolean => demands.gpus[demands.shapeOf[pod]] === 0,

    filter(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const wrong = refused.at(shape, node);
      if (wrong !== 0) return wrong;
      return hasDevices(ledger, node, demands.gpus[shape], demands.gpuMilli[shape]) ? 0 : INSUFFICIENT_DEVICES;
    },
  };
}

function refusal(shape: PodShape, model: string): number {
  return shape.gpuModels.length === 0 || shape.gpuModels.includes(model) ? 0 : OTHER_MODEL;
}

/** Whether the node has these devices free. */
export function hasDevices(ledger: Ledger, node: number, gpus: number, gpuMilli: number): boolean {
  return gpus === 1 ? ledger.gpuMilliLeftMost[node] >= gpuMilli : ledger.gpusWhole[node] >= gpus;
}

/**
 * The devices that a pod takes on a node which passed the filter, as a bit mask; 0 for a pod without GPUs.
 */
export function chooseDevices(ledger: Ledger, node: number, gpus: number, gpuMilli: number): number {
  if (gpus === 0) return 0;
  return gpus === 1 ? tightestDevice(ledger, node, gpuMilli) : wholeDevices(ledger, node, gpus);
}

function tightestDevice(ledger: Ledger, node: number, gpuMilli: number): number {
  const first = node * ledger.devicesMax;
  let chosen = -1;
  let least = GPU_DEVICE_MILLI + 1;
  for (let device = 0; device < ledger.devices[node]; device++) {
    const left = ledger.gpuMilliLeft[first + device];
    if (left < gpuMilli || left >= least) continue;
    chosen = device;
    least = left;
  }
  return 1 << chosen;
}

/** The first whole devices of a node, as a bit mask. */
export function wholeDevices(ledger: Ledger, node: number, gpus: number): number {
  const first = node * ledger.devicesMax;
  let mask = 0;
  let missing = gpus;
  for (let device = 0; device < ledger.devices[node] && missing > 0; device++) {
    if (ledger.gpuMilliLeft[first + device] !== GPU_DEVICE_MILLI) continue;
    mask |= 1 << device;
    missing--;
  }
  return mask;
}
