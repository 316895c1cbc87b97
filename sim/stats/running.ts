/**
 * Mean and spread of numbers as they come, without keeping them.
 *
 * Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products" (1962); the merge is
 * that of Chan, Golub and LeVeque (1979). Both stay exact where the textbook sum of squares cancels.
 */
export class Running {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Takes in one number. */
  add(value: number): void {
    this.#count += 1;
    const before = value - this.#mean;
    this.#mean += before / this.#count;
    this.#squares += before * (value - this.#mean);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Takes in all numbers of another one. The result depends on the order of merges in its last bits. */
  merge(other: Running): void {
    if (other.#count === 0) return;
    const count = this.#count + other.#count;
    const apart = other.#mean - this.#mean;
    this.#squares += other.#squares + apart * apart * ((this.#count * other.#count) / count);
    this.#mean += apart * (other.#count / count);
    this.#count = count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** How many numbers were taken in. */
  get count(): number {
    return this.#count;
  }

  /** 0 when there are no numbers yet. */
  get mean(): number {
    return this.#mean;
  }

  /** Sample variance (divisor n - 1); 0 for fewer than two numbers. */
  get variance(): number {
    return this.#count < 2 ? 0 : this.#squares / (this.#count - 1);
  }

  /** Square root of the sample variance, in the unit of the numbers. */
  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** +Infinity when there are no numbers yet. */
  get min(): number {
    return this.#min;
  }

  /** -Infinity when there are no numbers yet. */
  get max(): number {
    return this.#max;
  }
}
