/** The explanation of an autoscaler, in words for a terminal. */
import type { AutoscalerExplanation } from '../compile/autoscaler-explaining.ts';

/** The answer first, then why, then what Kubernetes would write into the object. */
export function autoscalerText(explanation: AutoscalerExplanation): string {
  const { autoscaler, target, currentReplicas, desiredReplicas, moves, decided, pods, sampled } = explanation;
  const noTarget = explanation.conditions.AbleToScale?.status === 'False';
  const answer = noTarget
    ? `${autoscaler} cannot decide: its target ${target} is not there.`
    : moves
      ? `${autoscaler} takes ${target} from ${currentReplicas} to ${desiredReplicas} replicas.`
      : `${autoscaler} leaves ${target} at ${currentReplicas} replicas${decided ? '' : ': no metric could be computed'}.`;
  const seen = `It sees ${pods} pods; ${sampled} of them have a sample.`;
  const conditions = Object.entries(explanation.conditions).map(
    ([type, condition]) => `  ${type}=${condition?.status} ${condition?.reason}: ${condition?.message}`,
  );
  const changes = explanation.changes.length === 0 ? [] : [explanation.changes.join('\n')];
  const parts = [
    answer,
    [seen, ...explanation.sentences].join('\n'),
    ...changes,
    ['Conditions', ...conditions].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
