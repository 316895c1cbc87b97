/**
 * Exact weighted max-min sharing: the front door of this folder.
 */

export type { FlowId, ResourceId } from './flow-table.ts';
export { BOUND_BY_CAP, BOUND_BY_NOTHING } from './flow-table.ts';
export type { RateErrorReport } from './rate-error.ts';
export { SharedResources } from './shared-resources.ts';
export type { SolverName } from './solver-choice.ts';
