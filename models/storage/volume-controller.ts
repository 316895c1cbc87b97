/**
 * The controller that binds claims to volumes, and lets go of volumes whose claims are deleted.
 *
 * Source: Kubernetes 1.34 `pkg/controller/volume/persistentvolume` (`syncUnboundClaim`, `syncVolume`), with the events of
 * the recorded cases (`test/oracles/k8s/pv-binding.json`). A claim is looked at when it comes, when the scheduler reserved a
 * volume for it, and when someone calls `retry`.
 * A claim that names a volume which names it back, but does not suit it, was recorded as pending with the volume bound;
 * upstream's source would go on to bind the claim at its next look, which is left out.
 * Leaves out: time (how long binding and provisioning take), the phase `Failed`, resizing, protection of objects in use.
 */
import { assert } from '../../sim/engine/assert.ts';
import { isFor, matchesForClaim, mismatch, type VolumeState } from './matching.ts';
import type { PersistentVolume } from './persistent-volume.ts';
import { type ClaimEvent, claimKey, type PersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { StorageClass } from './storage-class.ts';

/** A claim with what became of it. */
export interface ClaimState {
  readonly claim: PersistentVolumeClaim;
  phase: 'Pending' | 'Bound';
  /** The volume that it asked for or got; empty: none yet. */
  volumeName: string;
  /** Capacity of its volume; 0 until it is bound. */
  capacityBytes: number;
  /** What was said about it, each text once, in the order in which it was first said. */
  readonly events: ClaimEvent[];
}

/** What a controller is made from. */
export interface VolumeControllerOptions {
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
  /** Chooses between volumes that are equally good; absent: the first name by code units. */
  readonly choose?: (claim: PersistentVolumeClaim, equals: readonly VolumeState[]) => VolumeState;
}

const IN_TREE = 'kubernetes.io/';

const WAITING: ClaimEvent = {
  reason: 'WaitForFirstConsumer',
  message: 'waiting for first consumer to be created before binding',
};
const NOTHING_FITS: ClaimEvent = {
  reason: 'FailedBinding',
  message: 'no persistent volumes available for this claim and no storage class is set',
};

/** Binds claims, one by one. */
export class VolumeController {
  /** By name. */
  readonly volumes = new Map<string, VolumeState>();
  /** By {@link claimKey}. */
  readonly claims = new Map<string, ClaimState>();
  /** By name. */
  readonly classes: ReadonlyMap<string, StorageClass>;
  readonly #options: VolumeControllerOptions;

  constructor(options: VolumeControllerOptions) {
    this.#options = options;
    this.classes = new Map(options.classes.map((one) => [one.name, one]));
    for (const volume of options.volumes) this.addVolume(volume);
  }

  /** Takes in a volume. Claims that wait for one like it get it when they are looked at again. */
  addVolume(volume: PersistentVolume): VolumeState {
    assert(!this.volumes.has(volume.name), () => `volume ${volume.name} is there twice`);
    const state: VolumeState = { volume, claim: volume.claimRef, phase: 'Available' };
    this.volumes.set(volume.name, state);
    return state;
  }

  /** Takes in a claim, and binds it at once if it can. */
  addClaim(claim: PersistentVolumeClaim): ClaimState {
    const key = claimKey(claim);
    assert(!this.claims.has(key), () => `claim ${key} is there twice`);
    const { volumeName } = claim;
    const state: ClaimState = { claim, phase: 'Pending', volumeName, capacityBytes: 0, events: [] };
    this.claims.set(key, state);
    this.sync(state);
    return state;
  }

  /** Looks at every pending claim again, in the order in which they came. */
  retry(): void {
    for (const state of this.claims.values()) if (state.phase === 'Pending') this.sync(state);
  }

  /** A claim is gone: its volume is let go as its policy says (kept with its bytes, destroyed, or emptied). */
  deleteClaim(key: string): void {
    const state = this.claims.get(key);
    assert(state !== undefined, () => `no claim ${key}`);
    this.claims.delete(key);
    for (const volume of this.volumes.values()) {
      if (volume.phase === 'Bound' && isFor(volume, state.claim)) this.#reclaim(volume);
    }
  }

  /** Whether the claim's class waits until a pod that uses it has a node. */
  isDelayed({ storageClass }: PersistentVolumeClaim): boolean {
    return this.classes.get(storageClass)?.bindingMode === 'WaitForFirstConsumer';
  }

  /** One of volumes that are equally good. */
  choose(claim: PersistentVolumeClaim, equals: readonly VolumeState[]): VolumeState {
    assert(equals.length > 0, () => `claim ${claimKey(claim)}: nothing to choose from`);
    if (this.#options.choose) return this.#options.choose(claim, equals);
    return equals.reduce((first, state) => (state.volume.name < first.volume.name ? state : first));
  }

  /** Looks at one pending claim. */
  sync(state: ClaimState): void {
    if (state.claim.volumeName !== '') this.#syncNamed(state);
    else this.#syncAny(state);
  }

  #syncAny(state: ClaimState): void {
    const { claim } = state;
    const delayed = this.isDelayed(claim);
    const found = matchesForClaim(claim, this.volumes.values(), delayed);
    if (found.length > 0) bind(this.choose(claim, found), state);
    else if (delayed) say(state, WAITING);
    else say(state, claim.storageClass === '' ? NOTHING_FITS : this.#provisioningOf(claim));
  }

  #syncNamed(state: ClaimState): void {
    const { claim } = state;
    const name = claim.volumeName;
    const volume = this.volumes.get(name);
    if (volume === undefined) return;
    const why = mismatch(volume.volume, claim);
    if (volume.claim !== null && !isFor(volume, claim)) {
      say(state, { reason: 'FailedBinding', message: `volume "${name}" already bound to a different claim.` });
    } else if (why === undefined) bind(volume, state);
    else if (volume.claim !== null) volume.phase = 'Bound';
    else say(state, { reason: 'VolumeMismatch', message: `Cannot bind to requested volume "${name}": ${why}` });
  }

  /** What is said when a volume would have to be made. */
  #provisioningOf({ storageClass }: PersistentVolumeClaim): ClaimEvent {
    const provisioner = this.classes.get(storageClass)?.provisioner;
    if (provisioner === undefined) {
      return { reason: 'ProvisioningFailed', message: `storageclass.storage.k8s.io "${storageClass}" not found` };
    }
    if (provisioner.startsWith(IN_TREE)) {
      return { reason: 'ProvisioningFailed', message: `no volume plugin matched name: ${provisioner}` };
    }
    return {
      reason: 'ExternalProvisioning',
      message:
        `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system ` +
        'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.',
    };
  }

  #reclaim(state: VolumeState): void {
    const { volume } = state;
    if (volume.reclaimPolicy === 'Delete') this.volumes.delete(volume.name);
    else if (volume.reclaimPolicy === 'Retain') state.phase = 'Released';
    else {
      state.phase = 'Available';
      state.claim = null;
    }
  }
}

function bind(volume: VolumeState, state: ClaimState): void {
  const { namespace, name } = state.claim;
  volume.claim = { namespace, name };
  volume.phase = 'Bound';
  state.phase = 'Bound';
  state.volumeName = volume.volume.name;
  state.capacityBytes = volume.volume.capacityBytes;
}

function say({ events }: ClaimState, said: ClaimEvent): void {
  if (!events.some(({ reason, message }) => reason === said.reason && message === said.message)) events.push(said);
}
