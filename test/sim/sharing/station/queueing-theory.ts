/**
 * What queueing theory says in closed form, for Poisson arrivals. Loads are in servers (arrivals times mean service).
 *
 * Sources: Erlang 1917 (B and C); Pollaczek 1930 and Khinchine 1932; Cobham 1954 (non-preemptive priorities); Miller 1960 and
 * Kleinrock, "Queueing Systems", volume 2, 3.4 (preemptive resume).
 */

/** One class of jobs: arrivals in a unit of time, and the first two moments of its service. */
export interface Class {
  readonly rate: number;
  readonly mean: number;
  readonly square: number;
}

/** Stationary chances of 0 to `room` jobs in M/M/c/K, by load. */
export function birthDeath(load: number, servers: number, room: number): number[] {
  const weights = [1];
  for (let n = 1; n <= room; n++) weights.push((weights[n - 1] * load) / Math.min(n, servers));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** Erlang's B: the share of jobs that find all servers taken and leave. */
export function erlangB(load: number, servers: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked;
}

/** Jobs that wait in M/M/c, on average, by Erlang's C. */
export function waitingInMMc(load: number, servers: number): number {
  const b = erlangB(load, servers);
  const c = b / (1 - (load / servers) * (1 - b));
  return (c * load) / (servers - load);
}

/** Jobs that wait in M/G/1, on average (Pollaczek-Khinchine). */
export function waitingInMG1({ rate, mean, square }: Class): number {
  return (rate * rate * square) / (2 * (1 - rate * mean));
}

const residual = (classes: readonly Class[]): number =>
  classes.reduce((sum, { rate, square }) => sum + (rate * square) / 2, 0);
const loadOf = (classes: readonly Class[]): number => classes.reduce((sum, { rate, mean }) => sum + rate * mean, 0);

/** Jobs of priority `k` that wait on one server that is never taken away, on average (Cobham). */
export function waitingNonPreemptive(classes: readonly Class[], k: number): number {
  const before = 1 - loadOf(classes.slice(0, k));
  const upTo = 1 - loadOf(classes.slice(0, k + 1));
  return (classes[k].rate * residual(classes)) / (before * upTo);
}

/** Jobs of priority `k` that are there, on average, where urgent jobs take the server and the others go on later. */
export function presentPreemptive(classes: readonly Class[], k: number): number {
  const before = 1 - loadOf(classes.slice(0, k));
  const upTo = 1 - loadOf(classes.slice(0, k + 1));
  const response = classes[k].mean / before + residual(classes.slice(0, k + 1)) / (before * upTo);
  return classes[k].rate * response;
}
