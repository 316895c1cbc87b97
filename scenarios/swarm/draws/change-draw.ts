/** What people do in a drawn scenario: other numbers of replicas, new versions, nodes that are drained and come back. */
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';
import type { Clock } from './clock.ts';

const CHANGES_MAX = 5;

/** Changes before the quiet tail. */
export function drawChanges(
  draw: Draw,
  { scaled, rolled: rolling }: { readonly scaled: readonly PodSection[]; readonly rolled: readonly PodSection[] },
  nodes: readonly string[],
  { troubleFrom, quietFrom }: Clock,
): Section[] {
  const [scalable, rollable] = [scaled, rolling].map((pods) => pods.map(({ name }) => name)) as [string[], string[]];
  const changes = Array.from({ length: draw.whole(0, CHANGES_MAX) }, () => {
    const at = draw.whole(troubleFrom, quietFrom - 60);
    const kind = draw.pick(['scale', 'roll', 'drain']);
    if (kind === 'scale')
      return scalable.length === 0 ? [] : [{ at: `${at}s`, scale: draw.pick(scalable), to: draw.whole(0, 7) }];
    if (kind === 'drain') return drained(draw, draw.pick(nodes), at, quietFrom);
    return rolled(draw, draw.pick(rollable), at, quietFrom);
  });
  return changes.flat();
}

function drained(draw: Draw, node: string, at: number, quietFrom: number): Section[] {
  const back = draw.whole(at + 1, quietFrom);
  return [{ at: `${at}s`, drain: node }, ...(draw.chance(0.85) ? [{ at: `${back}s`, uncordon: node }] : [])];
}

/** A version that never answers is mostly followed by one that does. */
function rolled(draw: Draw, roll: string, at: number, quietFrom: number): Section[] {
  if (draw.chance(0.8)) return [{ at: `${at}s`, roll, ...draw.maybe(0.3, () => ({ start: draw.seconds(1, 8) })) }];
  const mended = { at: `${draw.whole(at + 1, quietFrom)}s`, roll };
  return [{ at: `${at}s`, roll, broken: true }, ...(draw.chance(0.7) ? [mended] : [])];
}
