/**
 * A table of small integers by shape and node for what follows from the documents alone (labels, taints). A row is
 * filled when a pod of its shape first asks, by kinds of node: a cluster has few different sets of labels or taints.
 */

/** Computes each distinct (shape, kind of node) once and stores the result by node. */
export class ShapeTable {
  private readonly rows: (Int32Array | undefined)[] = [];
  /** By shape: the value that all nodes have, or -1; asked for each pod, and never another once the row is filled. */
  private readonly uniforms: (number | undefined)[] = [];
  private readonly kindOf: Int32Array;
  private readonly kinds: readonly number[];
  private readonly compute: (shape: number, node: number) => number;

  /**
   * @param kindNames a text for each node; nodes of equal text are interchangeable for `compute`.
   */
  constructor(kindNames: readonly string[], compute: (shape: number, node: number) => number) {
    const numbers = new Map<string, number>();
    const kinds: number[] = [];
    this.kindOf = Int32Array.from(kindNames, (name, node) => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, kinds.length);
      return kinds.push(node) - 1;
    });
    this.kinds = kinds;
    this.compute = compute;
  }

  /** The row of a shape, by node. */
  row(shape: number): Int32Array {
    const known = this.rows[shape];
    if (known !== undefined) return known;
    const byKind = this.kinds.map((node) => this.compute(shape, node));
    const row = this.kindOf.map((kind) => byKind[kind]);
    while (this.rows.length < shape) this.rows.push(undefined);
    this.rows[shape] = row;
    return row;
  }

  /** The value at one node. */
  at(shape: number, node: number): number {
    return this.row(shape)[node];
  }

  /** Whether all nodes have this value. */
  isAll(shape: number, value: number): boolean {
    const same = this.uniform(shape);
    return same >= 0 ? same === value : this.row(shape).every((entry) => entry === value);
  }

  /** The value that all nodes have; -1 if they differ. */
  uniform(shape: number): number {
    const known = this.uniforms[shape];
    if (known !== undefined) return known;
    const row = this.row(shape);
    while (this.uniforms.length < shape) this.uniforms.push(undefined);
    this.uniforms[shape] = row.length > 0 && row.every((entry) => entry === row[0]) ? row[0] : -1;
    return this.uniforms[shape];
  }
}
