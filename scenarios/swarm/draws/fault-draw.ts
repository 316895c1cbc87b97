/** What breaks in a drawn scenario, and is mended before the quiet tail: nodes, racks, zones; members, regions and lines. */
import type { Draw } from '../draw.ts';
import type { Section } from '../swarm-file.ts';
import type { Clock } from './clock.ts';

const FAULTS_MAX = 3;

/** Where faults may strike. */
export interface Places {
  readonly nodes: readonly string[];
  /** 0: nobody says which there are. */
  readonly racks: number;
  readonly zones: readonly string[];
}

/** Faults of machines. */
export function drawFaults(draw: Draw, places: Places, clock: Clock): Section[] {
  return Array.from({ length: draw.whole(0, FAULTS_MAX) }, () => ({
    ...spell(draw, clock),
    ...struck(draw, places),
    ...draw.maybe(0.4, () => ({ cut: true })),
  }));
}

function struck(draw: Draw, { nodes, racks, zones }: Places): Section {
  const kind = draw.pick(['node', 'any', 'rack', 'zone']);
  if (kind === 'zone' && zones.length > 0) return { zone: draw.pick(zones) };
  if (kind === 'rack' && racks > 0) return { rack: draw.whole(0, racks - 1) };
  return { node: kind === 'any' ? 'any' : draw.pick(nodes) };
}

/** Faults between and of members. */
export function drawMemberFaults(
  draw: Draw,
  members: readonly { readonly name: string; readonly region?: string }[],
  clock: Clock,
): Section[] {
  const names = members.map(({ name }) => name);
  return Array.from({ length: draw.whole(0, FAULTS_MAX) }, () => {
    const kind = draw.pick(['cluster', 'region', 'isolate', 'cut']);
    const { name, region = name } = draw.pick(members);
    if (kind === 'cut') return { ...spell(draw, clock), cut: draw.some(names, 2) };
    return { ...spell(draw, clock), [kind]: kind === 'region' ? region : name };
  });
}

/** Short blinks and long outages. */
function spell(draw: Draw, { troubleFrom, quietFrom }: Clock): Section {
  const at = draw.whole(troubleFrom, quietFrom - 10);
  const most = quietFrom - at;
  const lasts = draw.chance(0.3) ? draw.whole(1, Math.min(20, most)) : draw.whole(1, most);
  return { at: `${at}s`, for: `${lasts}s` };
}
