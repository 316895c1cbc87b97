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

/** What a kubelet knows of one pod. A class and no plain object: there are as many as pods, and engines make them faster. */
export class PodRun {
  readonly pod: number;
  readonly life: number;
  readonly node: number;
  readonly runtime: PodRuntime;
  stage: 'setting-up' | 'running' | 'waiting' | 'pre-stop' | 'stopping' | 'over' = 'setting-up';
  next: EventHandle | undefined = undefined;
  verdict: EventHandle | undefined = undefined;
  exit: EventHandle | undefined = undefined;
  finding: Verdict['finding'] = 'ready';
  endsWell = true;
  /** Image or init container that comes next. */
  image = 0;
  init = 0;
  retries = 0;
  startedNs: TimeNs = NEVER_NS;
  /** When its application answers, or has begun to. */
  answersNs: TimeNs = 0;
  networked = false;
  healthy = true;
  /** Whether its probes last found it well; an API server that thinks otherwise is told again. */
  ready = false;
  /** By when it must have ended. */
  deadlineNs: TimeNs = Number.POSITIVE_INFINITY;
  /** The pauses of its container; most never crash and need none. */
  backoff: CrashBackoff | undefined = undefined;

  constructor(pod: number, life: number, node: number, runtime: PodRuntime) {
    this.pod = pod;
    this.life = life;
    this.node = node;
    this.runtime = runtime;
  }
}
