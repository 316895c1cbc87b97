/** Version skew and waves: no kubelet too old or too new, no more nodes away than allowed, and a halt where health fails. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOfPath, fitsControlPlane, upgradeSteps } from '../../../../models/federation/upgrade/version-skew.ts';
import { faultsOfWaves, UpgradeWaves, type WavesPlan } from '../../../../models/federation/upgrade/waves.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

const S = NS_PER_SECOND;

describe('version skew', () => {
  it('a kubelet may be three behind since 1.25, two before, and never ahead', () => {
    expect([31, 32, 33, 34, 35].map((kubelet) => fitsControlPlane(kubelet, 34))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(fitsControlPlane(30, 34)).toBe(false);
    expect([22, 23, 24, 25].map((kubelet) => fitsControlPlane(kubelet, 26))).toEqual([false, false, true, true]);
  });

  it('the control plane goes first, one by one, and kubelets follow as late as they may', () => {
    const words = (controlPlane: number, kubelets: number, to: number): string =>
      upgradeSteps({ controlPlane, kubelets, to })
        .map(({ part, minor }) => `${part[0]}${minor}`)
        .join(' ');
    expect(words(33, 33, 34)).toBe('c34 k34');
    expect(words(30, 30, 35)).toBe('c31 c32 c33 k33 c34 c35 k35');
    expect(words(34, 32, 34)).toBe('k34');
    expect(words(34, 34, 34)).toBe('');
    expect(faultsOfPath({ controlPlane: 34, kubelets: 30, to: 35 })).toMatchObject([{ path: ['kubelets'] }]);
    expect(faultsOfPath({ controlPlane: 34, kubelets: 34, to: 33 })).toMatchObject([{ path: ['to'] }]);
  });

  it('no step breaks a rule, and no shorter path has fewer drains', () => {
    const path = fc.record({ controlPlane: fc.integer({ min: 20, max: 36 }), behind: fc.nat(3), on: fc.nat(12) });
    fc.assert(
      fc.property(path, ({ controlPlane, behind, on }) => {
        const kubelets = controlPlane - behind;
        fc.pre(fitsControlPlane(kubelets, controlPlane));
        let [plane, kubelet, drains] = [controlPlane, kubelets, 0];
        for (const { part, minor } of upgradeSteps({ controlPlane, kubelets, to: controlPlane + on })) {
          if (part === 'control-plane') expect(minor).toBe(plane + 1);
          else drains += 1;
          if (part === 'control-plane') plane = minor;
          else kubelet = minor;
          expect(fitsControlPlane(kubelet, plane)).toBe(true);
        }
        expect([plane, kubelet]).toEqual([controlPlane + on, controlPlane + on]);
        expect(drains).toBeLessThanOrEqual(1 + Math.ceil((on + behind) / 2));
      }),
    );
  });
});

const PLAN: WavesPlan = {
  path: { controlPlane: 33, kubelets: 33, to: 34 },
  waves: [[0], [1, 2]],
  maxUnavailable: 2,
  controlPlaneNs: 600 * S,
  nodeNs: 300 * S,
  soakNs: 3600 * S,
};

/** Three clusters of five nodes; draining takes 60 s. */
function fleet(plan: WavesPlan, sick: (timeNs: number, cluster: number) => boolean = () => false) {
  const sim = new Simulation();
  const diary: string[] = [];
  const away = [0, 0, 0];
  let most = 0;
  const write = (text: string): unknown => diary.push(`${sim.nowNs / S} ${text}`);
  const empty = sim.kind('drained', (node) => waves.drained(node));
  const waves: UpgradeWaves = new UpgradeWaves(sim, 'test', plan, {
    nodesOf: (cluster) => [0, 1, 2, 3, 4].map((node) => cluster * 10 + node),
    isHealthy: (cluster) => !sick(sim.nowNs, cluster),
    controlPlane: (cluster, minor, up) => up && write(`plane ${cluster} 1.${minor}`),
    drain: (node) => {
      most = Math.max(most, ++away[Math.floor(node / 10)]!);
      write(`drain ${node}`);
      sim.after(60 * S, empty, node);
    },
    uncordon: (node, minor) => {
      away[Math.floor(node / 10)]! -= 1;
      if (node % 10 === 4) write(`last node ${node} 1.${minor}`);
    },
  });
  waves.start();
  return { sim, waves, diary, most: () => most };
}

describe('waves', () => {
  it('control plane, nodes two at a time, a pause, the next wave', () => {
    const { sim, waves, diary, most } = fleet(PLAN);
    sim.run();
    expect([waves.state, most()]).toEqual(['done', 2]);
    expect(diary.filter((line) => !line.includes('drain'))).toEqual([
      '600 plane 0 1.34',
      // Five nodes, two at a time, 360 s each.
      '1680 last node 4 1.34',
      '5880 plane 1 1.34',
      '5880 plane 2 1.34',
      '6960 last node 14 1.34',
      '6960 last node 24 1.34',
    ]);
    expect(diary.filter((line) => line.startsWith('600 drain'))).toEqual(['600 drain 0', '600 drain 1']);
  });

  it('a cluster that fails in the pause keeps the next wave from beginning until somebody goes on', () => {
    const { sim, waves, diary } = fleet(
      PLAN,
      (timeNs, cluster) => cluster === 0 && timeNs > 2000 * S && timeNs < 9000 * S,
    );
    sim.run();
    expect([waves.state, waves.wave, diary.at(-1)]).toEqual(['halted', 0, '1680 last node 4 1.34']);
    waves.resume();
    expect(waves.state).toBe('halted');
    const later = sim.kind('later', () => waves.resume());
    sim.at(9000 * S, later);
    sim.run();
    expect([waves.state, diary.at(-1)]).toEqual(['done', '10680 last node 24 1.34']);
  });

  it('no node is drained while a cluster of the wave is not well; those that are away come back', () => {
    const { sim, waves, diary } = fleet(PLAN, (timeNs) => timeNs > 700 * S && timeNs < 2000 * S);
    sim.run();
    expect(waves.state).toBe('halted');
    expect(diary.filter((line) => line.includes('drain'))).toEqual(['600 drain 0', '600 drain 1']);
    sim.at(
      2000 * S,
      sim.kind('later', () => waves.resume()),
    );
    sim.run();
    expect(waves.state).toBe('done');
  });

  it('tells all faults at once', () => {
    const bad = { ...PLAN, maxUnavailable: 0, soakNs: -1, waves: [[0, 3], [], [0]], path: { ...PLAN.path, to: 30 } };
    expect(faultsOfWaves(bad, 3).map(({ path }) => path.join('.'))).toEqual([
      'path.to',
      'maxUnavailable',
      'soakNs',
      'waves.0.1',
      'waves.1',
      'waves.2.0',
    ]);
    expect(faultsOfWaves(PLAN, 3)).toEqual([]);
  });
});
