/** Requests of a drawn scenario: few and cheap, so that nobody has to wait for room; they count once everything must have settled. */
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';
import type { Clock } from './clock.ts';

const START = 20;

/** Services, whom they call, and who asks. `heavy`: an autoscaler should have something to do. */
export function drawLoad(
  draw: Draw,
  {
    pods,
    clock,
    members,
    heavy,
  }: {
    readonly pods: readonly PodSection[];
    readonly clock: Clock;
    readonly members: readonly string[];
    readonly heavy: boolean;
  },
): Section {
  const serving = draw.some(pods, draw.whole(1, Math.min(3, pods.length))).map(({ name }) => name);
  const cpu = heavy ? draw.pick(['20ms', '40ms']) : draw.pick(['1ms', '5ms']);
  return {
    start: `${START}s`,
    warmUp: `${clock.settledFrom - START}s`,
    ...draw.maybe(0.3, () => ({ endpointLag: draw.pick(['100ms', '2s', '5s']) })),
    services: serving.map((name, place) => ({
      name,
      workers: 50,
      balancing: draw.pick(['random', 'round-robin', 'least-requests']),
      requests: [{ cpu: { exponential: { mean: cpu } }, ...callsOf(draw, serving.slice(place + 1)) }],
    })),
    sources: Array.from({ length: draw.whole(1, 2) }, (_, place) => ({
      name: `callers-${place}`,
      to: place === 0 ? serving[0]! : draw.pick(serving),
      ...asking(draw, heavy, clock),
      timeout: '2s',
      ...draw.maybe(0.3, () => ({ attempts: 2 })),
      ...(members.length === 0 ? {} : { near: draw.pick(members) }),
    })),
  };
}

/** Requests counted by windows. */
export function thinOf(draw: Draw): Section {
  return { window: draw.pick(['5s', '15s']), ...draw.maybe(0.5, () => ({ samples: draw.whole(5, 50) })) };
}

function callsOf(draw: Draw, below: readonly string[]): Section {
  if (below.length === 0 || draw.chance(0.5)) return {};
  return { calls: [{ to: draw.pick(below), timeout: '1s', ...draw.maybe(0.3, () => ({ attempts: 2 })) }] };
}

function asking(draw: Draw, heavy: boolean, { troubleFrom, quietFrom }: Clock): Section {
  if (draw.chance(0.25)) return { users: draw.whole(1, 3), think: { exponential: { mean: '1s' } } };
  if (!heavy) return { rate: draw.pick([0.5, 1, 2]) };
  const peak = draw.pick([5, 10, 20]);
  const steps = [
    { at: '0s', rate: 2 },
    { at: `${draw.whole(troubleFrom, quietFrom / 2)}s`, rate: peak },
    { at: `${quietFrom}s`, rate: draw.pick([2, peak]) },
  ];
  return { rate: { steps } };
}
