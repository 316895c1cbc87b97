/** Checks of living services: names that exist, times within the run, calls that end, autoscalers that can move. */
import type { CountedCluster } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import type { Finding } from './issue.ts';
import type { LoadFile } from './load-schema.ts';
import { expandNodes } from './node-list.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

const NAMES_SHOWN = 20;
/** Requests that one request may become on average: more is a graph that feeds on itself. */
const VISITS_MAX = 10_000;

/** Findings about living services; `isWritten` tells whether the file has a part at all, good or not. */
export function checkLife(
  file: Partial<ScenarioFile>,
  { nodes, pods }: { readonly [Part in 'nodes' | 'pods']: CountedCluster[Part] | undefined },
  isWritten: (part: string) => boolean,
): Finding[] {
  if (!isWritten('load')) return [...(isWritten('traffic') ? [] : [missingTraffic()]), ...needsLoad(file)];
  const findings = isWritten('traffic') ? [both()] : [];
  findings.push(...checkChanges(file), ...checkAutoscalers(file));
  const { load } = file;
  if (load === undefined) return findings;
  findings.push(...checkGraph(load), ...checkSources(load));
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
  if ((file.faults ?? []).length > 0) findings.push(noFaults());
  return findings;
}

/** Faults strike flows so far; a scenario that names one here would be answered as if it had none. */
function noFaults(): Finding {
  return finding(['faults'], 'living services do not meet faults yet', 'no faults', 'faults', 'drain a node instead');
}

function checkNodes({ changes = [] }: Partial<ScenarioFile>, runs: CountedCluster['nodes']): Finding[] {
  const names = new Set(expandNodes(runs).map(({ name }) => name));
  return changes.flatMap(({ drain, uncordon }, i) => {
    const name = drain ?? uncordon;
    if (name === undefined || names.has(name)) return [];
    return [
      unknownName(
        ['changes', i, drain === undefined ? 'uncordon' : 'drain'],
        'node',
        name,
        [...names].slice(0, NAMES_SHOWN),
      ),
    ];
  });
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

function needsLoad(file: Partial<ScenarioFile>): Finding[] {
  const parts = [
    ['workloads', Object.keys(file.workloads ?? {}).length],
    ['changes', (file.changes ?? []).length],
    ['autoscalers', (file.autoscalers ?? []).length],
  ] as const;
  return parts.flatMap(([part, count]) =>
    count === 0
      ? []
      : [
          finding(
            [part],
            'only living services have it',
            'a scenario with load',
            'traffic',
            'write load instead of traffic',
          ),
        ],
  );
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
    ...(changes ?? []).flatMap(({ scale, roll }, i) =>
      [['scale', scale] as const, ['roll', roll] as const].flatMap(([key, name]) =>
        name === undefined ? [] : unknown(['changes', i, key], name, groups, 'group of pods'),
      ),
    ),
    ...(autoscalers ?? []).flatMap(({ target }, i) =>
      unknown(['autoscalers', i, 'target'], target, groups, 'group of pods'),
    ),
  ];
}

/** Calls lead to requests that exist, and one request does not become more and more of them. */
function checkGraph({ services }: LoadFile): Finding[] {
  const findings: Finding[] = [];
  const names = services.map(({ name }) => name);
  services.forEach(({ name }, i) => {
    if (names.indexOf(name) < i)
      findings.push(
        finding(['load', 'services', i, 'name'], 'used twice', 'a name of its own', name, 'put both into one service'),
      );
  });
  for (const { path, to, request } of callsOf(services)) findings.push(...checkCall(services, path, to, request));
  if (findings.length > 0) return findings;
  const visits = visitsOf(services);
  if (visits <= VISITS_MAX) return [];
  const message = 'calls feed on calls: one request becomes more and more of them';
  const hint = 'give a call of the circle a chance below 100%, or take it out';
  return [finding(['load', 'services'], message, 'a graph of calls that ends', 'one that does not', hint)];
}

interface WrittenCall {
  readonly path: Path;
  readonly to: string;
  readonly request: string;
}

function callsOf(services: LoadFile['services']): WrittenCall[] {
  return services.flatMap(({ requests }, service) =>
    requests.flatMap(({ calls }, index) =>
      calls.map(({ to, request }, call) => ({
        path: ['load', 'services', service, 'requests', index, 'calls', call],
        to,
        request,
      })),
    ),
  );
}

function checkCall(services: LoadFile['services'], path: Path, to: string, request: string): Finding[] {
  const service = services.find(({ name }) => name === to);
  if (service === undefined) {
    const names = services.map(({ name }) => name).slice(0, NAMES_SHOWN);
    return [unknownName([...path, 'to'], 'service of load', to, names)];
  }
  const kinds = service.requests.map(({ name }) => name);
  return kinds.includes(request) ? [] : [unknownName([...path, 'request'], `request of ${to}`, request, kinds)];
}

/** Requests that the busiest kind becomes, all of them counted; more than the limit if they never end. */
function visitsOf(services: LoadFile['services']): number {
  const kinds = services.flatMap((service) => service.requests.map((request) => ({ service: service.name, request })));
  const numberOf = (to: string, name: string): number =>
    kinds.findIndex(({ service, request }) => service === to && request.name === name);
  const calls = kinds.map(({ request }) =>
    request.calls.map((call) => ({ kind: numberOf(call.to, call.request), chance: call.chance })),
  );
  let most = 0;
  for (let first = 0; first < kinds.length; first++) {
    let wave = new Map([[first, 1]]);
    let visits = 0;
    for (let depth = 0; wave.size > 0 && visits <= VISITS_MAX && depth <= VISITS_MAX; depth++) {
      const next = new Map<number, number>();
      for (const [kind, count] of wave) {
        visits += count;
        if (count < 1e-9) continue;
        for (const { kind: to, chance } of calls[kind]!) next.set(to, (next.get(to) ?? 0) + count * chance);
      }
      wave = next;
    }
    most = Math.max(most, visits);
  }
  return most;
}

function checkSources({ services, sources }: LoadFile): Finding[] {
  return sources.flatMap((source, i) => {
    const path: Path = ['load', 'sources', i];
    const again = sources.findIndex(({ name }) => name === source.name) < i;
    const findings = again
      ? [finding([...path, 'name'], 'used twice', 'a name of its own', source.name, 'give each source its own name')]
      : [];
    findings.push(...checkCall(services, path, source.to, source.request));
    if (source.think !== undefined && source.users === undefined)
      findings.push(
        finding([...path, 'think'], 'a rate does not think', 'users', 'think', 'write users instead of rate'),
      );
    if (typeof source.rate === 'object') findings.push(...checkRate([...path, 'rate'], source.rate));
    return findings;
  });
}

function checkRate(
  path: Path,
  { steps, repeatEvery }: Extract<LoadFile['sources'][number]['rate'], object>,
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

const CHANGE_KINDS = ['scale', 'roll', 'drain', 'uncordon'] as const;

function checkChanges({ changes = [] }: Partial<ScenarioFile>): Finding[] {
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
    if ((change.scale === undefined) !== (change.to === undefined))
      findings.push(
        finding(path, '`scale` and `to` belong together', 'both or neither', 'one of them', 'write scale: NAME, to: 5'),
      );
    if (change.roll === undefined && (change.start !== undefined || change.broken !== undefined))
      findings.push(finding(path, 'only a new version starts anew', 'roll', 'start or broken', 'write roll: NAME'));
    return findings;
  });
}

function checkAutoscalers({ autoscalers = [] }: Partial<ScenarioFile>): Finding[] {
  return autoscalers.flatMap(({ min, max, target }, i) => {
    const path: Path = ['autoscalers', i];
    const twice = autoscalers.findIndex((other) => other.target === target) < i;
    return [
      ...(min <= max
        ? []
        : [finding([...path, 'min'], 'more than max', `at most ${max}`, String(min), 'exchange min and max')]),
      ...(twice
        ? [finding([...path, 'target'], 'two autoscalers would fight over it', 'one for each', target, 'take one out')]
        : []),
    ];
  });
}

function finding(path: Path, message: string, expected: string, got: string, hint: string): Finding {
  return { path, at: 'value', message, expected, got, hint };
}
