/** Nodes made just in time in a living run: settings from the document, decisions and reasons in words. */
import type { Keep } from '../../../models/autoscaling/nodes/just-in-time/candidates.ts';
import type { Command } from '../../../models/autoscaling/nodes/just-in-time/consolidation.ts';
import { JustInTimeAutoscaler } from '../../../models/autoscaling/nodes/just-in-time/just-in-time-autoscaler.ts';
import type { Provisioning } from '../../../models/autoscaling/nodes/just-in-time/provisioner.ts';
import {
  JUST_IN_TIME_DEFAULTS,
  type JustInTimeSettings,
} from '../../../models/autoscaling/nodes/just-in-time/settings.ts';
import type { NodeGroup } from '../../../models/autoscaling/nodes/node-group.ts';
import type { JustInTimeFile } from '../../document/node-group-schema.ts';
import type { NodeAutoscalerGround, RunningNodeAutoscaler } from './node-scaling.ts';

/** Makes it. */
export function justInTimeScaling(
  { sim, file, view, machines, groups, nameOf, tell }: NodeAutoscalerGround,
  written: JustInTimeFile,
): RunningNodeAutoscaler {
  const stayWhy = (command: Command, why: string): void => {
    for (const { node } of command.candidates) tell.stays(node.node, `stays: ${why}`);
  };
  return new JustInTimeAutoscaler({
    ...{ sim, cluster: view, provider: machines, types: groups },
    settings: { ...settingsOf(written), registrationNs: file.provisionTime },
    follower: {
      provisioned: (provisioning) => tell.decided(provisioningWords(provisioning, groups)),
      disrupting: (command) => {
        tell.happened(commandWords(command, groups, nameOf));
        for (const { node } of command.candidates) tell.stays(node.node, `goes: ${whyWords(command, groups)}`);
      },
      gaveUp: (command, why) => stayWhy(command, why),
      expired: (node) => tell.stays(node, 'goes: it is too old'),
      removed: () => {},
      looked: (keeps) => {
        for (const [node, keep] of keeps) tell.keeps(node, keepWords(keep));
      },
    },
  });
}

function settingsOf(file: JustInTimeFile): JustInTimeSettings {
  const { batchIdle, batchMost, consolidation, consolidateAfter, budget, expireAfter, spotToSpot } = file;
  return {
    ...JUST_IN_TIME_DEFAULTS,
    batchIdleNs: batchIdle,
    batchMostNs: batchMost,
    consolidation: consolidation === 'whenEmpty' ? 'WhenEmpty' : 'WhenEmptyOrUnderutilized',
    consolidateAfterNs: consolidation === 'never' ? Number.POSITIVE_INFINITY : consolidateAfter,
    budget: typeof budget === 'number' ? budget : { share: Number.parseFloat(budget) / 100 },
    expireAfterNs: expireAfter,
    spotToSpot,
  };
}

function provisioningWords({ launched, helpless }: Provisioning, types: readonly NodeGroup[]): string {
  const byType = types.flatMap(({ name }, type) => {
    const own = launched.filter((each) => each.type === type);
    const pods = own.reduce((sum, each) => sum + each.pods, 0);
    return own.length === 0 ? [] : [`${own.length} of ${name} for ${pods} pods`];
  });
  const left = helpless.length === 0 ? [] : [`${helpless.length} pods fit on none`];
  return [...byType, ...left].join('; ');
}

function commandWords(command: Command, types: readonly NodeGroup[], nameOf: (node: number) => string): string {
  const names = command.candidates.map(({ node }) => nameOf(node.node));
  const some =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more go` : `${names.join(', ')} go`;
  return `${names.length === 1 ? `${names[0]} goes` : some}: ${whyWords(command, types)}`;
}

function whyWords({ method, replacement }: Command, types: readonly NodeGroup[]): string {
  if (method === 'empty') return 'nothing stands on it';
  return replacement < 0 ? 'its pods find room elsewhere' : `one of ${types[replacement]!.name} is cheaper`;
}

const KEEP_WORDS: Readonly<Record<Keep['reason'], string | null>> = {
  NotManaged: null,
  NotReady: 'stays: it is not ready',
  Nominated: 'stays: pods were promised room on it',
  DoNotDisrupt: 'stays: it is marked not to be disrupted',
  PodDoNotDisrupt: 'stays: a pod is marked not to be disrupted',
  PdbPreventsEviction: 'stays: a disruption budget lets no pod go',
  SeveralPdbs: 'stays: several disruption budgets cover one pod',
  ConsolidationDisabled: 'stays: consolidation is off',
  PolicyWhenEmpty: 'stays: it is not empty',
  ConsolidateAfter: 'stays: pods came or went a short while ago',
  NotAllPodsWouldSchedule: 'stays: its pods would find no place elsewhere',
  WouldTakeSeveral: 'stays: it would take several others to replace it',
  NotCheaper: 'stays: nothing cheaper holds its pods',
  SpotToSpotDisabled: 'stays: spot does not replace spot',
  TooFewSpotTypes: 'stays: too few cheaper spot types',
  DisruptionBudget: 'stays: as many nodes go as may',
  NotInspected: null,
  BeingValidated: 'may go, and is looked at again',
  Going: null,
};

function keepWords({ reason, pod }: Keep): string | null {
  const words = KEEP_WORDS[reason];
  return words === null || pod === undefined ? words : `${words} (pod ${pod.name})`;
}
