/**
 * The verdict of several probe points over one cluster: so many must agree to give it up, and so many to take it back.
 *
 * Source: ours, after the report that clusters are given up when several points have failed to reach them several times. A point whose opinion
 * does not reach the controller has no vote; what too few agree on stays as it was. Leaves out: weights of points.
 */

/** Counts the votes; `undefined` stands for an opinion that is not heard. */
export function verdictOf(before: boolean, votes: readonly (boolean | undefined)[], quorum: number): boolean {
  const lost = votes.filter((vote) => vote === false).length;
  const well = votes.filter((vote) => vote === true).length;
  if (before) return lost < quorum;
  return well >= quorum;
}
