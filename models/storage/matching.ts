/**
 * Which volume a claim gets.
 *
 * Source: Kubernetes 1.34 `component-helpers/storage/volume.FindMatchingVolume` and the controller's index of volumes by
 * access modes; every binding of the recorded cases (`test/oracles/k8s/pv-binding.json`). Without a node, volumes are looked
 * through by their sets of access modes, those with the fewest modes first, and inside a set the smallest that fits is
 * taken, even where a larger set holds a smaller one. With a node (the scheduler) all sets are one. A volume that is
 * reserved for the claim goes before every other of its set.
 * Upstream chooses between equals by the order of a map, that is, at random; here all equals are returned.
 * Leaves out: volume attributes classes, volumes that are being deleted.
 */
import { selects } from '../cluster/label-selector.ts';
import { matchesTerm } from '../cluster/node-selector.ts';
import type { AccessMode, ClaimReference, PersistentVolume, VolumePhase } from './persistent-volume.ts';
import type { PersistentVolumeClaim } from './persistent-volume-claim.ts';

/** A volume with what became of it. */
export interface VolumeState {
  readonly volume: PersistentVolume;
  /** Claim that it is reserved for or bound to; null: none. */
  claim: ClaimReference | null;
  phase: VolumePhase;
}

/** A node, as far as volumes ask. */
export interface LabelledNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const MODES: readonly AccessMode[] = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** Whether a volume is reserved for the claim or bound to it. */
export function isFor({ claim }: VolumeState, { namespace, name }: ClaimReference): boolean {
  return claim !== null && claim.namespace === namespace && claim.name === name;
}

/** Whether pods on the node can reach the volume. */
export function reaches({ nodeAffinity }: PersistentVolume, { labels, name }: LabelledNode): boolean {
  return nodeAffinity === null || nodeAffinity.some((term) => matchesTerm(term, labels, name));
}

/** Why a volume that a claim asks for by name cannot be given to it, in upstream's words; undefined: it can. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.capacityBytes < claim.requestBytes) return 'requested PV is too small';
  if (volume.storageClass !== claim.storageClass) return 'storageClassName does not match';
  if (volume.volumeMode !== claim.volumeMode) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/**
 * Volumes that the controller may bind to a claim, all equally good.
 * @param delayed whether only volumes that are reserved for the claim count, as its class waits for a pod
 */
export function matchesForClaim(
  claim: PersistentVolumeClaim,
  states: Iterable<VolumeState>,
  delayed: boolean,
): VolumeState[] {
  const sets = new Map<string, VolumeState[]>();
  for (const state of states) {
    if (!hasModes(state.volume, claim)) continue;
    const key = MODES.filter((mode) => state.volume.accessModes.includes(mode)).join();
    sets.set(key, [...(sets.get(key) ?? []), state]);
  }
  const keys = [...sets.keys()];
  for (let modes = 1; modes <= MODES.length; modes++) {
    const level = keys.filter((key) => key.split(',').length === modes);
    const found = level.flatMap((key) => bestOfSet(claim, sets.get(key)!, delayed));
    if (found.length > 0) return found;
  }
  return [];
}

/** Volumes of any set of modes that the scheduler may take for a claim, the smallest first, whatever the node. */
export function candidatesForClaim(claim: PersistentVolumeClaim, states: Iterable<VolumeState>): VolumeState[] {
  const fitting = [...states].filter((state) => isCandidate(state, claim) && suitsScheduler(state, claim));
  return fitting.sort(bySize);
}

/** The best of the scheduler's candidates for one node, all equally good. */
export function matchesOnNode(
  claim: PersistentVolumeClaim,
  candidates: readonly VolumeState[],
  node: LabelledNode,
  taken: ReadonlySet<VolumeState>,
): VolumeState[] {
  const free = candidates.filter((state) => !taken.has(state));
  const reserved = free.filter((state) => isFor(state, claim));
  if (reserved.length > 0) return reserved.filter(({ volume }) => reaches(volume, node));
  const first = free.find(({ volume }) => reaches(volume, node));
  if (first === undefined) return [];
  const size = first.volume.capacityBytes;
  return free.filter(({ volume }) => volume.capacityBytes === size && reaches(volume, node));
}

function bestOfSet(claim: PersistentVolumeClaim, states: readonly VolumeState[], delayed: boolean): VolumeState[] {
  const candidates = states.filter((state) => isCandidate(state, claim));
  const reserved = candidates.filter((state) => isFor(state, claim));
  if (reserved.length > 0 || delayed) return reserved;
  const free = candidates.filter((state) => isFree(state, claim));
  const smallest = free.reduce((least, { volume }) => Math.min(least, volume.capacityBytes), Number.POSITIVE_INFINITY);
  return free.filter(({ volume }) => volume.capacityBytes === smallest);
}

/** What is asked of every volume, reserved or not. */
function isCandidate(state: VolumeState, claim: PersistentVolumeClaim): boolean {
  const { volume } = state;
  if (state.claim !== null && !isFor(state, claim)) return false;
  return volume.capacityBytes >= claim.requestBytes && volume.volumeMode === claim.volumeMode;
}

/** What is asked of volumes that nobody reserved. */
function isFree({ volume, phase, claim: owner }: VolumeState, claim: PersistentVolumeClaim): boolean {
  return (
    owner === null &&
    phase === 'Available' &&
    volume.storageClass === claim.storageClass &&
    (claim.selector === null || selects(claim.selector, volume.labels))
  );
}

/** The scheduler lists volumes by class, so even a reserved one of another class escapes it. */
function suitsScheduler(state: VolumeState, claim: PersistentVolumeClaim): boolean {
  if (isFor(state, claim)) return state.volume.storageClass === claim.storageClass;
  return isFree(state, claim) && hasModes(state.volume, claim);
}

function hasModes({ accessModes }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return claim.accessModes.every((mode) => accessModes.includes(mode));
}

function bySize({ volume: a }: VolumeState, { volume: b }: VolumeState): number {
  return a.capacityBytes - b.capacityBytes || (a.name < b.name ? -1 : 1);
}
