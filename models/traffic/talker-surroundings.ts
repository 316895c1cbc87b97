/**
 * What talkers stand on: the models that their calls meet.
 *
 * Holds no model. Source: models/traffic/talkers.ts. Leaves out: who wires them together (scenarios/compile).
 */
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';
import type { Residents } from '../cluster/residents.ts';
import type { Fabric } from '../network/fabric.ts';
import type { FlowCarrier } from '../network/flow-carrier.ts';
import type { PodSegments } from '../network/layer2/pod-segments.ts';
import type { Endpoints } from '../service/endpoints.ts';
import type { World } from '../world/world.ts';
import type { Carriage } from './carrying.ts';
import type { CallerPatience } from './patience.ts';

/** What talkers stand on. */
export interface TalkerSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly endpoints: Endpoints;
  /** For each service the services that it calls. */
  readonly calls: readonly (readonly number[])[];
  readonly fabric: Fabric;
  readonly resources: SharedResources;
  readonly transport: FlowCarrier;
  readonly carriage: Carriage;
  /** `CALLER_PATIENCE` if left out. */
  readonly patience?: CallerPatience;
  /** Whether a node sends packets for a pod to where it is; always if left out. */
  readonly knowsWay?: (node: number, pod: number) => boolean;
  /** How pods share layer 2, where they do: calls then have to find their callee first. */
  readonly segments?: PodSegments | undefined;
}
