/** Manifests become a cluster: what is wrong is told with its place, what is not known is listed, the rest goes on. */
import { describe, expect, it } from 'vitest';
import { ManifestStore } from '../../../../scenarios/document/manifests/manifest.ts';
import { type ManifestCluster, manifestClusterOf } from '../../../../scenarios/document/manifests/manifest-cluster.ts';
import { readManifestFile } from '../../../../scenarios/document/manifests/reading.ts';
import { ReportWriter } from '../../../../scenarios/document/manifests/report.ts';
import { formatProblems } from '../../../../scenarios/document/problems.ts';

function clusterOf(...texts: readonly string[]): ManifestCluster {
  const report = new ReportWriter();
  const store = new ManifestStore(report);
  texts.forEach((text, index) => {
    readManifestFile([text], `file-${index}`, report, (manifest) => store.add(manifest));
  });
  return manifestClusterOf(store, report);
}

const list = (...items: readonly object[]): string => JSON.stringify({ kind: 'List', items }, null, 1);
const node = (name: string, labels: object = {}, taints: readonly object[] = []) => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
});
const template = (labels: object = { app: 'a' }, requests: object = { cpu: '1' }, more: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', resources: { requests } }], ...more },
});
const workload = (kind: string, name: string, spec: object, meta: object = {}) => ({
  ...{ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind },
  ...{ metadata: { name, ...meta }, spec: { selector: { matchLabels: { app: 'a' } }, template: template(), ...spec } },
});
const pod = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name, ...more.metadata },
  spec: { containers: [{ name: 'c' }], ...more.spec },
  status: { phase: 'Running', ...more.status },
});
const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });
const placeIn = (text: string, words: string): string => {
  const before = text.slice(0, text.indexOf(words)).split('\n');
  return `file-0:${before.length}:${before.at(-1)!.length + 1}`;
};
const names = (cluster: ManifestCluster) => cluster.workloads.flatMap(({ pods }) => pods.map(({ name }) => name));
const problems = (cluster: ManifestCluster) => formatProblems(cluster.report.problems);

describe('controllers', () => {
  it('make the pods that the manifests do not hold, with names as upstream gives', () => {
    const cluster = clusterOf(
      list(
        workload('Deployment', 'web', { replicas: 3 }),
        workload('StatefulSet', 'db', { replicas: 2, ordinals: { start: 5 } }),
        workload('Job', 'load', { completions: 4, parallelism: 2, completionMode: 'Indexed' }),
        workload('ReplicaSet', 'bare', {}),
      ),
    );
    const shown = cluster.workloads.map(({ kind, name, pods }) => [kind, name, pods.length]);
    expect(shown).toEqual([
      ['Deployment', 'web', 3],
      ['ReplicaSet', 'bare', 1],
      ['StatefulSet', 'db', 2],
      ['Job', 'load', 2],
    ]);
    const [web] = names(cluster);
    expect(web).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{1,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(names(cluster).slice(4, 6)).toEqual(['db-5', 'db-6']);
    expect(names(cluster)[6]).toMatch(/^load-0-.{5}$/);
    expect(new Set(names(cluster)).size).toBe(8);
    expect(cluster.shapes[0]?.labels).toMatchObject({ app: 'a', 'pod-template-hash': expect.any(String) });
  });

  it('of a snapshot make only what is missing; a Deployment leaves it to its ReplicaSets', () => {
    const cluster = clusterOf(
      list(
        node('n'),
        workload('Deployment', 'web', { replicas: 2 }),
        workload('ReplicaSet', 'web-old', { replicas: 0 }, owned('Deployment', 'web')),
        workload('ReplicaSet', 'web-new', { replicas: 2 }, owned('Deployment', 'web')),
        pod('web-new-1', { metadata: owned('ReplicaSet', 'web-new'), spec: { nodeName: 'n' } }),
        pod('gone', { metadata: owned('ReplicaSet', 'web-new'), status: { phase: 'Succeeded' } }),
      ),
    );
    expect(cluster.workloads.map(({ kind, name, pods }) => [kind, name, pods.map((one) => one.node)])).toEqual([
      ['Deployment', 'web', [0, -1]],
    ]);
    expect(cluster.report.notes.join()).toContain('1 pods that have ended');
  });

  it('of DaemonSets serve each node that they may, by its name', () => {
    const taint = { key: 'spot', value: '', effect: 'NoSchedule' };
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    const cluster = clusterOf(
      list(
        ...[node('a'), node('b', {}, [taint]), node('c', {}, [cordon])],
        workload('DaemonSet', 'agent', {}),
        pod('agent-1', { metadata: owned('DaemonSet', 'agent'), spec: { nodeName: 'a' } }),
      ),
    );
    expect(names(cluster)).toHaveLength(2);
    const made = cluster.workloads[0]!.pods[1]!;
    expect(cluster.shapes[made.shape]?.nodeAffinity.required).toEqual([
      { expressions: [], fields: [{ operator: 'In', values: ['c'] }] },
    ]);
  });

  it('that own each other in a circle are told and not followed', () => {
    const cluster = clusterOf(
      list(
        workload('ReplicaSet', 'a', { replicas: 1 }, owned('ReplicaSet', 'b')),
        workload('ReplicaSet', 'b', { replicas: 1 }, owned('ReplicaSet', 'a')),
      ),
    );
    expect(problems(cluster)).toContain('the owners of ReplicaSet b lead back to itself');
    expect(names(cluster)).toHaveLength(2);
  });
});

describe('nodes and pods', () => {
  it('stand in the order of zones; pods stay on their nodes, and share shapes', () => {
    const zone = (name: string) => ({ 'topology.kubernetes.io/zone': name });
    const bound = (name: string, on: string) =>
      pod(name, { spec: { nodeName: on }, status: { startTime: '2026-01-01T00:00:10Z' } });
    const cluster = clusterOf(list(bound('x', 'n1'), node('n1', zone('b')), node('n2', zone('a')), bound('y', 'n2')));
    expect(cluster.nodes.map(({ name }) => name)).toEqual(['n2', 'n1']);
    expect(
      cluster.workloads.flatMap(({ pods }) => pods.map((one) => [one.name, one.node, one.startedSeconds])),
    ).toEqual([
      ['x', 1, 1767225610],
      ['y', 0, 1767225610],
    ]);
    expect(cluster.shapes).toHaveLength(1);
  });

  it('on nodes that are not there are left out, and placed anew when there are no nodes', () => {
    const lost = pod('x', { spec: { nodeName: 'gone' } });
    expect(names(clusterOf(list(node('n'), lost)))).toEqual([]);
    const anew = clusterOf(list(lost));
    expect(names(anew)).toEqual(['x']);
    expect(anew.report.notes.join()).toContain('1 pods that stood on one are placed anew');
  });
});

describe('what is not known or wrong', () => {
  it('is listed once by its path, and values are kept nowhere', () => {
    const secret = { env: [{ name: 'PASSWORD', value: 'hunter2' }], livenessProbe: { exec: {} } };
    const spec = {
      containers: [
        { name: 'c', ...secret },
        { name: 'd', ...secret },
      ],
      volumes: [{ secret: { a: 'hunter2' } }],
    };
    const cluster = clusterOf(
      list(pod('a', { metadata: { annotations: { token: 'hunter2' } }, spec }), pod('b', { spec }), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        data: { x: 'hunter2' },
      }),
    );
    expect(cluster.report.ignored).toEqual([
      { kind: 'Pod', path: 'metadata.annotations', count: 1 },
      { kind: 'Pod', path: 'spec.containers[].env', count: 4 },
      { kind: 'Pod', path: 'spec.containers[].livenessProbe', count: 4 },
      { kind: 'Pod', path: 'spec.volumes[].secret', count: 2 },
    ]);
    expect(cluster.report.notes).toContain('1 Secret was not read.');
    expect(JSON.stringify(cluster)).not.toContain('hunter2');
  });

  it('has its file, line and a way out, and the object is left out', () => {
    const yaml = [
      'kind: Pod',
      'apiVersion: v1',
      'metadata: { name: a }',
      'spec:',
      '  containers:',
      '    - name: c',
      '      resources: { requests: { cpu: 2 cores, memory: -1Gi } }',
      '---',
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: { name: web }',
      'spec: { replicas: "three", selector: { matchLabels: { app: 1 } } }',
      '---',
      'apiVersion: v1',
      'kind: Pod',
      'metadata: { name: fine }',
      'spec: { containers: [{ name: c }] }',
    ].join('\n');
    const cluster = clusterOf(yaml);
    expect(problems(cluster).split('\n')).toEqual([
      'file-0:7:37 spec.containers.0.resources.requests.cpu: wrong kind of value; expected a quantity such as 500m, 2, 1.5, 512Mi or 1e3, got "2 cores". Suffixes are n, u, m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei.',
      'file-0:7:54 spec.containers.0.resources.requests.memory: wrong kind of value; expected a quantity of 0 or more, got "-1Gi". Write it without a sign.',
      'file-0:12:19 spec.replicas: wrong kind of value; expected a whole number, 0 or more, got "three".',
      'file-0:12:60 spec.selector.matchLabels.app: wrong kind of value; expected text, got 1. Write it in quotes: "1".',
      'file-0:9:1 spec.template is missing; expected a map, got nothing. Add spec.template.',
    ]);
    expect(names(cluster)).toEqual(['fine']);
    expect(cluster.report.notes).toContain('Deployment web was left out: see its problems.');
  });

  it('in JSON has its line too', () => {
    const text = list(pod('a'), pod('b', { spec: { priority: 'high' } }));
    const place = placeIn(text, '"high"');
    expect(problems(clusterOf(text))).toBe(
      `${place} spec.priority: wrong kind of value; expected a whole number, got "high".`,
    );
  });

  it.each<[string, readonly object[], string]>([
    [
      'an unknown kind near to one',
      [{ apiVersion: 'apps/v1', kind: 'Deploymnet', metadata: {} }],
      'did you mean Deployment?',
    ],
    ['a missing kind', [{ metadata: { name: 'a' } }], 'kind is missing'],
    ['a missing name', [{ apiVersion: 'v1', kind: 'Pod', spec: {} }], 'metadata.name is missing'],
    ['a name used twice', [pod('a'), pod('a')], 'Pod a stands twice: the first, in file-0 line 4, counts'],
    [
      'an old version',
      [{ apiVersion: 'autoscaling/v2beta2', kind: 'HorizontalPodAutoscaler' }],
      'autoscaling/v1 or autoscaling/v2',
    ],
    ['absurd amounts', [pod('a', { spec: { overhead: { cpu: '9Ei' } } })], 'at most 2^63 - 1'],
    [
      'absurd replicas',
      [workload('Deployment', 'a', { replicas: 1e9 })],
      'more than a cluster may hold; 150000 are made',
    ],
    [
      'a selector that does not match its own pods',
      [workload('Deployment', 'a', { selector: { matchLabels: { app: 'b' } } })],
      'the selector of Deployment a does not match its own template',
    ],
  ])('%s', (_what, items, words) => {
    expect(problems(clusterOf(list(...items))).toLowerCase()).toContain(words.toLowerCase());
  });

  it('kinds of other groups are no core kinds', () => {
    const cluster = clusterOf(list({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'a' } }));
    expect(cluster.report.notes).toEqual(['1 Service of serving.knative.dev was not read.']);
  });

  it('selectors that match nothing and autoscalers without requests are told with their line', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } } },
    ];
    const scaler = (name: string, target: string) => ({
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name } },
      spec: { scaleTargetRef: { kind: 'Deployment', name: target }, maxReplicas: 3, metrics },
    });
    const cluster = clusterOf(
      list(
        workload('Deployment', 'web', {}),
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'nothing' } } },
        scaler('one', 'web'),
        scaler('two', 'gone'),
      ),
    );
    expect(cluster.report.notes).toEqual([
      'file-0:37 Service s selects no pod; compare its selector with the labels of the pods in namespace default.',
      'file-0:49 HorizontalPodAutoscaler one measures memory against requests, but Deployment web requests none in c: it would never scale. Add resources.requests.memory.',
      'file-0:75 HorizontalPodAutoscaler two scales Deployment gone, which the manifests do not hold.',
    ]);
  });
});

describe('files', () => {
  it('that are cut in the middle are told, and what came before is read', () => {
    const text = list(pod('whole'), pod('half'));
    const cluster = clusterOf(text.slice(0, text.lastIndexOf('"phase"')));
    expect(names(cluster)).toEqual(['whole']);
    expect(cluster.report.cut).toBe(true);
    expect(problems(cluster)).toBe(
      'file-0:35:1 the file ends in the middle of an object, Pod half which begins in line 21; 1 whole objects before that were read. Write the file anew, and look whether the disk is full or the command was stopped.',
    );
  });

  it.each([
    ['', 'the file is empty'],
    ['error: You must be logged in to the server', 'kind is missing'],
    ['{"kind":"List","items":[{"kind":"Pod",,}]}', 'this is not valid JSON, and the object Pod was left out'],
    ['Warning\n', 'this is not a Kubernetes object'],
    ['{"kind":"List","items":[]}\nerror: timeout', 'there is text outside of the JSON'],
    ['{"kind":"List","items":[null,\n5, "x"]}', 'an item of the list is no object and was left out'],
    ['[{"kind":"Namespace","metadata":{"name":"a"}}, "x, y"]', 'an item of the list is no object and was left out'],
    ['a: [1', 'this is not valid YAML'],
    ['kind: Pod\n'.repeat(500_000), 'the YAML file is too large'],
  ])('%#', (text, words) => {
    expect(problems(clusterOf(text))).toContain(words);
  });

  it('may be lists in YAML, typed lists, and several documents', () => {
    const yaml = `# first\n---\nkind: List\nitems:\n- ${JSON.stringify(pod('a'))}\n---\n${JSON.stringify(pod('b'))}\n`;
    const typed = JSON.stringify({ kind: 'PodList', items: [{ ...pod('c'), kind: undefined }] });
    expect(names(clusterOf(yaml, typed))).toEqual(['a', 'b', 'c']);
  });
});
