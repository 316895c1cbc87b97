/**
 * What a kubelet knows of one pod on its node.
 *
 * Source: ours; the stages are those of the kubelet's pod workers (Kubernetes 1.34). Leaves out: containers one by one.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle } from '../../../sim/engine/simulation.ts';
import { NEVER_NS } from '../pod-table.ts';
import type { CrashBackoff } from './crash-backoff.ts';
import type { PodRuntime } from './pod-runtime.ts';
import type { Verdict } from './verdict.ts';

/** What a kubelet knows of one pod. */
export interface PodRun {
  readonly pod: number;
  readonly life: number;
  readonly node: number;
  readonly runtime: PodRuntime;
  readonly backoff: CrashBackoff;
  stage: 'setting-up' | 'running' | 'waiting' | 'pre-stop' | 'stopping' | 'over';
  next: EventHandle | undefined;
  verdict: EventHandle | undefined;
  exit: EventHandle | undefined;
  finding: Verdict['finding'];
  endsWell: boolean;
  /** Image or init container that comes next. */
  image: number;
  init: number;
  retries: number;
  startedNs: TimeNs;
  /** When its application answers, or has begun to. */
  answersNs: TimeNs;
  networked: boolean;
  healthy: boolean;
  /** Whether its probes last found it well; an API server that thinks otherwise is told again. */
  ready: boolean;
  /** By when it must have ended. */
  deadlineNs: TimeNs;
}

/** How a run begins. */
export const NOT_YET_STARTED = {
  stage: 'setting-up',
  next: undefined,
  verdict: undefined,
  exit: undefined,
  finding: 'ready',
  endsWell: true,
  image: 0,
  init: 0,
  retries: 0,
  startedNs: NEVER_NS,
  answersNs: 0,
  networked: false,
  healthy: true,
  ready: false,
  deadlineNs: Number.POSITIVE_INFINITY,
} as const satisfies Partial<PodRun>;
