import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainScheduler, Scheduler } from '../../../models/scheduling/scheduler.ts';
import type { PersistentVolume } from '../../../models/storage/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../models/storage/persistent-volume-claim.ts';
import { type AttachmentLimits, SchedulerVolumes } from '../../../models/storage/scheduler-volumes.ts';
import { VolumeController } from '../../../models/storage/volume-controller.ts';
import { nodeWith, optionsWith, shapeWith } from '../scheduling/small-cluster.ts';
import { claimWith, classWith, onHost, volumeWith } from './small-storage.ts';

const ZONE = 'topology.kubernetes.io/zone';
const NODES = ['a', 'b', 'a'].map((zone, at) =>
  nodeWith({ name: `n${at}`, labels: { 'kubernetes.io/hostname': `n${at}`, [ZONE]: zone } }),
);
const CLASSES = [
  classWith({ name: 'wait', bindingMode: 'WaitForFirstConsumer', provisioner: 'kubernetes.io/no-provisioner' }),
  classWith({
    name: 'made',
    bindingMode: 'WaitForFirstConsumer',
    allowedTopologies: [[{ key: ZONE, values: ['b'] }]],
    topologyKeys: [ZONE],
  }),
];

interface Wish {
  volumes?: readonly PersistentVolume[];
  claims?: readonly PersistentVolumeClaim[];
  /** Claims of each pod. */
  pods: readonly (readonly string[])[];
  limits?: AttachmentLimits;
}

function world({ volumes = [], claims = [], pods, limits = new Map() }: Wish, Kind = Scheduler) {
  const controller = new VolumeController({ volumes, classes: CLASSES });
  for (const claim of claims) controller.addClaim(claim);
  const binder = new SchedulerVolumes(controller, limits);
  const shapes = pods.map((names, at) => shapeWith({ name: `s${at}`, cpuMilli: 100, memoryMib: 10, claims: names }));
  const numbered = shapes.map((_, shape) => ({ name: `p${shape}`, shape, service: -1 }));
  const scheduler = new Kind(NODES, shapes, numbered, optionsWith({ volumes: binder }));
  return { controller, binder, scheduler, shapes };
}

function refusals(scheduler: Scheduler, pod: number) {
  return scheduler
    .explain(pod)
    .verdicts.map(({ refusedBy, code, reasons }) => [refusedBy, code, ...reasons].join(' ').trim());
}

const waiting = (name: string, requestBytes = 50) => claimWith({ name, requestBytes, storageClass: 'wait' });
const local = (name: string, host: string, capacityBytes = 100) =>
  volumeWith({ name, storageClass: 'wait', nodeAffinity: onHost(host), capacityBytes });

describe('pods whose claims wait for them', () => {
  it('never share a volume, and every bound volume is within reach of its pod', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 });
    const asks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, asks, fc.boolean(), (offers, sizes, bindAtOnce) => {
        const wish = {
          volumes: offers.map(([node, size], at) => local(`v${at}`, `n${node}`, size * 10)),
          claims: sizes.map((size, at) => waiting(`q${at}`, size * 10)),
          pods: sizes.map((_, at) => [`q${at}`]),
        };
        const [ours, plain] = [world(wish), world(wish, PlainScheduler)];
        const placed = sizes.map((_, pod) => {
          const { node } = ours.scheduler.schedule(pod);
          expect(plain.scheduler.schedule(pod).node).toBe(node);
          if (bindAtOnce && node >= 0) for (const { binder, shapes } of [ours, plain]) binder.bind(shapes[pod]!);
          return node;
        });
        for (const shape of ours.shapes) ours.binder.bind(shape);
        const owners = [...ours.controller.volumes.values()].filter(({ claim }) => claim !== null);
        expect(owners).toHaveLength(placed.filter((node) => node >= 0).length);
        placed.forEach((node, pod) => {
          const state = ours.controller.claims.get(`default/q${pod}`)!;
          expect(state.phase).toBe(node >= 0 ? 'Bound' : 'Pending');
          if (node < 0) return;
          expect(ours.controller.volumes.get(state.volumeName)!.volume.nodeAffinity).toEqual(onHost(`n${node}`));
        });
      }),
    );
  });

  it('give back what they took when they are not bound after all', () => {
    const { scheduler, binder, shapes } = world({
      volumes: [local('v', 'n1')],
      claims: [waiting('q0'), waiting('q1')],
      pods: [['q0'], ['q1']],
    });
    expect(scheduler.schedule(0).node).toBe(1);
    expect(scheduler.schedule(1).node).toBe(-1);
    scheduler.forget(0);
    binder.unreserve(shapes[0]!);
    expect(scheduler.schedule(1).node).toBe(1);
  });

  it('get volumes made where the class allows', () => {
    const { scheduler, binder, controller, shapes } = world({
      claims: [claimWith({ name: 'q0', storageClass: 'made' })],
      pods: [['q0']],
    });
    expect(scheduler.schedule(0).node).toBe(1);
    binder.bind(shapes[0]!);
    expect(controller.claims.get('default/q0')).toMatchObject({ phase: 'Bound', capacityBytes: 50 });
    const { nodeAffinity } = controller.volumes.get('pvc-default-q0')!.volume;
    expect(nodeAffinity).toEqual([{ expressions: [{ key: ZONE, operator: 'In', values: ['b'] }] }]);
  });
});

describe('refusals', () => {
  it('of a pod whose claim does not exist, or is to be bound without it', () => {
    const { scheduler } = world({ claims: [claimWith({ name: 'q0' })], pods: [['gone'], ['q0']] });
    const unresolvable = 'UnschedulableAndUnresolvable';
    expect(new Set(refusals(scheduler, 0))).toEqual(
      new Set([`VolumeRestrictions ${unresolvable} persistentvolumeclaim "gone" not found`]),
    );
    const text = 'pod has unbound immediate PersistentVolumeClaims';
    expect(new Set(refusals(scheduler, 1))).toEqual(new Set([`VolumeBinding ${unresolvable} ${text}`]));
    expect(scheduler.preempt(1).message).toBe(
      `0/3 nodes are available: ${text}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    );
    expect(scheduler.schedule(1).refusals).toEqual([{ plugin: 'VolumeBinding', reason: text, count: 3 }]);
  });

  it('of nodes out of reach of a bound volume, or of another zone', () => {
    const { scheduler } = world({
      volumes: [
        volumeWith({ name: 'v0', nodeAffinity: onHost('n2'), capacityBytes: 50 }),
        volumeWith({ name: 'v1', labels: { [ZONE]: 'b__c' } }),
      ],
      claims: [claimWith({ name: 'q0' }), claimWith({ name: 'q1' })],
      pods: [['q0'], ['q1']],
    });
    const out = 'VolumeBinding UnschedulableAndUnresolvable node(s) had volume node affinity conflict';
    expect(refusals(scheduler, 0)).toEqual([out, out, '']);
    const zone = 'VolumeZone UnschedulableAndUnresolvable node(s) had no available volume zone';
    expect(refusals(scheduler, 1)).toEqual([zone, '', zone]);
  });

  it('of every node while another pod has a claim for one pod alone', () => {
    const { scheduler } = world({
      volumes: [volumeWith({ name: 'v', accessModes: ['ReadWriteOncePod'] })],
      claims: [claimWith({ name: 'q0', accessModes: ['ReadWriteOncePod'] })],
      pods: [['q0'], ['q0']],
    });
    scheduler.schedule(0);
    const text = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
    expect(new Set(refusals(scheduler, 1))).toEqual(new Set([`VolumeRestrictions Unschedulable ${text}`]));
    scheduler.forget(0);
    expect(scheduler.schedule(1).node).toBe(0);
  });

  it('of nodes that have as many volumes of the driver as they can attach', () => {
    const csi = (handle: string) => ({ driver: 'disk.example.com', handle });
    const { scheduler } = world({
      volumes: [0, 1].map((at) => volumeWith({ name: `v${at}`, csi: csi(`h${at}`) })),
      claims: [claimWith({ name: 'q0' }), claimWith({ name: 'q1' })],
      pods: [['q0'], ['q1'], ['q0']],
      limits: new Map([['n0', new Map([['disk.example.com', 1]])]]),
    });
    scheduler.assume(0, 0, 0);
    expect(refusals(scheduler, 1)).toEqual(['NodeVolumeLimits Unschedulable node(s) exceed max volume count', '', '']);
    expect(refusals(scheduler, 2)).toEqual(['', '', '']);
  });
});
