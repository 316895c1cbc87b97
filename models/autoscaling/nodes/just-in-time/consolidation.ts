/**
 * Consolidation: which nodes may go because nobody needs them, or because their pods are cheaper elsewhere.
 *
 * Source: Karpenter 1.14 `disruption/emptiness.go`, `multinodeconsolidation.go`, `singlenodeconsolidation.go`, `consolidation.go`: empty nodes go
 * first, all that the budget lets; then the largest first part of the candidates, found by halving, whose pods find room on the others and at
 * most one new machine that costs less than all of them; then one node after another by the same rule. A replacement of a type that is
 * among several nodes that go must cost less than the cheapest such node. A spot node is replaced by spot only where that is allowed and
 * 15 cheaper types would do.
 * The search packs the largest pods first and the scheduler packs by its scores. Where the two differ, a node goes, its pod finds no room, and the
 * same node is bought again, for ever if nothing else happens, as upstream does too (karpenter-provider-aws issue 2468).
 * Leaves out: limits of computing time, pools taken in turn, minimum numbers of types, the policy Balanced.
 */
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { NodeGroup } from '../node-group.ts';
import { type Candidate, isEmpty, isUnderConsolidateAfter, type Keep } from './candidates.ts';
import type { FleetTrial } from './fleet.ts';
import type { JustInTimeCluster } from './just-in-time-cluster.ts';
import { cheapestFirst, type LoosePod, type NewMachine } from './new-machine.ts';
import { pack } from './packing.ts';
import { COMMAND_NODES_MOST, type JustInTimeSettings, SPOT_TYPES_LEAST } from './settings.ts';

/** Why nodes are disrupted. */
export type DisruptionReason = 'empty' | 'underutilised';

/** How nodes are looked for, in the order in which it is done. */
export const CONSOLIDATION_METHODS = ['empty', 'several', 'single'] as const;

/** Name of a way to look for nodes. */
export type ConsolidationMethod = (typeof CONSOLIDATION_METHODS)[number];

/** Nodes that are to go. */
export interface Command {
  readonly method: ConsolidationMethod;
  readonly candidates: readonly Candidate[];
  /** The type of the one machine that is bought for their pods; -1: none is. */
  readonly replacement: number;
  /** Nodes on which their pods would stand. */
  readonly targets: readonly number[];
}

/** What consolidation looks at. */
export interface ConsolidationLook {
  readonly cluster: JustInTimeCluster;
  readonly types: readonly NodeGroup[];
  readonly settings: JustInTimeSettings;
  readonly nowNs: TimeNs;
  /** Nodes that may be disrupted, in their order. */
  readonly candidates: readonly Candidate[];
  /** Nodes that may be disrupted now in all. */
  readonly allowed: number;
  readonly world: FleetTrial;
  readonly keeps: Map<number, Keep>;
}

/** The command of one method; null: it finds none. */
export function commandOf(method: ConsolidationMethod, look: ConsolidationLook): Command | null {
  if (method === 'empty') return emptyNodes(look);
  return method === 'several' ? severalNodes(look) : singleNode(look);
}

/** The command again, after a while; null: it does not hold any more. Empty nodes go without those that are not so any more. */
export function stillHolds(look: ConsolidationLook, command: Command): Command | null {
  const { method, replacement } = command;
  const wanted = new Set(command.candidates.map(({ node }) => node.node));
  const candidates = look.candidates.filter(({ node }) => wanted.has(node.node));
  if (method === 'empty') {
    const empty = withinBudget(look, candidates.filter(isEmpty));
    return empty.length === 0 ? null : { ...command, candidates: empty };
  }
  if (candidates.length < wanted.size || candidates.length > look.allowed || candidates.some(isEmpty)) return null;
  const found = simulated(look, method, candidates);
  if (!('candidates' in found) || found.replacement < 0 !== replacement < 0) return null;
  // One that would now have to be dearer is another command; one that could be cheaper holds what it was bought for.
  const priceOf = (type: number): number => (type < 0 ? 0 : look.types[type]!.pricePerHour);
  return priceOf(found.replacement) > priceOf(replacement) ? null : { ...found, replacement };
}

function emptyNodes(look: ConsolidationLook): Command | null {
  const empty = look.candidates.filter(isEmpty);
  const candidates = withinBudget(look, empty);
  return candidates.length === 0 ? null : { method: 'empty', candidates, replacement: -1, targets: [] };
}

/** By halving: the largest first part that may go together. */
function severalNodes(look: ConsolidationLook): Command | null {
  const candidates = withinBudget(look, underutilised(look)).slice(0, COMMAND_NODES_MOST);
  let [least, most] = [2, candidates.length];
  let best: Command | null = null;
  while (least <= most) {
    const middle = Math.floor((least + most) / 2);
    const found = together(look, 'several', candidates.slice(0, middle));
    if (found !== null) best = found;
    if (found !== null) least = middle + 1;
    else most = middle - 1;
  }
  return best;
}

function singleNode(look: ConsolidationLook): Command | null {
  const candidates = underutilised(look);
  if (look.allowed < 1) withinBudget(look, candidates);
  else {
    for (const [at, candidate] of candidates.entries()) {
      const found = together(look, 'single', [candidate]);
      if (found === null) continue;
      for (const { node } of candidates.slice(at + 1)) look.keeps.set(node.node, { reason: 'NotInspected' });
      return found;
    }
  }
  return null;
}

function underutilised({ candidates }: ConsolidationLook): Candidate[] {
  return candidates.filter((candidate) => !isEmpty(candidate));
}

function withinBudget({ allowed, keeps }: ConsolidationLook, candidates: readonly Candidate[]): Candidate[] {
  for (const { node } of candidates.slice(allowed)) keeps.set(node.node, { reason: 'DisruptionBudget' });
  return candidates.slice(0, allowed);
}

/** The command that lets all of them go; null, and why if it is one: none does. */
function together(
  look: ConsolidationLook,
  method: ConsolidationMethod,
  candidates: readonly Candidate[],
): Command | null {
  const found = simulated(look, method, candidates);
  if ('candidates' in found) return found;
  if (candidates.length === 1) look.keeps.set(candidates[0]!.node.node, found);
  return null;
}

function simulated(
  look: ConsolidationLook,
  method: ConsolidationMethod,
  candidates: readonly Candidate[],
): Command | Keep {
  const { trial, nodes, coming, waiting, leaving } = look.world;
  const mark = trial.mark();
  const going = new Set(candidates.map(({ node }) => node.node));
  for (const { pods } of candidates) for (const { pod } of pods) trial.lift(pod);
  for (const node of going) trial.dropNode(node);
  const moving = candidates.flatMap(({ pods }) => pods);
  const mayUse = mayUseOf(look, new Set<LoosePod>(moving));
  const packing = pack({
    ...{ trial, types: look.types, machinesMost: 1 },
    nodes: nodes.filter((node) => !going.has(node)),
    pods: [...waiting, ...moving, ...leaving],
    ...(mayUse === undefined ? {} : { mayUse }),
  });
  const { placed, machines, failed } = packing;
  const free = new Set<LoosePod>(waiting);
  const mayCome = new Set<LoosePod>(leaving);
  const stuck =
    failed.find((pod) => !free.has(pod)) ??
    [...placed].find(([pod, node]) => coming.has(node) && !mayCome.has(pod))?.[0];
  const targets = [...new Set(placed.values())].filter((node) => !coming.has(node));
  const made = { method, candidates, targets };
  const result = ((): Command | Keep => {
    if (machines.length > 1) return { reason: 'WouldTakeSeveral' };
    if (stuck !== undefined) return { reason: 'NotAllPodsWouldSchedule', ...heldBy(moving, stuck) };
    if (machines.length === 0) return { ...made, replacement: -1 };
    const replacement = replacementOf(look, candidates, machines[0]!);
    return typeof replacement === 'number' ? { ...made, replacement } : replacement;
  })();
  trial.backTo(mark);
  return result;
}

function heldBy(moving: Candidate['pods'], stuck: LoosePod): Pick<Keep, 'pod'> {
  const pod = moving.find((each) => each === stuck);
  return pod === undefined ? {} : { pod };
}

/** Nodes whose pods came a short while ago take no pods of candidates. */
function mayUseOf(
  { cluster, settings, nowNs }: ConsolidationLook,
  moving: ReadonlySet<LoosePod>,
): ((pod: LoosePod, node: number) => boolean) | undefined {
  const held = new Set(
    cluster.nodes().flatMap((node) => (isUnderConsolidateAfter(node, settings, nowNs) ? [node.node] : [])),
  );
  return held.size === 0 ? undefined : (pod, node) => !held.has(node) || !moving.has(pod);
}

/** The type that the replacement is bought as, or why it is not worth it. */
function replacementOf(
  { types, settings }: ConsolidationLook,
  candidates: readonly Candidate[],
  machine: NewMachine,
): number | Keep {
  const priceNow = candidates.reduce((sum, { pricePerHour }) => sum + pricePerHour, 0);
  const isSpot = (type: number): boolean => types[type]!.spot === true;
  const fromSpot = candidates.every((candidate) => candidate.isSpot) && machine.options.some(isSpot);
  if (fromSpot && !settings.spotToSpot) return { reason: 'SpotToSpotDisabled' };
  const cheaper = machine.options.filter((type) => types[type]!.pricePerHour < priceNow && (!fromSpot || isSpot(type)));
  const most = candidates.length === 1 ? Number.POSITIVE_INFINITY : priceOfSame(types, candidates, cheaper);
  const allowed = cheapestFirst(
    types,
    cheaper.filter((type) => types[type]!.pricePerHour < most),
  );
  if (allowed.length === 0) return { reason: 'NotCheaper' };
  if (fromSpot && candidates.length === 1 && allowed.length < SPOT_TYPES_LEAST) return { reason: 'TooFewSpotTypes' };
  // Where both kinds would do, only spot is bought: what was held against the price is its price.
  const bought = allowed.some(isSpot) ? allowed.filter(isSpot) : allowed;
  const type = machine.settle((each) => bought.includes(each));
  return type < 0 ? { reason: 'NotCheaper' } : type;
}

/** The price of the cheapest node that goes and is of a type that the replacement could be of; Infinity: none is. */
function priceOfSame(
  types: readonly NodeGroup[],
  candidates: readonly Candidate[],
  options: readonly number[],
): number {
  const prices = candidates.flatMap(({ node }) =>
    options.includes(node.group) ? [types[node.group]!.pricePerHour] : [],
  );
  return prices.reduce((least, price) => Math.min(least, price), Number.POSITIVE_INFINITY);
}
