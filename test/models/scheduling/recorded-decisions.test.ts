/**
 * Decisions that a real kube-scheduler 1.34.9 made on generated clusters: which nodes were refused and why, every score as an integer, and the
 * set of best nodes. Only the cases whose pods use cpu, memory, tolerations and node affinity are here.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NodeAffinity, NodeSelectorRequirement } from '../../../models/cluster/node-selector.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import type { Taint, Toleration } from '../../../models/cluster/toleration.ts';
import { type Explanation, Scheduler } from '../../../models/scheduling/scheduler.ts';
import { nodeWith, optionsWith, shapeWith } from './small-cluster.ts';

interface RecordedTerm {
  readonly matchExpressions?: readonly (Omit<NodeSelectorRequirement, 'values'> & { values?: readonly string[] })[];
}

interface RecordedPod {
  readonly name: string;
  readonly spec: {
    readonly containers: readonly { resources?: { requests?: { cpu?: string; memory?: string } } }[];
    readonly nodeName?: string;
    readonly tolerations?: readonly Partial<Toleration>[];
    readonly nodeSelector?: Record<string, string>;
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: readonly RecordedTerm[] };
        readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
          weight: number;
          preference: RecordedTerm;
        }[];
      };
    };
  };
}

type Refusals = Record<string, { plugin: string; reasons: readonly string[] }>;

interface RecordedCase {
  readonly id: number;
  readonly family: string;
  readonly input: {
    readonly nodes: readonly {
      name: string;
      labels: Record<string, string>;
      taints?: readonly Partial<Taint>[];
      allocatable: { cpu: string; memory: string; pods: string };
    }[];
    readonly existingPods?: readonly RecordedPod[];
    readonly pendingPods: readonly RecordedPod[];
  };
  readonly observed: readonly {
    readonly pod: string;
    readonly outcome: string;
    readonly node?: string;
    readonly best?: readonly string[];
    readonly feasible?: readonly string[];
    readonly failed?: Refusals;
    /** Of a pod that stayed pending. */
    readonly firstAttempt?: { readonly failed: Refusals };
    readonly scores?: Record<string, Record<string, number>>;
  }[];
}

const file = new URL('../../oracles/k8s/scheduler-plain.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly RecordedCase[] };

function cpuMilli(quantity = '0'): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

function memoryMib(quantity = '0'): number {
  const units: Record<string, number> = { Ki: 1 / 1024, Mi: 1, Gi: 1024 };
  const unit = units[quantity.slice(-2)];
  return unit === undefined ? Number(quantity) / 1048576 : Number(quantity.slice(0, -2)) * unit;
}

function termOf({ matchExpressions = [] }: RecordedTerm): NodeAffinity['required'][number] {
  return { expressions: matchExpressions.map((one) => ({ ...one, values: one.values ?? [] })) };
}

function shapeOf({ name, spec }: RecordedPod): PodShape {
  const requests = spec.containers.map((container) => container.resources?.requests ?? {});
  const affinity = spec.affinity?.nodeAffinity;
  return shapeWith({
    name,
    cpuMilli: requests.reduce((sum, { cpu }) => sum + cpuMilli(cpu), 0),
    memoryMib: requests.reduce((sum, { memory }) => sum + memoryMib(memory), 0),
    nodeSelector: spec.nodeSelector ?? {},
    tolerations: (spec.tolerations ?? []).map((one) => ({ key: '', operator: 'Equal', value: '', effect: '', ...one })),
    nodeAffinity: {
      required: (affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).map(termOf),
      preferred: (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, preference }) => ({
        weight,
        ...termOf(preference),
      })),
    },
  });
}

function schedulerFor({ input }: RecordedCase): Scheduler {
  const existing = input.existingPods ?? [];
  const all = [...existing, ...input.pendingPods];
  const nodes = input.nodes.map(({ name, labels, taints = [], allocatable }) =>
    nodeWith({
      name,
      labels,
      taints: taints.map((taint) => ({ key: '', value: '', effect: 'NoSchedule', ...taint })),
      cpuMilli: cpuMilli(allocatable.cpu),
      memoryMib: memoryMib(allocatable.memory),
      podsMax: Number(allocatable.pods),
    }),
  );
  const pods = all.map(({ name }, shape) => ({ name, shape, service: -1 }));
  const scheduler = new Scheduler(nodes, all.map(shapeOf), pods, optionsWith());
  const numbers = new Map(nodes.map(({ name }, i) => [name, i]));
  existing.forEach(({ spec }, pod) => {
    scheduler.assume(pod, numbers.get(spec.nodeName!)!, 0);
  });
  return scheduler;
}

/** What the model says, in the form of the recording. */
function inWords({ verdicts, best }: Explanation, names: readonly string[]) {
  const passed = verdicts.filter(({ refusedBy }) => refusedBy === null);
  const refused = verdicts.filter(({ refusedBy }) => refusedBy !== null);
  return {
    feasible: passed.map(({ node }) => names[node]),
    failed: refused.map(({ node, refusedBy, reasons }) => [names[node], refusedBy, reasons]),
    scores: passed.length > 1 ? passed.map(({ node, scores }) => [names[node], scores]) : [],
    best: best.map((node) => names[node]),
  };
}

function recorded({ feasible = [], scores = {}, best = [], ...rest }: RecordedCase['observed'][number]) {
  const failed = rest.failed ?? rest.firstAttempt?.failed ?? {};
  const inOrder = (list: readonly string[]): string[] =>
    [...list].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return {
    feasible: inOrder(feasible),
    failed: inOrder(Object.keys(failed)).map((name) => [name, failed[name].plugin, failed[name].reasons]),
    scores: inOrder(Object.keys(scores)).map((name) => [name, scores[name]]),
    best: inOrder(best),
  };
}

describe('decisions recorded from Kubernetes 1.34.9', () => {
  it.each(cases.map((one) => [`${one.family} ${one.id}`, one] as const))('%s', (_, one) => {
    const scheduler = schedulerFor(one);
    const names = one.input.nodes.map(({ name }) => name);
    const first = one.input.existingPods?.length ?? 0;
    one.observed.forEach((observed, i) => {
      expect(inWords(scheduler.explain(first + i), names), observed.pod).toEqual(recorded(observed));
      if (observed.outcome === 'bound') scheduler.assume(first + i, names.indexOf(observed.node!), 0);
    });
  });
});
