/**
 * Exact mean value analysis of a closed network with one class of customers: single servers in order of arrival with exponential
 * services, or any sharing server, and one delay.
 *
 * Source: Reiser and Lavenberg, "Mean-value analysis of closed multichain queuing networks" (JACM 27, 1980).
 */

/** What the recursion gives for so many customers. */
export interface MeanValues {
  /** Cycles in a unit of time. */
  readonly throughput: number;
  /** Time of a cycle without the delay. */
  readonly response: number;
  /** Customers at each station, in service or waiting. */
  readonly present: readonly number[];
}

/** `demands`: visits times mean service, by station. */
export function meanValues(customers: number, demands: readonly number[], delay: number): MeanValues {
  let present = demands.map(() => 0);
  let [throughput, response] = [0, 0];
  for (let n = 1; n <= customers; n++) {
    const times = demands.map((demand, k) => demand * (1 + present[k]));
    response = times.reduce((sum, time) => sum + time, 0);
    throughput = n / (response + delay);
    present = times.map((time) => throughput * time);
  }
  return { throughput, response, present };
}
