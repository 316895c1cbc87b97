/** Checks of `federation.activeStandby`: a service that somebody asks for, members that differ, probes that end before the next begins. */
import { unknownName } from './environment.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { Path } from './source.ts';
import type { StandbyFile } from './standby-schema.ts';

const NAMES_SHOWN = 20;
const PATH: Path = ['federation', 'activeStandby'];
const ROLES = ['active', 'standby', 'witness'] as const;

/** Findings about who serves, who stands by and who is asked. */
export function checkStandby(
  file: StandbyFile | undefined,
  members: readonly string[],
  services: readonly string[],
): Finding[] {
  if (file === undefined) return [];
  const { workload } = file;
  const service = services.includes(workload)
    ? []
    : [unknownName([...PATH, 'workload'], 'service', workload, services.slice(0, NAMES_SHOWN))];
  return [...service, ...checkPlaces(file, members), ...checkProbes(file)];
}

function checkPlaces(file: StandbyFile, members: readonly string[]): Finding[] {
  const taken = new Map<string, string>();
  return ROLES.flatMap((role): Finding[] => {
    const name = file[role];
    if (name === undefined) return [];
    if (!members.includes(name))
      return [unknownName([...PATH, role], 'member cluster', name, members.slice(0, NAMES_SHOWN))];
    const other = taken.get(name);
    taken.set(name, role);
    if (other === undefined) return [];
    const message = `this member is the ${other} one already`;
    return [finding([...PATH, role], message, 'another member', name, 'name another member, or add one')];
  });
}

function checkProbes({ probes: { period, timeout } }: StandbyFile): Finding[] {
  if (period >= timeout) return [];
  return [
    finding(
      [...PATH, 'probes', 'period'],
      'probes would overtake each other',
      `at least the time-out, ${formatQuantity('duration', timeout)}`,
      formatQuantity('duration', period),
      'probe less often, or give up sooner',
    ),
  ];
}
