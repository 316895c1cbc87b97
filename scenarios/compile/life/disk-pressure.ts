/**
 * Disks of one living cluster: images that kubelets remove because nobody uses them, and what follows when nothing can be freed.
 *
 * Source: Kubernetes 1.34 `pkg/kubelet/eviction`: a look each 10 s; with less than `imagefs.available` left the node has DiskPressure at once, all unused
 * images go, and one pod a look where that is not enough, by priority; the condition holds until 5 min after the threshold was last met
 * (`eviction.transition`). With the defaults 85 % and 15 % this look mostly comes before that of the image manager, which is each 5 min.
 * Left out: what pods write themselves (so ranks below priority are their order on the node), a disk of the node's own beside that of images, inodes,
 * and that one kubelet evicts one pod a look for memory and disk together. Where nothing has come to a disk since it was well, nobody looks.
 */
import {
  type NodePressure as Manager,
  NodePressure,
  PRESSURE_TIMES,
} from '../../../models/cluster/kubelet/node-pressure.ts';
import { TAINT } from '../../../models/cluster/node-life/node-conditions.ts';
import { Rounds } from '../../../models/cluster/node-life/rounds.ts';
import { IMAGE_GARBAGE, ImageGarbage } from '../../../models/images/image-garbage.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import type { DiskFile } from '../../document/image-schema.ts';
import type { ClusterImages } from './cluster-images.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { ClusterPart } from './cluster-part.ts';
import type { PodStep } from './pod-life.ts';
import { PressureStatus } from './pressure-status.ts';

const MIB = 2 ** 20;

/** The disks of a cluster; undefined: nobody says what they hold. */
export function diskPressureOf(ground: LivingGround, life: ClusterLife): ClusterPart | undefined {
  const disk = ground.alternative.document.images?.disk;
  return disk === undefined || life.images === undefined
    ? undefined
    : new DiskPressure(ground, life, life.images, disk);
}

/** Disks at work. */
class DiskPressure implements ClusterPart {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #images: ClusterImages;
  readonly #disk: DiskFile;
  readonly #garbage: ImageGarbage;
  readonly #managers: readonly Manager[];
  readonly #status: PressureStatus;
  /** When each kubelet looks at its disk, and at its images. */
  readonly #diskLooks: readonly Rounds[];
  readonly #imageLooks: readonly Rounds[];
  /** By node: a look at its disk is due. */
  readonly #isDue: boolean[];
  /** Numbers of pods whose containers have their image. */
  readonly #withImage = new Set<number>();
  readonly #kinds: Readonly<Record<'disk' | 'images', EventKind>>;

  constructor(ground: LivingGround, life: ClusterLife, images: ClusterImages, disk: DiskFile) {
    this.#ground = ground;
    this.#life = life;
    this.#images = images;
    this.#disk = disk;
    this.#garbage = this.#makeGarbage();
    const { nodes, streams } = life.place;
    const thresholds = [{ availableMib: (disk.evictBelow * disk.size) / MIB, graceNs: 0 }];
    const transitionNs = ground.alternative.document.eviction.transition;
    this.#managers = nodes.map(() => new NodePressure({ thresholds, transitionNs }));
    const rounds = (purpose: string, periodNs: number): Rounds[] =>
      nodes.map(({ name }) => {
        const phase = streams.stream(`nodes/${name}`, purpose).uniform();
        return new Rounds(Math.floor(phase * periodNs), periodNs);
      });
    this.#diskLooks = rounds('eviction', PRESSURE_TIMES.lookNs);
    this.#imageLooks = rounds('image-garbage', IMAGE_GARBAGE.periodNs);
    this.#isDue = nodes.map(() => false);
    this.#status = new PressureStatus(ground, life, {
      mark: 'disk-pressure',
      event: 'kubelet writes the pressure of its disk',
      taint: TAINT.diskPressureNoSchedule,
    });
    this.#kinds = {
      disk: ground.sim.kind('kubelet looks at its disk', (node) => this.#lookAtDisk(node)),
      images: ground.sim.kind('kubelet looks at its images', (node) => this.#lookAtImages(node)),
    };
    images.followDisks((node) => this.#grown(node));
  }

  begin(): void {
    this.#life.place.nodes.forEach((_, node) => {
      this.#garbage.started(node);
      this.#ground.sim.at(this.#imageLooks[node]!.phaseNs, this.#kinds.images, node);
      this.#grown(node);
    });
  }

  stepped(pod: number, step: PodStep): void {
    const number = this.#life.cluster.numberOf(pod);
    // A pod that stands from the beginning was never seen to pull.
    if (step === 'pulled' || step === 'started') this.#withImage.add(number);
    else if (step === 'gone') this.#withImage.delete(number);
  }

  metrics(): Record<string, number> {
    return this.#ground.tally.disks.metrics();
  }

  #makeGarbage(): ImageGarbage {
    const { highThreshold, lowThreshold, minAge, size } = this.#disk;
    const { pulls } = this.#images;
    const { images } = this.#ground.plan;
    return new ImageGarbage({
      settings: { highPercent: highThreshold, lowPercent: lowThreshold, minAgeNs: minAge },
      diskBytes: size,
      usedBytes: (node) => this.#usedBytes(node),
      imagesOn: (node) => pulls.imagesOn(node),
      sizeOf: (image) => images.images[image]!.layers.reduce((sum, layer) => sum + images.layers[layer]!.bytes, 0),
      isUsed: (node, image) => this.#imagesInUse(node).has(image),
      remove: (node, image) => this.#remove(node, image),
    });
  }

  #usedBytes(node: number): number {
    return this.#disk.otherUse + this.#images.pulls.usedBytes(node);
  }

  /** Images of containers that run or are dead and kept. */
  #imagesInUse(node: number): ReadonlySet<number> {
    const { cluster } = this.#life;
    const there = cluster.pods.podsOn(node).filter((pod) => this.#withImage.has(cluster.numberOf(pod)));
    const ended = cluster.ended.on(node).filter(({ isEvicted }) => !isEvicted);
    const templates = [...there.map((pod) => cluster.pods.template[pod]!), ...ended.map(({ template }) => template)];
    return new Set(templates.flatMap((template) => this.#ground.plan.versions[template]!.runtime.images));
  }

  #remove(node: number, image: number): void {
    const before = this.#images.pulls.usedBytes(node);
    this.#images.pulls.remove(node, image);
    const freed = before - this.#images.pulls.usedBytes(node);
    this.#ground.tally.disks.removed(freed);
    const { name } = this.#ground.plan.images.images[image]!;
    this.#life.marks.node('image-removed', node, `${name}: ${Math.round(freed / 1e6)} MB freed`);
  }

  /** More is on the disk of a node: if it is too much, the next look sees it. */
  #grown(node: number): void {
    const used = this.#usedBytes(node);
    this.#ground.tally.disks.used(used / this.#disk.size);
    if (this.#disk.size - used < this.#disk.evictBelow * this.#disk.size) this.#awaitLook(node);
  }

  #awaitLook(node: number): void {
    if (this.#isDue[node]) return;
    this.#isDue[node] = true;
    const { sim } = this.#ground;
    sim.at(this.#diskLooks[node]!.atOrAfter(sim.nowNs), this.#kinds.disk, node);
  }

  #lookAtImages(node: number): void {
    const { sim, tally } = this.#ground;
    const { nowNs } = sim;
    sim.cause = -1;
    sim.at(this.#imageLooks[node]!.after(nowNs), this.#kinds.images, node);
    if (!this.#life.roster.isAlive(node)) {
      this.#garbage.started(node);
      return;
    }
    const { removed, isEnough } = this.#garbage.look(node, nowNs);
    if (isEnough) return;
    tally.disks.unfreed++;
    const words = removed.length === 0 ? 'nothing could be freed' : 'less could be freed than was wanted';
    this.#life.marks.node('image-garbage', node, words);
  }

  #lookAtDisk(node: number): void {
    const { sim } = this.#ground;
    const { nowNs } = sim;
    const manager = this.#managers[node]!;
    sim.cause = -1;
    this.#isDue[node] = false;
    if (!this.#life.roster.isAlive(node)) {
      manager.reset();
      this.#status.lost(node);
      this.#lookAgain(node, PRESSURE_TIMES.lookNs);
      return;
    }
    this.#status.runs(node);
    const { pressure, evicts } = manager.look(this.#availableMib(node), nowNs);
    this.#status.set(node, pressure);
    const evicted = evicts && this.#reclaim(node);
    if (pressure) this.#lookAgain(node, evicted ? PRESSURE_TIMES.cleanedUpNs : PRESSURE_TIMES.lookNs);
  }

  #lookAgain(node: number, delayNs: number): void {
    this.#isDue[node] = true;
    this.#ground.sim.after(delayNs, this.#kinds.disk, node);
  }

  #availableMib(node: number): number {
    return Math.max(0, this.#disk.size - this.#usedBytes(node)) / MIB;
  }

  /** Unused images first, and a pod where that is not enough. True: a pod was evicted. */
  #reclaim(node: number): boolean {
    const { sim, plan, tally, residents } = this.#ground;
    const { cluster, marks, life } = this.#life;
    this.#garbage.removeUnused(node, sim.nowNs);
    const availableMib = this.#availableMib(node);
    if (availableMib * MIB >= this.#disk.evictBelow * this.#disk.size) return false;
    const priorityOf = (pod: number): number => plan.versions[cluster.pods.template[pod]!]!.priority;
    const pods = cluster.pods.podsOn(node).filter((pod) => this.#isThere(pod) && cluster.pods.terminating[pod] === 0);
    const [victim] = pods.sort((a, b) => priorityOf(a) - priorityOf(b));
    if (victim === undefined) return false;
    tally.disks.evictions++;
    const left = Math.round((100 * availableMib * MIB) / this.#disk.size);
    marks.words('disk-evicted', residents.row(cluster.numberOf(victim)), `${left} % of the disk of its node are left`);
    cluster.kubelets.evict(victim);
    // Its containers are gone, and their images with the next look if nobody else uses them.
    this.#withImage.delete(cluster.numberOf(victim));
    life.containers.delete(cluster.numberOf(victim));
    return true;
  }

  /** Whether the pod's containers are on the node. */
  #isThere(pod: number): boolean {
    return this.#withImage.has(this.#life.cluster.numberOf(pod));
  }
}
