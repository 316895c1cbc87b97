/**
 * What acts on one cluster beside its control plane: an autoscaler, a reserve, a descheduler. A part is a file of its own and a line in
 * `cluster-parts.ts`; the cluster knows no part by name.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { PodStep } from './pod-life.ts';

/** A part at work in one cluster. */
export interface ClusterPart {
  /** It begins to look. */
  begin?(): void;
  /** A pod has taken a step of its life; its node is `NONE` where it has none. */
  stepped?(pod: number, step: PodStep, node: number): void;
  /** The whole cluster loses its power, or has it again. */
  powered?(isOn: boolean): void;
  /** Keys of the catalog's metrics, over the run so far. */
  metrics?(nowNs: TimeNs): Record<string, number>;
}

/** Makes a part as the document asks for it; undefined: it asks for none. Called when all else of the cluster stands. */
export type MakePart = (ground: LivingGround, life: ClusterLife) => ClusterPart | undefined;
