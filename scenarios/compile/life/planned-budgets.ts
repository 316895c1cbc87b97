/** The disruption budgets that a document gives its workloads. */
import type { DisruptionBudget } from '../../../models/cluster/workload/disruption-budget.ts';
import type { LifePlan } from './life-plan.ts';
import type { ScaledWorkload } from './workloads/scaled-workload.ts';

/** Those of a plan, each over the pods of one workload; `controllers` by workload. */
export function plannedBudgets({ workloads }: LifePlan, controllers: readonly ScaledWorkload[]): DisruptionBudget[] {
  return workloads.flatMap(({ name, file }, workload) =>
    file.disruptionBudget === undefined
      ? []
      : [{ name, covers: [controllers[workload]!.object], ...file.disruptionBudget }],
  );
}
