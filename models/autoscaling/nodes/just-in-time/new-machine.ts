/**
 * A machine that is to be bought: the pods on it, and the types that it may still be of.
 *
 * Source: Karpenter 1.14 `provisioning/scheduling/nodeclaim.go`: a claim keeps every instance type that holds all its pods, each further pod
 * narrows them, and the cheapest of those that are left is launched. Here a claim stands on a machine of one of its types in the
 * trial, so that the scheduler's filters see its pods; it moves to another type when that one no longer does.
 * Leaves out: what DaemonSets will take on it, zones and offerings of one type, minimum numbers of types.
 */
import type { NodeGroup } from '../node-group.ts';
import type { TrialCluster } from '../trial-cluster.ts';

/** A pod that needs a place. */
export interface LoosePod {
  readonly pod: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly createdNs: number;
  /** As that of a waiting pod. */
  readonly kind?: number;
}

/** One machine to be. */
export class NewMachine {
  readonly #trial: TrialCluster;
  readonly #types: readonly NodeGroup[];
  readonly #pods: LoosePod[] = [];
  #options: readonly number[];
  #node: number;
  #type: number;
  #cpuMilli = 0;
  #memoryMib = 0;

  private constructor(
    trial: TrialCluster,
    types: readonly NodeGroup[],
    options: readonly number[],
    node: number,
    type: number,
  ) {
    this.#trial = trial;
    this.#types = types;
    this.#options = options;
    this.#node = node;
    this.#type = type;
  }

  /** A machine for the pod, on the largest type that takes it; undefined: none does. */
  static with(trial: TrialCluster, types: readonly NodeGroup[], pod: LoosePod): NewMachine | undefined {
    const options = [...types.keys()].filter((type) => holds(types[type]!, pod.cpuMilli, pod.memoryMib));
    for (const type of largestFirst(types, options)) {
      const mark = trial.mark();
      const node = trial.addNode(type);
      if (node >= 0 && trial.fits(pod.pod, node)) {
        const machine = new NewMachine(trial, types, options, node, type);
        machine.#put(pod);
        return machine;
      }
      trial.backTo(mark);
    }
    return undefined;
  }

  /** Its pods, in the order in which they came. */
  get pods(): readonly LoosePod[] {
    return this.#pods;
  }

  /** Types that hold what its pods request, whatever else is asked of them. */
  get options(): readonly number[] {
    return this.#options;
  }

  /** One pod more, if some type holds them all. */
  add(pod: LoosePod): boolean {
    const [cpuMilli, memoryMib] = [this.#cpuMilli + pod.cpuMilli, this.#memoryMib + pod.memoryMib];
    const options = this.#options.filter((type) => holds(this.#types[type]!, cpuMilli, memoryMib));
    const stays = options.includes(this.#type) && this.#trial.fits(pod.pod, this.#node);
    if (!stays && !options.some((type) => type !== this.#type && this.#moved(type, pod))) return false;
    this.#options = options;
    this.#put(pod);
    return true;
  }

  /** Makes it of the cheapest type that is allowed and whose filters let all pods in; returns the type, or -1: there is none. */
  settle(isAllowed: (type: number) => boolean = () => true): number {
    const byPrice = cheapestFirst(this.#types, this.#options.filter(isAllowed));
    return byPrice.find((type) => type === this.#type || this.#moved(type)) ?? -1;
  }

  #put(pod: LoosePod): void {
    this.#trial.place(pod.pod, this.#node);
    this.#pods.push(pod);
    this.#cpuMilli += pod.cpuMilli;
    this.#memoryMib += pod.memoryMib;
  }

  /** Moves its pods to a machine of another type, which `next` must fit on too; or leaves all as it was. */
  #moved(type: number, next?: LoosePod): boolean {
    const trial = this.#trial;
    const mark = trial.mark();
    for (const { pod } of this.#pods) trial.lift(pod);
    trial.removeNode(this.#node);
    const node = trial.addNode(type);
    const isPlaced = node >= 0 && this.#pods.every(({ pod }) => placed(trial, pod, node));
    if (!isPlaced || (next !== undefined && !trial.fits(next.pod, node))) {
      trial.backTo(mark);
      return false;
    }
    this.#node = node;
    this.#type = type;
    return true;
  }
}

function placed(trial: TrialCluster, pod: number, node: number): boolean {
  const fits = trial.fits(pod, node);
  if (fits) trial.place(pod, node);
  return fits;
}

function holds({ allocatable }: NodeGroup, cpuMilli: number, memoryMib: number): boolean {
  return cpuMilli <= allocatable.cpuMilli && memoryMib <= allocatable.memoryMib;
}

/** Types by price, equal ones by number. */
export function cheapestFirst(types: readonly NodeGroup[], options: readonly number[]): number[] {
  return [...options].sort((a, b) => types[a]!.pricePerHour - types[b]!.pricePerHour || a - b);
}

function largestFirst(types: readonly NodeGroup[], options: readonly number[]): number[] {
  const of = (type: number) => types[type]!.allocatable;
  return [...options].sort((a, b) => of(b).cpuMilli - of(a).cpuMilli || of(b).memoryMib - of(a).memoryMib || a - b);
}
