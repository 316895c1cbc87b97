/** A small cluster whose machines are bought just in time. */
import { JustInTimeAutoscaler } from '../../../../../models/autoscaling/nodes/just-in-time/just-in-time-autoscaler.ts';
import {
  JUST_IN_TIME_DEFAULTS,
  type JustInTimeSettings,
} from '../../../../../models/autoscaling/nodes/just-in-time/settings.ts';
import type { NodeGroup } from '../../../../../models/autoscaling/nodes/node-group.ts';
import { type MachineOptions, MachineWorld } from '../machine-world.ts';
import { groupWith } from '../trial-world.ts';

export interface JustInTimeOptions extends MachineOptions {
  readonly types: readonly NodeGroup[];
  readonly settings?: Partial<JustInTimeSettings>;
}

/** Types of a price for each processor: 1 an hour for one of 1 processor, 2 for one of 2, and so on. */
export function typesOf(...cores: readonly number[]): NodeGroup[] {
  return cores.map((core) => groupWith({ name: `c${core}`, cpuMilli: core * 1000, pricePerHour: core, max: 12 }));
}

/** The world of one test. */
export class JustInTimeWorld extends MachineWorld {
  readonly autoscaler: JustInTimeAutoscaler;

  constructor({ types, settings, ...options }: JustInTimeOptions) {
    super(types, options);
    const name = (type: number): string => types[type]!.name;
    this.autoscaler = new JustInTimeAutoscaler({
      sim: this.sim,
      cluster: this.cluster(),
      provider: this.provider,
      types,
      settings: { ...JUST_IN_TIME_DEFAULTS, ...settings },
      follower: {
        provisioned: ({ launched, helpless }) =>
          this.say(
            `launches ${launched.map(({ type, pods }) => `${name(type)} for ${pods}`).join(', ') || 'nothing'}, helpless ${helpless.length}`,
          ),
        disrupting: ({ method, candidates, replacement }) =>
          this.say(
            `${method} ${candidates.map(({ node }) => node.node).join(' ')}${replacement < 0 ? '' : ` for ${name(replacement)}`}`,
          ),
        gaveUp: (_, why) => this.say(`gave up: ${why}`),
        expired: (node) => this.say(`expired ${node}`),
        removed: (node) => this.say(`removed ${node}`),
      },
    });
    this.autoscaler.begin();
  }

  reasons(): string[] {
    const { keeps } = this.autoscaler;
    return this.nodes.map((node) => keeps.get(node)?.reason ?? 'none');
  }

  protected podWaits(pod: number): void {
    this.autoscaler.podWaits(pod);
  }
}
