import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessMode, PersistentVolume } from '../../../models/storage/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../models/storage/persistent-volume-claim.ts';
import { VolumeController } from '../../../models/storage/volume-controller.ts';
import { claimWith, classWith, volumeWith } from './small-storage.ts';

const MODES: readonly AccessMode[] = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

const common = fc.record({
  accessModes: fc.oneof(
    { weight: 3, arbitrary: fc.constant<AccessMode[]>(['ReadWriteOnce']) },
    { weight: 1, arbitrary: fc.subarray([...MODES], { minLength: 1 }) },
  ),
  storageClass: fc.constantFrom('', '', '', '', 'fast', 'wait'),
  volumeMode: fc.constantFrom('Filesystem' as const, 'Filesystem' as const, 'Block' as const),
});
const volumes = fc
  .array(
    fc.record({
      common,
      size: fc.integer({ min: 1, max: 12 }),
      owner: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 1 }),
    }),
  )
  .map((list) =>
    list.map(({ common: own, size, owner }, at) => {
      const claimRef = owner === null ? null : { namespace: 'default', name: `q${owner}` };
      return volumeWith({ name: `v${10 + at}`, ...own, capacityBytes: size * 10, claimRef });
    }),
  );
const claims = fc
  .array(
    fc.record({
      common,
      size: fc.integer({ min: 1, max: 12 }),
      named: fc.option(fc.integer({ min: 10, max: 14 }), { freq: 1 }),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ common: own, size, named }, at) =>
      claimWith({ name: `q${at}`, ...own, requestBytes: size * 10, volumeName: named === null ? '' : `v${named}` }),
    ),
  );

const CLASSES = [classWith({ name: 'fast' }), classWith({ name: 'wait', bindingMode: 'WaitForFirstConsumer' })];

function run(all: readonly PersistentVolume[], asked: readonly PersistentVolumeClaim[]): VolumeController {
  const controller = new VolumeController({ volumes: all, classes: CLASSES });
  for (const claim of asked) controller.addClaim(claim);
  return controller;
}

describe('binding, for random volumes and claims', () => {
  it('gives no volume to two claims, and says of both sides the same', () => {
    fc.assert(
      fc.property(volumes, claims, (all, asked) => {
        const controller = run(all, asked);
        const bound = [...controller.claims.values()].filter(({ phase }) => phase === 'Bound');
        expect(new Set(bound.map(({ volumeName }) => volumeName)).size).toBe(bound.length);
        for (const { claim, volumeName, capacityBytes } of bound) {
          const state = controller.volumes.get(volumeName)!;
          expect(state).toMatchObject({ phase: 'Bound', claim: { namespace: 'default', name: claim.name } });
          expect(capacityBytes).toBe(state.volume.capacityBytes);
          expect(capacityBytes).toBeGreaterThanOrEqual(claim.requestBytes);
        }
      }),
    );
  });

  it('takes no volume while a smaller one with the same modes would do', () => {
    fc.assert(
      fc.property(volumes, claims, (all, asked) => {
        for (const { claim, phase, volumeName } of run(all, asked).claims.values()) {
          const own = all.find(({ name }) => name === volumeName);
          if (phase !== 'Bound' || claim.volumeName !== '' || own === undefined || own.claimRef !== null) continue;
          const before = run(all, asked.slice(0, asked.indexOf(claim)));
          const smaller = all.filter(
            (one) =>
              one.capacityBytes >= claim.requestBytes &&
              one.capacityBytes < own.capacityBytes &&
              one.storageClass === own.storageClass &&
              one.volumeMode === own.volumeMode &&
              String(one.accessModes) === String(own.accessModes) &&
              before.volumes.get(one.name)!.claim === null,
          );
          expect(smaller).toEqual([]);
        }
      }),
    );
  });

  it('does not hang on names or on the order in which volumes were made', () => {
    fc.assert(
      fc.property(volumes, claims, (all, asked) => {
        const renamed = all.map((one) => ({ ...one, name: `x${one.name}` })).reverse();
        const again = asked.map((one) => ({ ...one, volumeName: one.volumeName && `x${one.volumeName}` }));
        const names = (controller: VolumeController): string[] =>
          [...controller.claims.values()].map(({ phase, volumeName }) => `${phase} ${volumeName.replace(/^x/, '')}`);
        expect(names(run(renamed, again))).toEqual(names(run(all, asked)));
      }),
    );
  });

  it('a second look changes nothing while no volume comes', () => {
    fc.assert(
      fc.property(volumes, claims, (all, asked) => {
        const controller = run(all, asked);
        const phases = (): string[] => [...controller.claims.values()].map(({ phase }) => phase);
        const before = phases();
        controller.retry();
        expect(phases()).toEqual(before);
      }),
    );
  });
});

describe('a claim', () => {
  it('gets the volume of fewest modes, even where one of more modes is smaller', () => {
    const many = volumeWith({ name: 'a', capacityBytes: 60, accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] });
    const controller = run([many, volumeWith({ name: 'b', capacityBytes: 90 })], [claimWith({ name: 'q0' })]);
    expect(controller.claims.get('default/q0')!.volumeName).toBe('b');
  });

  it('gets a volume that is reserved for it whatever its class', () => {
    const claimRef = { namespace: 'default', name: 'q0' };
    const other = volumeWith({ name: 'a', storageClass: 'other', claimRef, capacityBytes: 500 });
    const controller = run([other, volumeWith({ name: 'b' })], [claimWith({ name: 'q0' })]);
    expect(controller.claims.get('default/q0')!.volumeName).toBe('a');
  });

  it('that is bound at once is told who will make its volume', () => {
    const state = run([], [claimWith({ name: 'q0', storageClass: 'fast' })]).claims.get('default/q0')!;
    expect(state.events.map(({ reason }) => reason)).toEqual(['ExternalProvisioning']);
  });

  it('that is deleted lets go of its volume as the policy says', () => {
    const letGo = (reclaimPolicy: PersistentVolume['reclaimPolicy']) => {
      const controller = run([volumeWith({ name: 'v', reclaimPolicy })], [claimWith({ name: 'q0' })]);
      controller.deleteClaim('default/q0');
      const next = controller.addClaim(claimWith({ name: 'q1' }));
      return [controller.volumes.get('v')?.phase, next.phase];
    };
    expect(letGo('Retain')).toEqual(['Released', 'Pending']);
    expect(letGo('Delete')).toEqual([undefined, 'Pending']);
    expect(letGo('Recycle')).toEqual(['Bound', 'Bound']);
  });
});
