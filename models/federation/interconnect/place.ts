/**
 * Where things stand, and how far apart: host, zone, region, provider.
 *
 * Source: the failure domains that clouds name (labels `topology.kubernetes.io/zone` and `region`), provider on top.
 * Leaves out: racks and rooms within a zone (a cluster's own fabric has them), distance in kilometres.
 */

/** Where something stands. Names count within what is above them: two regions may both have a zone `a`. */
export interface Place {
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  /** Left out for what fills more than one host, such as a cluster: it then shares a host with nobody. */
  readonly host?: string;
}

/** The ladder of reach, from near to far. */
export const REACHES = ['same-host', 'same-zone', 'between-zones', 'between-regions', 'between-providers'] as const;

/** A rung of the ladder. */
export type Reach = (typeof REACHES)[number];

/** The rung of the ladder on which two places see each other. */
export function reachOf(a: Place, b: Place): Reach {
  if (a.provider !== b.provider) return 'between-providers';
  if (a.region !== b.region) return 'between-regions';
  if (a.zone !== b.zone) return 'between-zones';
  return a.host !== undefined && a.host === b.host ? 'same-host' : 'same-zone';
}
