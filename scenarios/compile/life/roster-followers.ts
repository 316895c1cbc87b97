/** Several followers of a roster as one; each hears only what it asks for. */
import type { RosterFollower } from './node-roster.ts';

/** Tells all of them, in their order. */
export class RosterFollowers implements RosterFollower {
  readonly #all: readonly Partial<RosterFollower>[];

  constructor(all: readonly Partial<RosterFollower>[]) {
    this.#all = all;
  }

  /** As the interface says. */
  joined(node: number): void {
    for (const one of this.#all) one.joined?.(node);
  }

  /** As the interface says. */
  left(node: number): void {
    for (const one of this.#all) one.left?.(node);
  }

  /** As the interface says. */
  powered(node: number, on: boolean): void {
    for (const one of this.#all) one.powered?.(node, on);
  }

  /** As the interface says. */
  linked(node: number, linked: boolean): void {
    for (const one of this.#all) one.linked?.(node, linked);
  }

  /** As the interface says. */
  believed(node: number, ready: boolean): void {
    for (const one of this.#all) one.believed?.(node, ready);
  }

  /** As the interface says. */
  cordoned(node: number, cordoned: boolean): void {
    for (const one of this.#all) one.cordoned?.(node, cordoned);
  }

  /** As the interface says. */
  tainted(node: number): void {
    for (const one of this.#all) one.tainted?.(node);
  }
}
