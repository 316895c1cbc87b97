/**
 * Members whose nodes have to come before they can take over what another one lost: the way of each replica that they are given for it, from
 * the loss to its first answer, and what machines, traffic and lines cost together.
 *
 * On that way *measured* is the verdict that the member is lost, and *decided* the plan that gives its replicas to others. Left out: replicas that move
 * without a loss (false alarms, evacuations), and those whose number an autoscaler of the member owns, which has a way of its own.
 */
import type { FederatorDecision } from '../../../models/federation/federator.ts';
import type { PlanOccasion } from '../../../models/federation/placement-plan.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { autoscalersOfNodes } from '../../document/node-groups.ts';
import type { FederationGround, FederationPart } from './federation-part.ts';
import type { GrowthCause } from './growth-timeline.ts';

/** Plans that give a member more for the sake of a loss: at once, and when pods were seen to find no room. */
const FOR_A_LOSS: readonly PlanOccasion[] = ['clusterLost', 'capacity'];

/** Growth of the members of one federation; undefined: their nodes stay. */
export function federationGrowthOf(ground: FederationGround): FederationGrowth | undefined {
  return autoscalersOfNodes(ground.document).length === 0 ? undefined : new FederationGrowth(ground);
}

/** Time lines and costs. */
export class FederationGrowth implements FederationPart {
  readonly #ground: FederationGround;

  constructor(ground: FederationGround) {
    this.#ground = ground;
  }

  /** As the interface says. */
  decided({ workload, occasion, plan, before }: FederatorDecision): void {
    const { clusters, retains } = this.#ground;
    if (!FOR_A_LOSS.includes(occasion) || retains(workload)) return;
    const cause = this.#cause();
    if (cause === undefined) return;
    plan.replicas.forEach((replicas, cluster) => {
      const more = replicas - before[cluster]!;
      const { place, timeline } = clusters[cluster]!;
      if (more > 0 && place.autoscaler !== undefined) timeline.ordered(workload, more, cause);
    });
  }

  /** As the interface says. */
  metrics(nowNs: TimeNs): Record<string, number> {
    const { machines, document, report } = this.#ground;
    // Requests that are counted by windows send nothing over the lines.
    if (document.load!.thin !== undefined) return {};
    const { trafficUsd, lineUsd } = report();
    return { totalCost: machines.cost(nowNs) + trafficUsd + lineUsd };
  }

  /** The last loss that was acted on and is not made good yet. */
  #cause(): GrowthCause | undefined {
    const { sim, report } = this.#ground;
    const outage = report()
      .outages.filter(({ end, reachedNs }) => end === 'lasts' && reachedNs.decided !== undefined)
      .at(-1);
    if (outage === undefined) return undefined;
    const { lostNs, reachedNs } = outage;
    return { riseNs: lostNs, measuredNs: reachedNs.detected ?? lostNs, decidedNs: sim.nowNs };
  }
}
