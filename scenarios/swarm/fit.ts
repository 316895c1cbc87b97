/** Whether a node may take a pod, by what the document says of both and by what is requested there already. */
import type { ScenarioDocument } from '../document/schema.ts';
import type { Onlooker } from './onlooker.ts';
import type { Row } from './playback.ts';

type Shape = ScenarioDocument['cluster']['pods'][number]['shape'];
type Condition = NonNullable<Shape['nodeAffinity']>['required'][number];

/** Why pods of a workload may not stand on a node, by taints and labels; undefined: they may. */
export function refusal(onlooker: Onlooker, workload: number, node: Row): string | undefined {
  const { nodes, pods } = onlooker.document.cluster;
  const shape = pods[workload]?.shape;
  const member = onlooker.clusters[onlooker.clusterOf(node)]!;
  const name = member === '' ? node.name : node.name.slice(member.length + 1);
  const group = nodes.find(({ namePrefix }) => name.startsWith(namePrefix))?.shape;
  if (group === undefined) return 'which nobody has written down';
  const taint = group.taints.find(
    ({ effect, key, value }) =>
      effect !== 'PreferNoSchedule' && !(shape?.tolerations ?? []).some((one) => bears(one, { key, value, effect })),
  );
  if (taint !== undefined) return `whose taint ${taint.key} it does not tolerate`;
  const wrong = shape?.nodeAffinity?.required.find((condition) => !holds(condition, group.labels));
  return wrong === undefined ? undefined : `whose label ${wrong.key} is not as it must be`;
}

/** Whether a pod of a workload would still find the processors and the memory that it requests. */
export function hasRoom(onlooker: Onlooker, workload: number, node: Row): boolean {
  return fitting(onlooker, workload, node) > 0;
}

/** How many pods of a workload would still find the processors and the memory that they request. */
export function fitting({ document }: Onlooker, workload: number, { values }: Row): number {
  const { cpuMilli, memoryMib } = document.cluster.pods[workload]!.shape;
  const left = (of: string): number => values[`${of}Allocatable`]! - values[`${of}Requested`]!;
  const fits = Math.min(
    left('cpuMilli') / Math.max(1, cpuMilli),
    left('memoryMib') / Math.max(1, memoryMib),
    document.cluster.podsPerNodeMax - values['pods']!,
  );
  return Math.max(0, Math.floor(fits));
}

function bears(
  { key, operator, value, effect }: Shape['tolerations'][number],
  taint: { readonly key: string; readonly value: string; readonly effect: string },
): boolean {
  if (key !== undefined && key !== taint.key) return false;
  if (effect !== undefined && effect !== taint.effect) return false;
  return operator === 'Exists' || value === taint.value;
}

function holds({ key, operator, values }: Condition, labels: Readonly<Record<string, string>>): boolean {
  const label = labels[key];
  if (operator === 'In') return label !== undefined && values.includes(label);
  if (operator === 'NotIn') return label === undefined || !values.includes(label);
  if (operator === 'Exists') return label !== undefined;
  if (operator === 'DoesNotExist') return label === undefined;
  return operator === 'Gt' ? Number(label) > Number(values[0]) : Number(label) < Number(values[0]);
}
