/** Checks of living services: names that exist, times within the run, calls that end, autoscalers that can move. */

import { faultsOfLoad } from '../../models/traffic/load/load-faults.ts';
import type { PlanFault } from '../../models/traffic/load/plan-fault.ts';
import { checkAutoscalers } from './autoscaler-check.ts';
import type { CountedCluster } from './cluster-size.ts';
import { checkDescheduler } from './descheduler-check.ts';
import { unknownName } from './environment.ts';
import { memberNodeNames } from './federation-check.ts';
import { checkImages } from './image-check.ts';
import { type Finding, finding } from './issue.ts';
import { loadPlanOf } from './load-plan.ts';
import type { LoadFile } from './load-schema.ts';
import { checkMemory } from './memory-check.ts';
import { expandNodes } from './node-list.ts';
import { formatQuantity } from './quantity.ts';
import { hasSchedule } from './schedule-check.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import { checkWorkloadKinds } from './workload-kind-check.ts';

const NAMES_SHOWN = 20;

/** Findings about living services; `isWritten` tells whether the file has a part at all, good or not. */
export function checkLife(
  file: Partial<ScenarioFile>,
  { nodes, pods, manifests }: { readonly [Part in 'nodes' | 'pods' | 'manifests']: CountedCluster[Part] | undefined },
  isWritten: (part: string) => boolean,
): Finding[] {
  if (!isWritten('load')) return [...(isWritten('traffic') ? [] : [missingTraffic()]), ...needsLoad(file, isWritten)];
  const findings = isWritten('traffic') ? [both()] : [];
  findings.push(...checkChanges(file), ...checkAutoscalers(file), ...checkImages(file, isWritten('images')));
  findings.push(...checkWorkloadKinds(file), ...checkDescheduler(file), ...checkManifests(manifests));
  if (isWritten('begins') && file.workloads !== undefined && !hasSchedule(file)) findings.push(timeless());
  findings.push(...checkMemory(file, { nodes, pods }, isWritten('eviction')));
  const { load } = file;
  if (load === undefined) return findings;
  findings.push(...checkPlan(load), ...checkSources(load));
  if (pods !== undefined)
    findings.push(
      ...checkNames(
        file,
        load,
        pods.map(({ name }) => name),
      ),
    );
  if (file.duration !== undefined) findings.push(...checkTimes(file, load, file.duration));
  if (nodes !== undefined) findings.push(...checkNodes(file, nodes));
  findings.push(...checkFlows(file, load), ...checkLifeFaults(file, load));
  return findings;
}

/** Pods of manifests stand, and do not live: they would be missing from their nodes without a word. */
function checkManifests(manifests: CountedCluster['manifests']): Finding[] {
  const pods = manifests?.workloads.reduce((sum, workload) => sum + workload.pods.length, 0) ?? 0;
  if (pods === 0) return [];
  const [message, expected] = ['pods of manifests do not live beside load yet', 'manifests that give nodes only'];
  const hint = 'write what stands there as groups in cluster.pods, or write traffic instead of load';
  return [finding(['cluster', 'manifests'], message, expected, pods === 1 ? '1 pod' : `${pods} pods`, hint)];
}

/** Flows need requests one by one, and the links of one cluster. */
function checkFlows({ federation }: Partial<ScenarioFile>, { thin, flowsFrom }: LoadFile): Finding[] {
  if (flowsFrom === undefined) return [];
  const path: Path = ['load', 'flowsFrom'];
  if (thin !== undefined)
    return [finding(path, 'requests by windows send no payloads', 'a load without thin', 'thin', 'leave out thin')];
  if (federation === undefined) return [];
  const expected = 'one cluster';
  return [finding(path, 'payloads between clusters share no lines yet', expected, 'federation', 'leave it out')];
}

/** A fault that nothing would follow would be answered as if it were not there. */
function checkLifeFaults(file: Partial<ScenarioFile>, { thin }: LoadFile): Finding[] {
  const { faults = [], federation } = file;
  if (faults.length === 0) return [];
  if (thin !== undefined)
    return [
      finding(
        ['faults'],
        'requests that are counted by windows do not meet faults',
        'no faults, or a load without thin',
        'faults',
        'leave out thin',
      ),
    ];
  return faults.flatMap(({ kind }, i) => {
    if (kind === 'control-plane-away') return checkControlPlane(i, file);
    if ((kind !== 'link' && kind !== 'switch') || federation === undefined) return [];
    const hint = 'cut a rack off instead: rack: 0, cut: true';
    return [finding(['faults', i, kind], 'fabrics of members do not break yet', 'one cluster', 'federation', hint)];
  });
}

function checkControlPlane(i: number, { federation, nodeAutoscaler }: Partial<ScenarioFile>): Finding[] {
  const path: Path = ['faults', i, 'controlPlane'];
  if (federation !== undefined) {
    const hint = 'isolate a member, or upgrade them';
    return [finding(path, 'nobody says whose control plane it is', 'one cluster', 'federation', hint)];
  }
  if (nodeAutoscaler?.justInTime === undefined) return [];
  const hint = 'leave justInTime out';
  return [finding(path, 'nodes made just in time do not meet it yet', 'groups', 'justInTime', hint)];
}

function checkNodes({ changes = [], federation }: Partial<ScenarioFile>, runs: CountedCluster['nodes']): Finding[] {
  const names = new Set(
    federation === undefined ? expandNodes(runs).map(({ name }) => name) : memberNodeNames(federation.clusters, runs),
  );
  return changes.flatMap((change, i) =>
    NODE_CHANGES.flatMap((kind) => {
      const name = change[kind];
      if (name === undefined || names.has(name)) return [];
      return [unknownName(['changes', i, kind], 'node', name, [...names].slice(0, NAMES_SHOWN))];
    }),
  );
}

function missingTraffic(): Finding {
  const expected = 'a map with start, warmUp, talkers';
  return {
    path: ['traffic'],
    at: 'key',
    message: 'traffic is missing',
    expected,
    got: 'nothing',
    hint: 'add traffic, or load',
  };
}

function needsLoad(file: Partial<ScenarioFile>, isWritten: (part: string) => boolean): Finding[] {
  const parts = [
    ['lifecycle.endedPodsMax', file.lifecycle?.endedPodsMax === undefined ? 0 : 1],
    ['workloads', Object.keys(file.workloads ?? {}).length],
    ['changes', (file.changes ?? []).length],
    ['autoscalers', (file.autoscalers ?? []).length],
    ['federation', file.federation === undefined ? 0 : 1],
    ['images', file.images === undefined ? 0 : 1],
    ['descheduler', file.descheduler === undefined ? 0 : 1],
    ['eviction', isWritten('eviction') ? 1 : 0],
    ['begins', isWritten('begins') ? 1 : 0],
  ] as const;
  return parts.flatMap(([part, count]) =>
    count === 0
      ? []
      : [
          finding(
            part.split('.'),
            'only living services have it',
            'a scenario with load',
            'traffic',
            'write load instead of traffic',
          ),
        ],
  );
}

function timeless(): Finding {
  const expected = 'a CronJob with a schedule';
  const hint = "write workloads.NAME.schedule: '@hourly', or take begins out";
  return finding(['begins'], 'nobody asks what time it is', expected, 'none', hint);
}

function both(): Finding {
  const expected = 'traffic or load';
  return finding(['traffic'], 'a scenario has either flows or requests', expected, 'both', 'take one of them out');
}

function checkNames(
  { workloads, changes, autoscalers }: Partial<ScenarioFile>,
  load: LoadFile,
  groups: readonly string[],
): Finding[] {
  const unknown = (path: Path, name: string, names: readonly string[], what: string): Finding[] =>
    names.includes(name) ? [] : [unknownName(path, what, name, names.slice(0, NAMES_SHOWN))];
  return [
    ...Object.keys(workloads ?? {}).flatMap((name) => unknown(['workloads', name], name, groups, 'group of pods')),
    ...load.services.flatMap(({ name }, i) => unknown(['load', 'services', i, 'name'], name, groups, 'group of pods')),
    ...(changes ?? []).flatMap(({ scale, roll, delete: gone }, i) =>
      [['scale', scale] as const, ['roll', roll] as const, ['delete', gone] as const].flatMap(([key, name]) =>
        name === undefined ? [] : unknown(['changes', i, key], name, groups, 'group of pods'),
      ),
    ),
    ...(autoscalers ?? []).flatMap(({ target }, i) =>
      unknown(['autoscalers', i, 'target'], target, groups, 'group of pods'),
    ),
  ];
}

/** What the model of load would refuse, at the places where the scenario says it. */
function checkPlan(load: LoadFile): Finding[] {
  return faultsOfLoad(loadPlanOf(load)).flatMap(({ path, message, expected, got, hint }) =>
    // Rates have words of their own, with times as the file writes them.
    path.includes('rate') ? [] : [finding(writtenPath(path), message, expected, got, hint)],
  );
}

/** Keys of the plan by another name in the file; undefined: the file has no such level. */
const WRITTEN: Readonly<Record<string, string | undefined>> = {
  call: undefined,
  queueMax: 'queue',
  requestBytes: 'size',
  responseBytes: 'answer',
  service: 'to',
  steps: 'calls',
  timeoutNs: 'timeout',
};

/** A path of the plan as one of the file: each step of the plan holds one call. */
function writtenPath(path: PlanFault['path']): Path {
  const written: (string | number)[] = ['load'];
  path.forEach((part, i) => {
    if (path[i - 2] === 'steps') return;
    const name = typeof part === 'string' && part in WRITTEN ? WRITTEN[part] : part;
    if (name !== undefined) written.push(name);
  });
  return written;
}

function checkSources({ sources }: LoadFile): Finding[] {
  return sources.flatMap((source, i) => {
    const path: Path = ['load', 'sources', i];
    return [
      ...(source.think !== undefined && source.users === undefined
        ? [finding([...path, 'think'], 'a rate does not think', 'users', 'think', 'write users instead of rate')]
        : []),
      ...(typeof source.rate === 'object' && 'steps' in source.rate ? checkRate([...path, 'rate'], source.rate) : []),
    ];
  });
}

function checkRate(
  path: Path,
  { steps, repeatEvery }: Extract<LoadFile['sources'][number]['rate'], { steps: unknown }>,
): Finding[] {
  const findings = checkSteps([...path, 'steps'], steps);
  const lastNs = steps[steps.length - 1]!.at;
  if (repeatEvery === undefined || repeatEvery > lastNs) return findings;
  const expected = `more than ${formatQuantity('duration', lastNs)}`;
  const got = formatQuantity('duration', repeatEvery);
  return [...findings, finding([...path, 'repeatEvery'], 'begins anew before its last step', expected, got, '')];
}

function checkSteps(path: Path, steps: readonly { readonly at: number }[]): Finding[] {
  if (steps[0]!.at !== 0)
    return [
      finding(
        [...path, 0, 'at'],
        'nobody says what the rate is before',
        '0s',
        formatQuantity('duration', steps[0]!.at),
        'begin at 0s',
      ),
    ];
  return steps.flatMap(({ at }, i) =>
    i === 0 || at > steps[i - 1]!.at
      ? []
      : [
          finding(
            [...path, i, 'at'],
            'not after the step before',
            `more than ${formatQuantity('duration', steps[i - 1]!.at)}`,
            formatQuantity('duration', at),
            'put the steps in order',
          ),
        ],
  );
}

function checkTimes({ changes }: Partial<ScenarioFile>, { start, warmUp }: LoadFile, durationNs: number): Finding[] {
  const end = formatQuantity('duration', durationNs);
  const times: [Path, number, string][] = [
    [['load', 'start'], start, 'requests begin'],
    [['load', 'warmUp'], start + warmUp, 'counting begins'],
    ...(changes ?? []).map(({ at }, i): [Path, number, string] => [['changes', i, 'at'], at, 'the change happens']),
  ];
  return times.flatMap(([path, atNs, what]) =>
    atNs < durationNs
      ? []
      : [
          finding(
            path,
            `${what} at ${formatQuantity('duration', atNs)}, but the run ends at ${end}`,
            `less than ${end}`,
            formatQuantity('duration', atNs),
            'write an earlier time, or a longer duration',
          ),
        ],
  );
}

/** Changes that name a node. */
const NODE_CHANGES = ['drain', 'uncordon', 'outOfService', 'inService'] as const;
const CHANGE_KINDS = ['scale', 'roll', ...NODE_CHANGES, 'delete', 'evacuate', 'admit', 'upgrade'] as const;
/** Changes that concern many clusters. */
const FEDERATION_CHANGES = ['delete', 'evacuate', 'admit', 'upgrade'] as const;

function checkChanges({ changes = [], federation }: Partial<ScenarioFile>): Finding[] {
  return changes.flatMap((change, i) => {
    const path: Path = ['changes', i];
    const given = CHANGE_KINDS.filter((kind) => change[kind] !== undefined);
    const findings: Finding[] = [];
    if (given.length !== 1)
      findings.push(
        finding(
          path,
          'not exactly one',
          `exactly one of ${CHANGE_KINDS.join(', ')}`,
          given.join(' and ') || 'none',
          '',
        ),
      );
    for (const kind of FEDERATION_CHANGES)
      if (change[kind] !== undefined && federation === undefined)
        findings.push(
          finding([...path, kind], 'there is one cluster', 'a scenario with federation', kind, 'add federation'),
        );
    if (change.delete === undefined && change.orphan !== undefined)
      findings.push(
        finding([...path, 'orphan'], 'only what is deleted leaves copies', 'delete', 'orphan', 'write delete: NAME'),
      );
    if ((change.scale === undefined) !== (change.to === undefined))
      findings.push(
        finding(path, '`scale` and `to` belong together', 'both or neither', 'one of them', 'write scale: NAME, to: 5'),
      );
    if (change.roll === undefined && (change.start !== undefined || change.broken !== undefined))
      findings.push(finding(path, 'only a new version starts anew', 'roll', 'start or broken', 'write roll: NAME'));
    return findings;
  });
}
