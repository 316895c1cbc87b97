/** A small cluster with groups of machines and a cluster-autoscaler. */
import { GroupAutoscaler } from '../../../../models/autoscaling/nodes/group-autoscaler.ts';
import type { NodeGroup } from '../../../../models/autoscaling/nodes/node-group.ts';
import {
  GROUP_AUTOSCALER_DEFAULTS,
  type GroupAutoscalerSettings,
} from '../../../../models/autoscaling/nodes/settings.ts';
import { Stream } from '../../../../sim/random/stream.ts';
import { type MachineOptions, MachineWorld, SECOND } from './machine-world.ts';

export interface WorldOptions extends MachineOptions {
  readonly groups: readonly NodeGroup[];
  readonly settings?: Partial<GroupAutoscalerSettings>;
}

/** The world of one test. */
export class GroupWorld extends MachineWorld {
  readonly autoscaler: GroupAutoscaler;

  constructor({ groups, settings, ...options }: WorldOptions) {
    super(groups, options);
    this.autoscaler = new GroupAutoscaler({
      sim: this.sim,
      stream: new Stream('1', 'node groups', 'choices'),
      cluster: this.cluster(),
      provider: this.provider,
      groups,
      prices: { cpuPerHour: 1, memoryGibPerHour: 0 },
      settings: { ...GROUP_AUTOSCALER_DEFAULTS, ...settings },
      follower: {
        scaledUp: ({ option, helpless }, asked) =>
          this.say(`asks ${asked.length} of ${option?.group ?? 'none'} helpless ${helpless.length}`),
        timedOut: (node, group, until) => this.say(`timed out ${node} of ${group} until ${until / SECOND}`),
        removing: ({ node, moves }) => this.say(`removing ${node.node} moves ${moves.length}`),
        removed: ({ node }, gone) => this.say(`${gone ? 'removed' : 'gave up'} ${node.node}`),
      },
    });
    this.autoscaler.begin();
  }

  /** It finds them by itself. */
  protected podWaits(): void {}
}
