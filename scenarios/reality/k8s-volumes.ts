/**
 * The suite `k8s-volumes`: which claims a real Kubernetes 1.34.9 bound to which volumes, and where pods that use them went.
 *
 * Compared is every recorded claim (phase, volume, capacity, events), every volume (phase, claim) and every pod (node or
 * message). Between volumes, or nodes, that are equally good the replay goes on with the recorded one. The recording
 * cluster had the classes `fast` (bound at once) and `wffc` (waits for a pod) without provisioner. Nothing is calibrated.
 */
import type { ClusterNode } from '../../models/cluster/node.ts';
import type { Scheduler } from '../../models/scheduling/scheduler.ts';
import type { VolumeState } from '../../models/storage/matching.ts';
import type { PersistentVolumeClaim } from '../../models/storage/persistent-volume-claim.ts';
import { SchedulerVolumes } from '../../models/storage/scheduler-volumes.ts';
import { NO_PROVISIONER } from '../../models/storage/storage-class.ts';
import { VolumeController } from '../../models/storage/volume-controller.ts';
import { podShapeOf } from '../document/manifests/pod-shape.ts';
import { bytesOf } from '../document/manifests/quantity.ts';
import { persistentVolumeClaimOf, persistentVolumeOf, storageClassOf } from '../document/manifests/volumes.ts';
import { isObject, objectField, textField } from './case-reader.ts';
import { clusterOf, objectsIn } from './k8s-cluster.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** Bindings of a real volume controller, and of a real scheduler. */
export const k8sVolumesSuite: Suite = {
  name: 'k8s-volumes',
  recognises: ({ json }) =>
    isObject(json.input) && Array.isArray(json.input.pvs) && Array.isArray(json.input.pvcs) && isObject(json.observed),
  replay: replayCase,
};

/** Classes of the recording cluster; a case may bring others. */
const CLASSES: readonly JsonObject[] = [
  { name: 'fast', provisioner: NO_PROVISIONER, volumeBindingMode: 'Immediate' },
  { name: 'wffc', provisioner: NO_PROVISIONER, volumeBindingMode: 'WaitForFirstConsumer' },
];

/** The unmodified scheduler says this before it tells of preemption. */
const NO_CLAIMS_TO_DEALLOCATE = 'no new claims to deallocate, ';

function replayCase({ json }: RecordedCase): Replay {
  const input = objectField(json, 'input');
  const observed = objectField(json, 'observed');
  const controller = controllerOf(input, observed);
  for (const claim of objectsIn(input, 'pvcs')) controller.addClaim(persistentVolumeClaimOf(claim));
  const pods = objectsIn(observed, 'pods').length > 0 ? replayPods(input, observed, controller) : [];
  return {
    family: textField(json, 'family'),
    name: String(json.id),
    quantities: [...claimQuantities(observed, controller), ...volumeQuantities(observed, controller), ...pods],
  };
}

function controllerOf(input: JsonObject, observed: JsonObject): VolumeController {
  const volumes = objectsIn(input, 'pvs').map(persistentVolumeOf);
  assertUnique(volumes.map(({ name }) => name));
  assertUnique(objectsIn(input, 'pvcs').map((claim) => textField(claim, 'name')));
  const seen = new Map(objectsIn(observed, 'pvcs').map((claim) => [textField(claim, 'pvc'), claim.volumeName]));
  const choose = ({ name }: PersistentVolumeClaim, equals: readonly VolumeState[]): VolumeState =>
    equals.find(({ volume }) => volume.name === seen.get(name)) ?? equals[0];
  const classes = [...CLASSES, ...objectsIn(input, 'storageClasses')].map(storageClassOf);
  return new VolumeController({ volumes, classes, choose });
}

function assertUnique(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new CaseProblem(`The name "${twice}" is there twice.`);
}

/** Pods one by one, each decided after the one before. */
function replayPods(input: JsonObject, observed: JsonObject, controller: VolumeController): Quantity[] {
  const volumes = new SchedulerVolumes(controller);
  const bodies = objectsIn(input, 'pods');
  const cluster = clusterOf({ ...input, pendingPods: bodies }, { volumes });
  return objectsIn(observed, 'pods').flatMap((seen) => {
    const name = textField(seen, 'pod');
    const pod = cluster.podNumbers.get(name);
    if (pod === undefined) throw new CaseProblem(`"observed" tells of pod "${name}", which is not among the pods.`);
    const { best } = cluster.scheduler.explain(pod);
    const names = best.map((node) => cluster.nodes[node].name);
    const quantity = podQuantity(name, seen, names, () => messageOf(cluster.scheduler, pod, seen));
    const node = typeof seen.node === 'string' ? cluster.nodeNumbers.get(seen.node) : undefined;
    if (node !== undefined) {
      cluster.scheduler.assume(pod, node, 0);
      volumes.bind(podShapeOf(bodies[pod]));
    }
    return quantity;
  });
}

function podQuantity(name: string, seen: JsonObject, best: readonly ClusterNode['name'][], message: () => string) {
  const [node, text] = [seen.node ?? 'none', seen.message ?? 'none'];
  const ours = typeof node === 'string' && best.includes(node) ? node : ([...best].sort()[0] ?? 'none');
  return [
    judge(`${name} node`, node, ours, 'one of the best nodes'),
    judge(`${name} message`, text, best.length > 0 ? 'none' : message(), 0),
  ];
}

function messageOf(scheduler: Scheduler, pod: number, { message }: JsonObject): string {
  const ours = scheduler.preempt(pod).message;
  const unmodified = typeof message === 'string' && message.includes(NO_CLAIMS_TO_DEALLOCATE);
  return unmodified ? ours.replace(' preemption: ', ` ${NO_CLAIMS_TO_DEALLOCATE}preemption: `) : ours;
}

function claimQuantities(observed: JsonObject, { claims }: VolumeController): Quantity[] {
  const events = isObject(observed.claimEvents) ? observed.claimEvents : {};
  return objectsIn(observed, 'pvcs').flatMap((seen) => {
    const name = textField(seen, 'pvc');
    const state = claims.get(`default/${name}`);
    const ours = state?.events.map(({ reason, message }) => [reason, message]) ?? [];
    return [
      judge(`${name} phase`, seen.phase, state?.phase, 0),
      judge(`${name} volume`, seen.volumeName ?? 'none', state?.volumeName || 'none', 'one of the best volumes'),
      judge(`${name} capacity bytes`, bytesOf(seen.capacity), state?.capacityBytes, 0),
      judge(`${name} events`, inOrder(events[name] ?? []), inOrder(ours), 'the same set'),
    ];
  });
}

function volumeQuantities(observed: JsonObject, { volumes }: VolumeController): Quantity[] {
  return objectsIn(observed, 'pvs').flatMap((seen) => {
    const name = textField(seen, 'pv');
    const state = volumes.get(name);
    return [
      judge(`${name} phase`, seen.phase, state?.phase, 0),
      judge(`${name} claim`, seen.claim ?? 'none', state?.claim?.name ?? 'none', 0),
    ];
  });
}

function inOrder(events: unknown): unknown {
  return Array.isArray(events) ? events.map((event) => JSON.stringify(event)).sort() : events;
}
