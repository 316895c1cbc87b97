/**
 * What the pods on nodes mean for pods to come: sums by domain that follow every booking at once.
 *
 * Counting the pods of every node anew for each decision, as upstream does, costs the whole cluster each time. Here
 * whoever needs a sum says once what each kin of pods adds to it; after that a booking touches only the sums in which
 * its kin counts. Source: state of Kubernetes 1.34 plugins (PreFilter, AddPod, RemovePod). A *kin* is all pods that others cannot tell apart: same namespace, labels and affinity terms.
 * Leaves out: pods that are being deleted (a release frees at once).
 */
import type { PodShape } from '../cluster/pod.ts';
import type { Demands } from './demands.ts';
import type { DomainSums } from './domain-sums.ts';
import type { Ledger, PlacementWatcher } from './ledger.ts';

/** What one pod of a kin adds to a sum. */
export interface Effect {
  readonly sums: DomainSums;
  readonly amount: number;
}

/** Says what pods of a kin, given by one shape of it, add to whose sums. Asked once for each kin. */
export type EffectsOf = (resident: PodShape) => readonly Effect[];

/** Keeps the sums of all who asked. */
export class ResidentSums implements PlacementWatcher {
  private readonly demands: Demands;
  private readonly ledger: Ledger;
  private readonly watchers: EffectsOf[] = [];
  /** By kin: what each of its pods adds; undefined as long as no pod of it was on a node. */
  private readonly effects: (Effect[] | undefined)[] = [];
  private readonly kinNumbers = new Map<string, number>();
  private readonly exampleOf: PodShape[] = [];
  private readonly kins: number[] = [];

  constructor(demands: Demands, ledger: Ledger) {
    this.demands = demands;
    this.ledger = ledger;
    ledger.watch(this);
  }

  /** Number of the kin of a shape. */
  kinOf(shape: number): number {
    return this.kins[shape] ?? this.newKin(shape);
  }

  /** From now on the watcher's sums follow the pods on nodes; those that are there already are added at once. */
  watch(effectsOf: EffectsOf): void {
    this.watchers.push(effectsOf);
    const added = this.effects.map((effects, kin) => {
      const own = effects === undefined ? [] : effectsOf(this.exampleOf[kin]);
      effects?.push(...own);
      return own;
    });
    if (added.some((own) => own.length > 0)) this.fill(added);
  }

  /** The watcher's sums follow no more. */
  unwatch(effectsOf: EffectsOf): void {
    const place = this.watchers.indexOf(effectsOf);
    if (place < 0) return;
    this.watchers.splice(place, 1);
    this.effects.forEach((effects, kin) => {
      const own = new Set(effectsOf(this.exampleOf[kin]).map(({ sums }) => sums));
      if (effects !== undefined && own.size > 0) this.effects[kin] = effects.filter(({ sums }) => !own.has(sums));
    });
  }

  /** As {@link PlacementWatcher}. */
  moved(shape: number, node: number, sign: 1 | -1): void {
    const kin = this.kins[shape] ?? this.newKin(shape);
    const effects = this.effects[kin] ?? this.newEffects(kin);
    for (let i = 0; i < effects.length; i++) effects[i].sums.add(node, effects[i].amount, sign);
  }

  private fill(added: readonly (readonly Effect[])[]): void {
    const { demands, ledger } = this;
    for (let pod = 0; pod < demands.pods; pod++) {
      const node = ledger.nodeOf[pod];
      if (node < 0) continue;
      for (const { sums, amount } of added[this.kinOf(demands.shapeOf[pod])]) sums.add(node, amount, 1);
    }
  }

  private newKin(shape: number): number {
    const example = this.demands.shapes[shape];
    const { namespace = 'default', labels = {}, podAffinity, podAntiAffinity } = example;
    const name = JSON.stringify([namespace, Object.entries(labels).sort(byKey), podAffinity, podAntiAffinity]);
    const known = this.kinNumbers.get(name);
    const kin = known ?? this.kinNumbers.size;
    if (known === undefined) {
      this.kinNumbers.set(name, kin);
      this.exampleOf[kin] = example;
      this.effects[kin] = undefined;
    }
    while (this.kins.length < shape) this.kinOf(this.kins.length);
    this.kins[shape] = kin;
    return kin;
  }

  private newEffects(kin: number): Effect[] {
    const effects = this.watchers.flatMap((effectsOf) => effectsOf(this.exampleOf[kin]));
    this.effects[kin] = effects;
    return effects;
  }
}

function byKey([a]: [string, string], [b]: [string, string]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
