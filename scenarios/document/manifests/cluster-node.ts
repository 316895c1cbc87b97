/**
 * A Kubernetes node as the scheduler sees it.
 *
 * Source: Kubernetes 1.34 API `core/v1` Node; what pods may request is `status.allocatable`, and the capacity where that
 * is absent, as the API server fills it in. Pure and tolerant: what has the wrong type reads as absent.
 * Leaves out: conditions (the taints that follow from them are what counts), addresses, daemon endpoints.
 */
import type { ClusterNode, NodeImage, Resources } from '../../../models/cluster/node.ts';
import type { Taint } from '../../../models/cluster/toleration.ts';
import { at, type JsonObject, labelsAt, listAt, mapAt, numberAt, textAt, textsAt } from './json.ts';
import { bytesOf, cpuMilliOf } from './quantity.ts';

/** Bytes in a MiB. */
const MIB = 2 ** 20;
/** The kubelet's `--max-pods` when a node says nothing. */
const PODS_MAX_DEFAULT = 110;

/** The node of a Node object, or of `{ name, labels, taints, unschedulable, allocatable, images }`. */
export function clusterNodeOf(body: JsonObject, rack = 0): ClusterNode {
  const capacity = amountsOf(body, 'capacity', 'allocatable');
  const allocatable = amountsOf(body, 'allocatable', 'capacity');
  const extended = extendedOf(allocatable);
  const images = imagesOf(body);
  return {
    name: textAt(body, 'metadata', 'name') || textAt(body, 'name'),
    rack,
    labels: { ...labelsAt(body, 'labels'), ...labelsAt(body, 'metadata', 'labels') },
    taints: taintsOf(body),
    capacity: resourcesOf(capacity),
    allocatable: resourcesOf(allocatable),
    gpuModel: '',
    podsMax: podsMaxOf(allocatable),
    ...(at(body, 'spec', 'unschedulable') === true || at(body, 'unschedulable') === true
      ? { unschedulable: true }
      : {}),
    ...(Object.keys(extended).length === 0 ? {} : { extended }),
    ...(images.length === 0 ? {} : { images }),
  };
}

/** The amounts under one name, or under the other where the first is absent. */
function amountsOf(body: JsonObject, name: string, other: string): JsonObject {
  const places = [mapAt(body, 'status', name), mapAt(body, name), mapAt(body, 'status', other), mapAt(body, other)];
  return places.find((place) => Object.keys(place).length > 0) ?? {};
}

function resourcesOf(amounts: JsonObject): Resources {
  return { cpuMilli: cpuMilliOf(at(amounts, 'cpu')), memoryMib: bytesOf(at(amounts, 'memory')) / MIB, gpus: 0 };
}

function podsMaxOf(amounts: JsonObject): number {
  const pods = at(amounts, 'pods');
  return pods === undefined ? PODS_MAX_DEFAULT : bytesOf(pods);
}

function extendedOf(amounts: JsonObject): Record<string, number> {
  const others = Object.keys(amounts).filter((name) => !['cpu', 'memory', 'pods'].includes(name));
  return Object.fromEntries(others.sort().map((name) => [name, bytesOf(amounts[name])]));
}

function taintsOf(body: JsonObject): Taint[] {
  return [...listAt(body, 'spec', 'taints'), ...listAt(body, 'taints')].map((one) => ({
    key: textAt(one, 'key'),
    value: textAt(one, 'value'),
    effect: textAt(one, 'effect') as Taint['effect'],
  }));
}

function imagesOf(body: JsonObject): NodeImage[] {
  return [...listAt(body, 'status', 'images'), ...listAt(body, 'images')].map((one) => ({
    names: textsAt(one, 'names'),
    sizeBytes: numberAt(one, 'sizeBytes') ?? 0,
  }));
}
