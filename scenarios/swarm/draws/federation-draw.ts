/** The federation of a drawn scenario: members, who divides and how, how losses are found, how callers find somebody. */

import { DETECTION_PROFILES } from '../../../models/federation/detection/profile.ts';
import { DIVISION_RULES } from '../../../models/federation/division.ts';
import { WEIGHTINGS } from '../../../models/federation/division-planner.ts';
import { PROFILES } from '../../../models/federation/profiles/index.ts';
import type { Draw } from '../draw.ts';
import type { Section } from '../swarm-file.ts';

const NAMES = ['east', 'west', 'north', 'south'];
/** Regions that more than one member may share. */
const REGIONS = ['inland', 'coast'];

/** A member as the file writes it. */
export interface MemberSection extends Section {
  readonly name: string;
  readonly region?: string;
  readonly nodes?: number;
}

/** What is drawn first, for callers and faults name members. */
export function drawMembers(draw: Draw, profile: string | undefined): MemberSection[] {
  const limits = profile === undefined || PROFILES[profile]!().limits;
  return NAMES.slice(0, draw.whole(2, 4)).map((name, place) => ({
    name,
    ...draw.maybe(0.3, () => ({ region: draw.pick(REGIONS) })),
    ...draw.maybe(0.3, () => ({ nodes: draw.whole(1, 3) })),
    // Somebody must have a weight.
    ...draw.maybe(0.6, () => ({ weight: draw.whole(place === 0 ? 1 : 0, 5) })),
    ...draw.maybe(limits ? 0.2 : 0, () => ({ min: draw.whole(0, 2) })),
    ...draw.maybe(limits ? 0.15 : 0, () => ({ max: draw.whole(2, 5) })),
  }));
}

/** The name of a real federation; undefined: a way to divide of one's own. */
export function drawProfile(draw: Draw): string | undefined {
  return draw.chance(0.6) ? draw.pick(Object.keys(PROFILES)) : undefined;
}

/** Everything beside members and faults. */
export function drawFederation(draw: Draw, profile: string | undefined, members: readonly MemberSection[]): Section {
  return {
    clusters: members,
    ...(profile === undefined ? { division: divisionOf(draw) } : { profile }),
    ...draw.maybe(0.2, () => ({ control: { plan: draw.pick(['10ms', '1s']), retry: draw.seconds(1, 5) } })),
    detection: detectionOf(draw, members.length),
    discovery: {
      ttl: draw.seconds(5, 90),
      ...draw.maybe(0.3, () => ({ sync: draw.seconds(1, 10) })),
      resolver: draw.pick(['honest', 'honest', 'coredns', 'java', 'none', 'forever']),
    },
    ...draw.maybe(0.2, () => ({ migration: migrationOf(draw) })),
    ...draw.maybe(0.2, () => ({ configuration: { delivery: 'pull', period: draw.seconds(10, 60) } })),
  };
}

function migrationOf(draw: Draw): Section {
  const mode = draw.pick(['gracefully', 'gracefully', 'directly', 'never']);
  return { mode, ...draw.maybe(mode === 'gracefully' ? 0.6 : 0, () => ({ timeout: draw.seconds(20, 120) })) };
}

function divisionOf(draw: Draw): Section {
  return {
    rule: draw.pick(DIVISION_RULES),
    weights: draw.pick(WEIGHTINGS),
    ...Object.fromEntries(
      ['atLeastOneEach', 'sameRatio', 'rebalance', 'heedsCapacity'].flatMap((key) =>
        draw.chance(0.3) ? [[key, true]] : [],
      ),
    ),
  };
}

/** Mostly faster than the real ones, so that a short run sees a loss and a return. */
function detectionOf(draw: Draw, members: number): Section {
  const profile = draw.pick(Object.keys(DETECTION_PROFILES) as (keyof typeof DETECTION_PROFILES)[]);
  const probes = DETECTION_PROFILES[profile].detection.kind === 'probes';
  const points = draw.whole(1, members + 1);
  return {
    profile,
    ...draw.maybe(probes ? 0.5 : 0, () => ({ period: draw.seconds(5, 15), timeout: draw.seconds(1, 4) })),
    ...draw.maybe(probes ? 0.3 : 0, () => ({ failures: draw.whole(1, 4), successes: draw.whole(1, 3) })),
    ...draw.maybe(0.3, () => ({ points, quorum: draw.whole(1, points) })),
    ...draw.maybe(0.6, () => ({ actAfter: draw.seconds(0, 60) })),
    returnAfter: draw.seconds(0, 30),
  };
}
