/**
 * Volumes as the scheduler needs them: which nodes a pod's claims allow, and claims that wait for its node.
 *
 * Source: Kubernetes 1.34 `plugins/volumebinding` (`GetPodVolumeClaims`, `FindPodVolumes`, `AssumePodVolumes`,
 * `BindPodVolumes`), `plugins/volumezone`, `plugins/nodevolumelimits`. Claims that wait are served by rising size; a claim
 * without a volume may be provisioned where its class allows. A reserved volume is out of reach of other pods at once.
 * Leaves out: the time that provisioning takes, free capacity of drivers, in-tree drivers.
 */
import type { ClusterNode } from '../cluster/node.ts';
import type { PodShape } from '../cluster/pod.ts';
import { type Attachment, type PodVolumes, VOLUME_CONFLICTS, type VolumeBinder } from '../scheduling/volumes.ts';
import { candidatesForClaim, matchesOnNode, reaches, type VolumeState } from './matching.ts';
import type { PersistentVolume } from './persistent-volume.ts';
import { claimKey, type PersistentVolumeClaim } from './persistent-volume-claim.ts';
import { allowsNode, NO_PROVISIONER, type StorageClass } from './storage-class.ts';
import type { ClaimState, VolumeController } from './volume-controller.ts';
import { isElsewhere } from './volume-zones.ts';

/** How many volumes each driver can attach to a node, by name of the node and of the driver (upstream: CSINode). */
export type AttachmentLimits = ReadonlyMap<string, ReadonlyMap<string, number>>;

const [AFFINITY, NO_VOLUME, LOST] = VOLUME_CONFLICTS.map((_, bit) => 1 << bit);
const UNBOUND = 'pod has unbound immediate PersistentVolumeClaims';

/** What one pod would take on one node. */
interface Plan {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly equals: readonly VolumeState[] }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** What was taken for a pod and is not bound yet. */
interface Reservation {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: VolumeState }[];
  readonly provisions: readonly PersistentVolumeClaim[];
  readonly node: ClusterNode;
}

/** The scheduler's view of a controller's volumes. */
export class SchedulerVolumes implements VolumeBinder {
  readonly #controller: VolumeController;
  readonly #limits: AttachmentLimits;
  /** By the claims of the pod. */
  readonly #reservations = new Map<string, Reservation>();
  /** Node that a claim is to be provisioned for, by key. */
  readonly #selectedNodes = new Map<string, string>();

  constructor(controller: VolumeController, limits: AttachmentLimits = new Map()) {
    this.#controller = controller;
    this.#limits = limits;
  }

  claimKeysOf({ namespace = 'default', claims = [] }: PodShape): readonly string[] {
    return claims.map((name) => claimKey({ namespace, name }));
  }

  volumesOf(shape: PodShape): PodVolumes {
    const states: ClaimState[] = [];
    for (const [at, key] of this.claimKeysOf(shape).entries()) {
      const state = this.#controller.claims.get(key);
      if (state === undefined) return missing(shape.claims![at]);
      if (!states.includes(state)) states.push(state);
    }
    return this.#known(states);
  }

  #known(states: readonly ClaimState[]): PodVolumes {
    const bound = states.filter(({ phase }) => phase === 'Bound').map(({ volumeName }) => volumeName);
    const pending = states.filter(({ phase }) => phase === 'Pending').map(({ claim }) => claim);
    const delayed = pending.filter((claim) => claim.volumeName === '' && this.#controller.isDelayed(claim));
    const volumes = bound.map((name) => this.#controller.volumes.get(name)?.volume);
    const there = volumes.filter((volume) => volume !== undefined);
    const planner = this.#planner(delayed);
    return {
      ...(delayed.length < pending.length ? { refusal: UNBOUND } : {}),
      exclusive: states.filter(({ claim }) => isExclusive(claim)).map(({ claim }) => claimKey(claim)),
      isElsewhere: (node) => there.some((volume) => isElsewhere(volume, node)),
      conflicts: (node) =>
        (there.every((volume) => reaches(volume, node)) ? 0 : AFFINITY) |
        (planner(node) === undefined ? NO_VOLUME : 0) |
        (there.length === volumes.length ? 0 : LOST),
    };
  }

  /** What the claims would take on a node; undefined: the node cannot serve them all. */
  #planner(claims: readonly PersistentVolumeClaim[]): (node: ClusterNode) => Plan | undefined {
    const { volumes } = this.#controller;
    const sorted = [...claims].sort((a, b) => a.requestBytes - b.requestBytes);
    const offers = sorted.map((claim) => ({ claim, candidates: candidatesForClaim(claim, volumes.values()) }));
    return (node) => {
      const taken = new Set<VolumeState>();
      const bindings: Plan['bindings'][number][] = [];
      const provisions: PersistentVolumeClaim[] = [];
      for (const { claim, candidates } of offers) {
        const selected = this.#selectedNodes.get(claimKey(claim));
        if (selected !== undefined && selected !== node.name) return undefined;
        const equals = selected === undefined ? matchesOnNode(claim, candidates, node, taken) : [];
        if (equals.length > 0) {
          bindings.push({ claim, equals });
          // Equals are alike for every later claim but in name, so which one is set aside is the chooser's matter.
          taken.add(this.#controller.choose(claim, equals));
        } else if (this.#canProvision(claim, node)) provisions.push(claim);
        else return undefined;
      }
      return { bindings, provisions };
    };
  }

  #canProvision({ storageClass }: PersistentVolumeClaim, { labels }: ClusterNode): boolean {
    const known = this.#controller.classes.get(storageClass);
    if (known === undefined || known.provisioner === '' || known.provisioner === NO_PROVISIONER) return false;
    return allowsNode(known, labels);
  }

  reserve(shape: PodShape, node: ClusterNode): void {
    const keys = this.claimKeysOf(shape);
    const states = [...new Set(keys)].map((key) => this.#controller.claims.get(key)).filter((one) => one !== undefined);
    const waiting = states.filter(({ phase, claim }) => phase === 'Pending' && this.#controller.isDelayed(claim));
    const plan = this.#planner(waiting.map(({ claim }) => claim).filter(({ volumeName }) => volumeName === ''))(node);
    if (plan === undefined || plan.bindings.length + plan.provisions.length === 0) return;
    const bindings = plan.bindings.map(({ claim, equals }) => ({
      claim,
      volume: this.#controller.choose(claim, equals),
    }));
    for (const { claim, volume } of bindings) volume.claim = { namespace: claim.namespace, name: claim.name };
    for (const claim of plan.provisions) this.#selectedNodes.set(claimKey(claim), node.name);
    this.#reservations.set(keys.join(), { bindings, provisions: plan.provisions, node });
  }

  unreserve(shape: PodShape): void {
    const key = this.claimKeysOf(shape).join();
    const reservation = this.#reservations.get(key);
    if (reservation === undefined) return;
    this.#reservations.delete(key);
    for (const { volume } of reservation.bindings) volume.claim = volume.volume.claimRef;
    for (const claim of reservation.provisions) this.#selectedNodes.delete(claimKey(claim));
  }

  bind(shape: PodShape): void {
    const key = this.claimKeysOf(shape).join();
    const reservation = this.#reservations.get(key);
    if (reservation === undefined) return;
    this.#reservations.delete(key);
    for (const claim of reservation.provisions) this.#provision(claim, reservation.node);
    for (const { claim } of [...reservation.bindings, ...reservation.provisions.map((one) => ({ claim: one }))]) {
      this.#controller.sync(this.#controller.claims.get(claimKey(claim))!);
    }
  }

  #provision(claim: PersistentVolumeClaim, node: ClusterNode): void {
    this.#selectedNodes.delete(claimKey(claim));
    const known = this.#controller.classes.get(claim.storageClass)!;
    this.#controller.addVolume(provisioned(claim, known, node));
  }

  attachmentsOf(shape: PodShape): readonly Attachment[] {
    const { claims, volumes, classes } = this.#controller;
    return this.claimKeysOf(shape).flatMap((key) => {
      const state = claims.get(key);
      const volume = volumes.get(state?.phase === 'Bound' ? state.volumeName : '')?.volume;
      if (state === undefined || (volume !== undefined && volume.csi === undefined)) return [];
      if (volume?.csi !== undefined) return [volume.csi];
      const driver = classes.get(state.claim.storageClass)?.provisioner ?? '';
      return driver === '' ? [] : [{ driver, handle: `${driver}-${key}` }];
    });
  }

  attachmentsMax({ name }: ClusterNode, driver: string): number | undefined {
    return this.#limits.get(name)?.get(driver);
  }
}

function missing(name: string): PodVolumes {
  const text = `persistentvolumeclaim "${name}" not found`;
  return { missing: text, refusal: text, exclusive: [], conflicts: () => 0, isElsewhere: () => false };
}

function isExclusive({ accessModes }: PersistentVolumeClaim): boolean {
  return accessModes.includes('ReadWriteOncePod');
}

/** The volume that a driver makes for a claim: exactly as large as asked. */
function provisioned(claim: PersistentVolumeClaim, known: StorageClass, node: ClusterNode): PersistentVolume {
  const name = `pvc-${claim.namespace}-${claim.name}`;
  const keys = (known.topologyKeys ?? []).filter((key) => Object.hasOwn(node.labels, key));
  const expressions = keys.map((key) => ({ key, operator: 'In' as const, values: [node.labels[key]] }));
  return {
    name,
    capacityBytes: claim.requestBytes,
    accessModes: claim.accessModes,
    storageClass: claim.storageClass,
    volumeMode: claim.volumeMode,
    reclaimPolicy: known.reclaimPolicy ?? 'Delete',
    labels: {},
    nodeAffinity: expressions.length === 0 ? null : [{ expressions }],
    claimRef: { namespace: claim.namespace, name: claim.name },
    csi: { driver: known.provisioner, handle: name },
  };
}
