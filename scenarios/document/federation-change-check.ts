/** Checks of what people do to a federation: members that exist, versions that may follow each other, waves that name each member once. */
import { faultsOfPath } from '../../models/federation/upgrade/version-skew.ts';
import { REQUEST_KINDS_MAX } from '../../models/traffic/load/call-graph-faults.ts';
import { unknownName } from './environment.ts';
import { minorOf } from './fabric-schema.ts';
import { type Finding, finding } from './issue.ts';
import type { LoadFile } from './load-schema.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import type { ChangeFile } from './workload-schema.ts';

const NAMES_SHOWN = 20;

/** Findings about changes that concern members. */
export function checkFederationChanges(
  { changes = [], lifecycle }: Partial<ScenarioFile>,
  names: readonly string[],
): Finding[] {
  const fromMinor = lifecycle === undefined ? undefined : minorOf(lifecycle.kubernetes);
  const findings = changes.flatMap(({ evacuate, admit, upgrade }, i) => {
    const path: Path = ['changes', i];
    return [
      ...known([...path, 'evacuate'], evacuate, names),
      ...known([...path, 'admit'], admit, names),
      ...(upgrade === undefined ? [] : checkUpgrade([...path, 'upgrade'], upgrade, names, fromMinor)),
    ];
  });
  return [...findings, ...second(changes), ...afterDeletion(changes)];
}

/** What is gone cannot be changed. */
function afterDeletion(changes: readonly ChangeFile[]): Finding[] {
  return changes.flatMap((change, i) => {
    const key = (['scale', 'roll', 'delete'] as const).find((one) => change[one] !== undefined);
    const name = key === undefined ? undefined : change[key];
    const gone = changes.findIndex((other) => other.delete === name && other.at <= change.at);
    if (key === undefined || name === undefined || gone < 0 || gone === i) return [];
    if (key === 'delete' && changes[gone]!.at === change.at && gone > i) return [];
    return [finding(['changes', i, key], 'it is deleted by then', 'a workload that is there', name, 'take it out')];
  });
}

/** Each member has its own copy of every service, and all are held at once. */
export function checkKindsOfRequests({ services }: LoadFile, members: number): Finding[] {
  const kinds = members * services.reduce((sum, { requests }) => sum + requests.length, 0);
  if (kinds <= REQUEST_KINDS_MAX) return [];
  return [
    {
      path: ['load', 'services'],
      at: 'key',
      message: `too many kinds of requests in all ${members} members together`,
      expected: `at most ${REQUEST_KINDS_MAX}`,
      got: String(kinds),
      hint: 'write fewer services, or fewer members',
    },
  ];
}

function checkUpgrade(
  path: Path,
  { to, waves }: NonNullable<ChangeFile['upgrade']>,
  names: readonly string[],
  fromMinor: number | undefined,
): Finding[] {
  const seen = new Set<string>();
  const findings = waves.flatMap((wave, w) =>
    wave.flatMap((name, k) => {
      const at = [...path, 'waves', w, k];
      const isAgain = seen.has(name);
      seen.add(name);
      return isAgain
        ? [finding(at, 'a member is upgraded once', 'each member once', name, 'take it out')]
        : known(at, name, names);
    }),
  );
  if (fromMinor === undefined) return findings;
  const toMinor = minorOf(to);
  const faults = faultsOfPath({ controlPlane: fromMinor, kubelets: fromMinor, to: toMinor });
  if (toMinor === fromMinor)
    findings.push(finding([...path, 'to'], 'it has that version already', 'a later version', to, 'write a later one'));
  return [
    ...findings,
    ...faults.map(({ message, expected, hint }) => finding([...path, 'to'], message, expected, to, hint)),
  ];
}

/** Versions of members would depend on which upgrade came first. */
function second(changes: readonly ChangeFile[]): Finding[] {
  const upgrades = [...changes.keys()].filter((i) => changes[i]!.upgrade !== undefined);
  return upgrades
    .slice(1)
    .map((i) =>
      finding(
        ['changes', i, 'upgrade'],
        'there is an upgrade already',
        'one upgrade',
        'two',
        'add its waves to the first one',
      ),
    );
}

function known(path: Path, name: string | undefined, names: readonly string[]): Finding[] {
  if (name === undefined || names.includes(name)) return [];
  return [unknownName(path, 'member cluster', name, names.slice(0, NAMES_SHOWN))];
}
