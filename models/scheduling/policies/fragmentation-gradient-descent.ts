/**
 * FGD, fragmentation gradient descent: place a pod where it makes the fragments of GPUs shrink most, or grow least.
 *
 * Source: USENIX ATC 2023, "Beware of Fragmentation", and its published simulator (hkust-adsl, commit 8f3d641,
 * `plugin/fgd_score.go`): score = trunc(100 x sigmoid(shrinking in devices)); a sharing pod takes the device with the highest
 * such score, the first among equals. The typical pods are those of `options.typicalPods`, or of all pods that the
 * scheduler knows when it is made.
 * Leaves out: what the published measure leaves out (memory).
 */
import { exp } from '../../../sim/random/numeric.ts';
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import type { Demands } from '../demands.ts';
import { wholeDevices } from '../plugins/gpu-devices.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';
import { Fragmentation } from './fragmentation.ts';
import { typicalPodsOf } from './typical-pods.ts';

/** Makes the plugin. */
export function fragmentationGradientDescent(context: PluginContext): Plugin {
  const { demands, ledger, options } = context;
  const typical = options.typicalPods ?? typicalPodsOf(demands.shapes, podsByShape(demands));
  const fragmentation = new Fragmentation(context, typical);
  const scoreOfGain = (gain: number): number => descentScore(gain / fragmentation.pods / GPU_DEVICE_MILLI);
  const bestShare = (pod: number, node: number): { score: number; device: number } => {
    const shape = demands.shapeOf[pod];
    const gpuMilli = demands.gpuMilli[shape];
    const first = node * ledger.devicesMax;
    let best = Number.NEGATIVE_INFINITY;
    let score = -1;
    let chosen = -1;
    for (let device = 0; device < ledger.devices[node]; device++) {
      const left = ledger.gpuMilliLeft[first + device];
      if (left < gpuMilli || isSeen(ledger.gpuMilliLeft, first, device)) continue;
      const gain = fragmentation.gainOfShare(node, demands.cpuMilli[shape], gpuMilli, device);
      if (gain <= best) continue;
      best = gain;
      const own = scoreOfGain(gain);
      if (own <= score) continue;
      score = own;
      chosen = device;
    }
    return { score, device: chosen };
  };
  return {
    name: 'FGD',
    scope: 'shape',
    reasons: [],

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      if (demands.gpus[shape] === 1 && demands.gpuMilli[shape] < GPU_DEVICE_MILLI) return bestShare(pod, node).score;
      return scoreOfGain(fragmentation.gainOfWhole(node, demands.cpuMilli[shape], demands.gpus[shape]));
    },

    chooseDevices(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      if (demands.gpuMilli[shape] === GPU_DEVICE_MILLI) return wholeDevices(ledger, node, demands.gpus[shape]);
      return 1 << bestShare(pod, node).device;
    },
  };
}

/** 0 to 100 for fragments that shrink by so many devices; 50 when they stay as they are. */
export function descentScore(devices: number): number {
  return Math.trunc(SCORE_MAX * (1 / (1 + exp(-devices))));
}

/** Whether an earlier device has as much left: then it scores alike, and the earlier one is taken. */
function isSeen(left: Int32Array, first: number, device: number): boolean {
  for (let at = first; at < first + device; at++) if (left[at] === left[first + device]) return true;
  return false;
}

function podsByShape({ shapes, pods, shapeOf }: Demands): Int32Array {
  const counts = new Int32Array(shapes.length);
  for (let pod = 0; pod < pods; pod++) counts[shapeOf[pod]]++;
  return counts;
}
