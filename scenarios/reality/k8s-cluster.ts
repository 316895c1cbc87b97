/**
 * The cluster of a recorded Kubernetes case: nodes, pods that were there, pods that came, objects beside them.
 */
import type { ClusterObjects } from '../../models/cluster/cluster-objects.ts';
import type { ClusterNode } from '../../models/cluster/node.ts';
import type { PodShape } from '../../models/cluster/pod.ts';
import { Scheduler, type SchedulerOptions } from '../../models/scheduling/scheduler.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { clusterNodeOf } from '../document/manifests/cluster-node.ts';
import { clusterObjectsOf } from '../document/manifests/objects.ts';
import { boundNodeOf, podShapeOf } from '../document/manifests/pod-shape.ts';
import { isObject, objectField, textField } from './case-reader.ts';
import { CaseProblem, type JsonObject } from './suite.ts';

/** Seconds between the start of a pod that was there and the start of the case, if the pod says nothing. */
const EXISTING_SINCE_SEC = -60;

/** The recording cluster had this namespace besides `default`. */
const OTHER_NAMESPACE: JsonObject = { name: 'other', labels: { team: 'x' } };

/** A recorded cluster, ready for decisions. */
export interface RecordedCluster {
  readonly nodes: readonly ClusterNode[];
  readonly scheduler: Scheduler;
  /** Number of each pod by its name. */
  readonly podNumbers: ReadonlyMap<string, number>;
  readonly nodeNumbers: ReadonlyMap<string, number>;
}

/** The list of objects in a field; empty if it is absent. @throws CaseProblem */
export function objectsIn(parent: JsonObject, name: string): readonly JsonObject[] {
  const list = parent[name] ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new CaseProblem(`"${name}" must be a list of objects.`);
}

/** The cluster of a case's `input`, with the pods that were there on their nodes. @throws CaseProblem */
export function clusterOf(input: JsonObject, options: Partial<SchedulerOptions> = {}): RecordedCluster {
  const nodes = objectsIn(input, 'nodes').map((body) => clusterNodeOf(body));
  const existing = objectsIn(input, 'existingPods');
  const bodies = [...existing, ...objectsIn(input, 'pendingPods')];
  const podNumbers = numbered(bodies.map((body) => textField(body, 'name')));
  const nodeNumbers = numbered(nodes.map(({ name }) => name));
  const scheduler = schedulerOf(nodes, bodies, existing.length, { objects: objectsOf(input), ...options });
  existing.forEach((body, pod) => {
    const name = boundNodeOf(body) ?? '';
    const node = nodeNumbers.get(name);
    if (node === undefined)
      throw new CaseProblem(`Pod ${textField(body, 'name')} is on "${name}", which is no node here.`);
    scheduler.assume(pod, node, 0);
  });
  return { nodes, scheduler, podNumbers, nodeNumbers };
}

function schedulerOf(
  nodes: readonly ClusterNode[],
  bodies: readonly JsonObject[],
  existing: number,
  options: Partial<SchedulerOptions>,
): Scheduler {
  const pods = bodies.map((body, number) => ({
    name: textField(body, 'name'),
    shape: number,
    service: -1,
    ...(number < existing ? { startedSeconds: startOf(body) } : {}),
  }));
  return new Scheduler(nodes, bodies.map(shapeOf), pods, {
    strategy: 'LeastAllocated',
    affinity: [],
    tieBreak: 'lowest-name',
    stream: new StreamSource('reality').stream('scheduling', 'ties'),
    talkersOf: () => [],
    ...options,
  });
}

function shapeOf(body: JsonObject): PodShape {
  objectField(body, 'spec');
  return podShapeOf(body);
}

function startOf({ startTimeOffsetSec }: JsonObject): number {
  return typeof startTimeOffsetSec === 'number' ? startTimeOffsetSec : EXISTING_SINCE_SEC;
}

function objectsOf(input: JsonObject): ClusterObjects {
  return clusterObjectsOf({
    namespaces: [OTHER_NAMESPACE, ...objectsIn(input, 'namespaces')],
    services: objectsIn(input, 'services'),
    disruptionBudgets: objectsIn(input, 'pdbs'),
  });
}

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map(names.map((name, number) => [name, number]));
  if (numbers.size === names.length) return numbers;
  const twice = names.find((name, number) => numbers.get(name) !== number);
  throw new CaseProblem(`The name "${twice}" is there twice.`);
}
