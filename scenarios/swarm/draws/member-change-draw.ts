/** What people do to members of a drawn federation: workloads that leave them, are deleted, or are moved by upgrades in waves. */
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';
import type { Clock } from './clock.ts';

/** An upgrade by waves takes so many seconds more. */
export const UPGRADE_PATIENCE = 300;

/** Who is there. */
export interface Federated {
  readonly members: readonly string[];
  readonly pods: readonly PodSection[];
  /** `1.31` and its like. */
  readonly kubernetes: string;
}

/** At most one of each; several of them now and then. */
export function drawMemberChanges(draw: Draw, at: Federated, { troubleFrom, quietFrom }: Clock): Section[] {
  const when = (): number => draw.whole(troubleFrom, quietFrom - 90);
  return [
    ...(draw.chance(0.12) ? evacuated(draw, at, when(), quietFrom) : []),
    ...(draw.chance(0.12) ? [deleted(draw, at, when())] : []),
    ...(draw.chance(0.12) ? [upgraded(draw, at, troubleFrom)] : []),
  ];
}

/** What is deleted is changed no more. */
export function withoutLost(changes: readonly Section[], deletions: readonly Section[]): Section[] {
  const gone = deletions.flatMap(({ delete: name, at }) => (name === undefined ? [] : [{ name, at: secondsOf(at) }]));
  return changes.filter(
    ({ scale, roll, at }) => !gone.some(({ name, at: since }) => name === (scale ?? roll) && secondsOf(at) >= since),
  );
}

function secondsOf(at: unknown): number {
  return Number.parseInt(String(at), 10);
}

function evacuated(draw: Draw, { members }: Federated, at: number, quietFrom: number): Section[] {
  const evacuate = draw.pick(members);
  const back = { at: `${draw.whole(at + 1, quietFrom)}s`, admit: evacuate };
  return [{ at: `${at}s`, evacuate }, ...(draw.chance(0.6) ? [back] : [])];
}

function deleted(draw: Draw, { pods }: Federated, at: number): Section {
  return { at: `${at}s`, delete: draw.pick(pods).name, ...draw.maybe(0.3, () => ({ orphan: true })) };
}

function upgraded(draw: Draw, { members, kubernetes }: Federated, at: number): Section {
  const minor = Number(kubernetes.split('.')[1]);
  const [first = [], second = []] = draw.chance(0.5)
    ? [draw.some(members, draw.whole(1, members.length))]
    : [members.slice(0, 1), members.slice(1)];
  return {
    at: `${at}s`,
    upgrade: {
      to: `1.${minor + draw.whole(1, 2)}`,
      waves: [first, second].filter((wave) => wave.length > 0),
      ...draw.maybe(0.4, () => ({ maxUnavailable: draw.whole(1, 2) })),
      controlPlane: draw.seconds(1, 30),
      node: draw.seconds(1, 15),
      soak: draw.seconds(1, 20),
    },
  };
}
