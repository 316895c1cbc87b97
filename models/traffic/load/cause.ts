/**
 * Why a request has no answer.
 *
 * Source: ours, after the response flags of Envoy (UH, UO, UC, UT, DI) and the codes of gRPC. Left out: what users see of each.
 */

/** In words of the recording; the number of a cause is its place. A request that fails because of a call has the cause of that call. */
export const CAUSES = [
  { name: 'unserved', label: 'no replica on offer' },
  { name: 'full', label: "the replica's queue was full" },
  { name: 'died', label: 'the replica died' },
  { name: 'timeout', label: 'the caller waited no longer' },
  { name: 'deadline', label: "the user's patience ended" },
  { name: 'failed', label: 'the application failed' },
  { name: 'lost', label: 'the network lost it' },
  { name: 'deep', label: 'too many calls one behind the other' },
  { name: 'cancelled', label: 'the caller had failed already' },
  { name: 'refused', label: 'nobody listened at the replica' },
] as const;

/** Numbers of the causes. */
export const CAUSE = {
  unserved: 0,
  full: 1,
  died: 2,
  timeout: 3,
  deadline: 4,
  failed: 5,
  lost: 6,
  deep: 7,
  cancelled: 8,
  refused: 9,
} as const;
