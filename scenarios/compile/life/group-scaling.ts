/** A cluster-autoscaler by groups in a living run: its settings from the document, its decisions and reasons in words. */
import { GroupAutoscaler } from '../../../models/autoscaling/nodes/group-autoscaler.ts';
import type { NodeGroup } from '../../../models/autoscaling/nodes/node-group.ts';
import type { Stay } from '../../../models/autoscaling/nodes/scale-down.ts';
import type { ScaleUpDecision } from '../../../models/autoscaling/nodes/scale-up.ts';
import { GROUP_AUTOSCALER_DEFAULTS } from '../../../models/autoscaling/nodes/settings.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';
import type { NodeAutoscalerGround, RunningNodeAutoscaler } from './node-scaling.ts';

/** What an hour of a core and of a GiB cost a pod, as the expander `price` reckons: list prices of one large provider. */
const POD_PRICES = { cpuPerHour: 0.033174, memoryGibPerHour: 0.004446 };

/** Makes it. */
export function groupScaling({
  sim,
  server,
  streams,
  file,
  view,
  machines,
  groups,
  nameOf,
  tell,
  hasPower,
}: NodeAutoscalerGround): RunningNodeAutoscaler {
  return new GroupAutoscaler({
    ...{ sim, server, groups, prices: POD_PRICES, settings: settingsOf(file) },
    stream: streams.stream('node autoscaler', 'choices'),
    cluster: view,
    provider: machines,
    hasPower,
    follower: {
      scaledUp: (decision, nodes) => tell.decided(decisionWords(decision, nodes.length, groups)),
      timedOut: (node) => tell.happened(`${nameOf(node)} has not come in time`),
      removing: ({ node }) => tell.stays(node.node, 'goes'),
      removed: ({ node }, gone) => gone || tell.stays(node.node, 'stays: its pods could not all be evicted'),
      looked: (stays) => {
        for (const [node, stay] of stays) tell.keeps(node, stayWords(stay));
      },
    },
  });
}

function settingsOf(file: NodeAutoscalerFile) {
  return {
    ...GROUP_AUTOSCALER_DEFAULTS,
    expanders: file.expanders,
    scanNs: file.scan,
    newPodDelayNs: file.newPodDelay,
    provisionNs: file.provisionTime,
    scaleDown: file.scaleDown,
    utilisationMost: file.utilisation,
    unneededNs: file.unneeded,
    delayAfterAddNs: file.delayAfterAdd,
  };
}

function decisionWords(
  { option, skipped, helpless }: ScaleUpDecision,
  machines: number,
  groups: readonly NodeGroup[],
): string {
  const others = skipped.flatMap((why, group) => (why === null ? [] : [`${groups[group]!.name} ${why}`]));
  const chosen =
    option === null
      ? 'no group can help'
      : `${machines} of ${groups[option.group]!.name} for ${option.pods.length} pods`;
  const left = helpless.length === 0 ? [] : [`${helpless.length} pods fit on none`];
  return [chosen, ...others, ...left].join('; ');
}

const STAY_WORDS: Readonly<Partial<Record<Stay['reason'], string>>> = {
  NodeGroupMinSizeReached: 'stays: its group is at its minimum',
  ScaleDownDisabledAnnotation: 'stays: it is marked to be kept',
  NotReady: 'stays: it is not ready',
  NotUnderutilized: 'stays: enough of it is requested',
  NoPlaceToMovePods: 'stays: its pods would find no place elsewhere',
  NotUnneededLongEnough: 'not needed, but not for long enough',
  ScaleDownInCooldown: 'not needed, but nodes were added a short while ago',
  TooManyAtOnce: 'not needed, and waits for its turn to go',
};

function stayWords({ reason, blocks }: Stay): string | null {
  if (blocks !== undefined) return `stays: pod ${blocks.pod.name} holds it (${blocks.reason})`;
  return STAY_WORDS[reason] ?? null;
}
