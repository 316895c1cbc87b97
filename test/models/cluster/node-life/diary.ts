/** A small table of pods for tests of node life, and a diary of everything that is written about nodes and pods. */
import type { TaintedPods } from '../../../../models/cluster/node-life/tainted-pods.ts';
import { effectiveTolerations, type Toleration } from '../../../../models/cluster/toleration.ts';
import type { Simulation } from '../../../../sim/engine/simulation.ts';

/** What was written, at its instant. */
export class Diary {
  readonly lines: { timeNs: number; text: string }[] = [];
  readonly #sim: Simulation;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  write(text: string): void {
    this.lines.push({ timeNs: this.#sim.nowNs, text });
  }

  /** In order of time; what is written at one instant, by its words. */
  sorted(): string[] {
    const key = ({ timeNs, text }: { timeNs: number; text: string }) => `${String(timeNs).padStart(16)} ${text}`;
    return this.lines.map(key).sort();
  }

  /** Seconds at which a line was written. */
  secondsOf(text: string): number[] {
    return this.lines.filter((line) => line.text === text).map(({ timeNs }) => timeNs / 1e9);
  }
}

/** Tolerates the taints of lost nodes for some seconds; undefined: like any pod. */
export function tolerating(seconds: number | undefined): readonly Toleration[] {
  if (seconds === undefined) return effectiveTolerations([]);
  const toleration = { key: '', operator: 'Exists', value: '', effect: 'NoExecute' } as const;
  const limit = Number.isFinite(seconds) ? { tolerationSeconds: seconds } : {};
  return effectiveTolerations([{ ...toleration, ...limit }]);
}

/** Pods by number, one life each. */
export class DiaryPods implements TaintedPods {
  readonly tolerations: (readonly Toleration[])[] = [];
  readonly node: number[] = [];
  readonly terminating = new Set<number>();
  readonly gone = new Set<number>();
  readonly #diary: Diary;

  constructor(diary: Diary) {
    this.#diary = diary;
  }

  add(node: number, tolerations: readonly Toleration[]): number {
    this.node.push(node);
    return this.tolerations.push(tolerations) - 1;
  }

  podsOn(node: number): number[] {
    return [...this.node.keys()].filter((pod) => this.node[pod] === node && !this.gone.has(pod));
  }

  lifeOf(pod: number): number {
    return this.gone.has(pod) ? 1 : 0;
  }

  tolerationsOf(pod: number): readonly Toleration[] {
    return this.tolerations[pod]!;
  }

  isTerminating(pod: number): boolean {
    return this.terminating.has(pod);
  }

  markNotReady(pod: number): void {
    this.#diary.write(`pod ${pod} not ready`);
  }

  disrupt(pod: number, reason: string): void {
    this.#diary.write(`pod ${pod} ${reason}`);
  }

  evict(pod: number): void {
    this.terminating.add(pod);
    this.#diary.write(`pod ${pod} terminating`);
  }

  forceDelete(pod: number): void {
    this.gone.add(pod);
    this.#diary.write(`pod ${pod} gone`);
  }
}
