/**
 * Random: one of the feasible nodes, and for a sharing pod one of the devices with room, each with equal chance.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641,
 * `plugin/random_score.go`, random device): the node drawn scores 100, all others 0. Drawn by rendezvous, as ties are: every
 * pair of pod and node has a number of its own, so that explaining a decision draws the same again.
 * Leaves out: upstream's own sequence of random numbers.
 */
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import { wholeDevices } from '../plugins/gpu-devices.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';
import { rendezvousOfNode, rendezvousOfPod } from '../selection.ts';

/** Keeps the draws of devices apart from those of nodes. */
const DEVICE_SALT = 0x2545f491;

/** Makes the plugin. Draws once from the scheduler's stream. */
export function randomNode({ demands, ledger, options }: PluginContext): Plugin {
  const salt = options.stream.uint32();
  return {
    name: 'Random',
    scope: 'pod',
    reasons: [],

    score: (pod: number, node: number): number => rendezvousOfNode(rendezvousOfPod(salt, pod), node),

    normalise: leastTakesAll,

    chooseDevices(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const gpuMilli = demands.gpuMilli[shape];
      if (gpuMilli === GPU_DEVICE_MILLI) return wholeDevices(ledger, node, demands.gpus[shape]);
      const ofPod = rendezvousOfPod(salt ^ DEVICE_SALT, pod);
      let chosen = -1;
      let least = Infinity;
      for (let device = 0; device < ledger.devices[node]; device++) {
        if (ledger.gpuMilliLeft[node * ledger.devicesMax + device] < gpuMilli) continue;
        const drawn = rendezvousOfNode(ofPod, device);
        if (drawn >= least) continue;
        chosen = device;
        least = drawn;
      }
      return 1 << chosen;
    },
  };
}

/** 100 for the first of the least numbers, 0 for all others, in place. */
function leastTakesAll(scores: Float64Array, count: number): void {
  let chosen = 0;
  for (let i = 1; i < count; i++) if (scores[i] < scores[chosen]) chosen = i;
  scores.fill(0, 0, count);
  scores[chosen] = SCORE_MAX;
}
