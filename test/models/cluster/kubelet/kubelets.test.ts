import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrashBackoff } from '../../../../models/cluster/kubelet/crash-backoff.ts';
import { NodeLinks } from '../../../../models/cluster/kubelet/node-links.ts';
import { KUBELET_TIMES } from '../../../../models/cluster/kubelet/pod-runtime.ts';
import { failsNs, PROBE_DEFAULTS, succeedsNs } from '../../../../models/cluster/kubelet/probe.ts';
import { verdictOnStart } from '../../../../models/cluster/kubelet/verdict.ts';
import { ReplicaSet } from '../../../../models/cluster/workload/replica-set.ts';
import { SECOND, SmallCluster, type SmallClusterOptions } from '../workload/small-cluster.ts';

/** One pod of a ReplicaSet, and what was told of it. */
function onePod(options: SmallClusterOptions): {
  cluster: SmallCluster;
  set: ReplicaSet;
  pod: () => number;
  times: (stage: string) => number[];
} {
  const cluster = new SmallCluster({ nodes: 2, ...options });
  const set = cluster.manager.add(
    (object) => new ReplicaSet(cluster.manager, object, { name: 'rs', template: 0, replicas: 1 }),
  );
  const times = (stage: string): number[] =>
    cluster.told.filter(([, words]) => words.startsWith(stage)).map(([seconds]) => Math.round(seconds * 10) / 10);
  return { cluster, set, pod: () => set.active()[0]!, times };
}

describe('the pause before a container starts again', () => {
  it('is none, then 10 s doubling to 300 s, and begins anew after ten quiet minutes', () => {
    const backoff = new CrashBackoff();
    let atNs = 0;
    const pauses: number[] = [];
    for (let exit = 0; exit < 8; exit++) {
      const startNs = backoff.nextStartNs(atNs);
      pauses.push((startNs - atNs) / SECOND);
      atNs = startNs + SECOND;
    }
    expect(pauses).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(backoff.nextStartNs(atNs + 601 * SECOND)).toBe(atNs + 601 * SECOND);
  });
});

describe('probes as instants', () => {
  const probe = { ...PROBE_DEFAULTS, initialDelayNs: 5 * SECOND, successThreshold: 2 };

  it('count from the start of the container', () => {
    expect(succeedsNs(probe, 0, 0)).toBe(15 * SECOND);
    expect(succeedsNs(probe, 0, 7 * SECOND)).toBe(25 * SECOND);
    expect(failsNs(probe, 0, 7 * SECOND)).toBe(36 * SECOND);
  });

  it('agree with probes that are made one by one', () => {
    fc.assert(
      fc.property(
        fc.record({
          initialDelayNs: fc.nat(20),
          periodNs: fc.integer({ min: 1, max: 15 }),
          timeoutNs: fc.constant(1),
          successThreshold: fc.integer({ min: 1, max: 3 }),
          failureThreshold: fc.integer({ min: 1, max: 5 }),
        }),
        fc.nat(100),
        (each, answersNs) => {
          let row = 0;
          let foundNs = -1;
          let failures = 0;
          let gaveUpNs = Number.POSITIVE_INFINITY;
          for (let atNs = each.initialDelayNs; foundNs < 0 && gaveUpNs === Infinity; atNs += each.periodNs) {
            row = atNs >= answersNs ? row + 1 : 0;
            failures = atNs >= answersNs ? 0 : failures + 1;
            if (row === each.successThreshold) foundNs = atNs;
            if (failures === each.failureThreshold) gaveUpNs = atNs + each.timeoutNs;
          }
          const verdict = verdictOnStart(
            { images: [], initNs: [], restart: 'Always', preStopNs: 0, graceNs: 0, startup: each },
            0,
            answersNs,
          );
          expect(verdict.finding).toBe(foundNs >= 0 ? 'ready' : 'killed');
          expect(verdict.atNs).toBe(foundNs >= 0 ? foundNs : gaveUpNs);
        },
      ),
    );
  });
});

describe('a pod on its node', () => {
  it('comes up in order, and each part takes its time', () => {
    const { cluster, times, set } = onePod({
      times: KUBELET_TIMES,
      runtimes: [{ images: [7], initNs: [2 * SECOND, SECOND], readiness: PROBE_DEFAULTS }],
      application: { startNs: () => 3 * SECOND },
      services: {
        attach: (_node, _pod, done) => later(0.1, () => done(true)),
        pull: (_node, _image, done) => later(5, () => done(true)),
        detach: () => {},
      },
    });
    const steps: (() => void)[] = [];
    const kind = cluster.sim.kind('later', (step) => steps[step]!());
    function later(seconds: number, step: () => void): void {
      steps.push(step);
      cluster.sim.after(Math.round(seconds * SECOND), kind, steps.length - 1);
    }
    cluster.run(60);
    // Bound after 2 ms, seen after 22 ms, sandbox 0.2 s, network 0.1 s, image 5 s, two init containers, start.
    expect(times('networked')).toEqual([0.3]);
    expect(times('pulled')).toEqual([5.3]);
    expect(times('initialised')).toEqual([8.9]);
    expect(times('started')).toEqual([9.2]);
    // The probe of the tenth second after the start finds it.
    expect(times('ready')).toEqual([19.2]);
    expect(set.available).toBe(1);
  });

  it('is started again after a crash, with pauses that grow', () => {
    const { cluster, times, pod } = onePod({ application: { runNs: () => SECOND, endsWell: () => false } });
    cluster.run(700);
    expect(times('started').map(Math.round)).toEqual([0, 1, 12, 33, 74, 155, 316, 617]);
    expect(cluster.pods.restarts[pod()]).toBe(7);
  });

  it('is not Ready while its application is silent, and is killed if liveness says so', () => {
    const { cluster, times, pod } = onePod({
      runtimes: [{ readiness: { ...PROBE_DEFAULTS, periodNs: 2 * SECOND }, liveness: PROBE_DEFAULTS }],
    });
    cluster.run(10.5);
    const row = pod();
    cluster.kubelets.setHealthy(row, false);
    expect(cluster.kubelets.answers(row)).toBe(false);
    cluster.run(100);
    // Readiness asks at 12, 14, 16 (and waits 1 s); liveness at 20, 30, 40.
    expect(times('unready')).toEqual([17]);
    expect(times('exited')).toEqual([41]);
    expect(cluster.pods.ready[row]).toBe(1);
    expect(cluster.pods.restarts[row]).toBe(1);
  });

  it('comes back when its application answers in time', () => {
    const { cluster, times, pod } = onePod({
      runtimes: [{ readiness: { ...PROBE_DEFAULTS, periodNs: 2 * SECOND }, liveness: PROBE_DEFAULTS }],
    });
    cluster.run(10.5);
    cluster.kubelets.setHealthy(pod(), false);
    cluster.run(20);
    cluster.kubelets.setHealthy(pod(), true);
    cluster.run(60);
    expect(times('exited')).toEqual([]);
    expect(times('ready')).toEqual([0, 32]);
  });

  it('is given its grace and no more when it is told to end', () => {
    for (const [stop, expected] of [
      [4, 14],
      [100, 40],
    ] as const) {
      const { cluster, times, pod } = onePod({ application: { stopNs: () => stop * SECOND } });
      cluster.run(10);
      cluster.manager.deleteNow(pod());
      cluster.run(60);
      expect(times('stopped')).toEqual([expected]);
      expect(cluster.pods.count).toBe(1);
    }
  });

  it('waits for its turn to pull: one image at a time on a node', () => {
    const cluster = new SmallCluster({
      nodes: 1,
      runtimes: [{ images: [1] }],
      services: {
        attach: (_node, _pod, done) => done(true),
        detach: () => {},
        pull: (_node, _image, done) => {
          waiting.push(() => done(true));
          cluster.sim.after(3 * SECOND, kind);
        },
      },
    });
    const waiting: (() => void)[] = [];
    const kind = cluster.sim.kind('pulled', () => waiting.shift()!());
    cluster.manager.add((object) => new ReplicaSet(cluster.manager, object, { name: 'rs', template: 0, replicas: 4 }));
    cluster.run(20);
    expect(cluster.told.filter(([, words]) => words.startsWith('pulled')).map(([at]) => Math.round(at))).toEqual([
      3, 6, 9, 12,
    ]);
  });

  it('tries again after 10 s, 20 s, ... when an image cannot be had', () => {
    const tries: number[] = [];
    const { cluster } = onePod({
      runtimes: [{ images: [1] }],
      services: {
        attach: (_node, _pod, done) => done(true),
        detach: () => {},
        pull: (_node, _image, done) => {
          tries.push(Math.round(cluster.seconds));
          done(tries.length === 4);
        },
      },
    });
    cluster.run(200);
    expect(tries).toEqual([0, 10, 30, 70]);
  });
});

describe('the line to a node', () => {
  it('keeps words of both sides while it is cut, in order, and loses what a dead kubelet had not said', () => {
    const links = new NodeLinks();
    const said: number[] = [];
    const say = (saying: number, way: 'toServer' | 'toNode'): void =>
      links[way](0, { pod: 1, life: 1, saying }, (word) => said.push(word.saying));
    say(1, 'toServer');
    links.cut(0, false);
    say(2, 'toServer');
    say(3, 'toNode');
    links.cut(0, true);
    say(4, 'toServer');
    say(5, 'toNode');
    expect(said).toEqual([1]);
    links.revive(0);
    links.mend(0);
    expect(said).toEqual([1, 3, 5]);
  });
});

describe('a node in trouble', () => {
  it('dies with its pods, says nothing, and starts what is still its own when it is back', () => {
    const { cluster, pod } = onePod({});
    cluster.run(5);
    const row = pod();
    const node = cluster.pods.node[row]!;
    cluster.kubelets.nodeDied(node);
    cluster.run(100);
    expect(cluster.kubelets.answers(row)).toBe(false);
    expect(cluster.pods.ready[row]).toBe(1);
    cluster.kubelets.nodeBack(node);
    cluster.run(5);
    expect(cluster.kubelets.answers(row)).toBe(true);
    expect(cluster.pods.restarts[row]).toBe(1);
  });

  it('that is cut off goes on serving, and ends a deleted pod only when it hears', () => {
    const { cluster, pod, set } = onePod({ application: { stopNs: () => 2 * SECOND } });
    cluster.run(5);
    const row = pod();
    const node = cluster.pods.node[row]!;
    cluster.kubelets.unreachable(node);
    cluster.manager.deleteNow(row);
    cluster.run(100);
    expect(cluster.kubelets.answers(row)).toBe(true);
    // Its owner has made another one meanwhile.
    expect(set.available).toBe(1);
    expect(cluster.pods.count).toBe(2);
    cluster.kubelets.reachable(node);
    cluster.run(5);
    expect(cluster.pods.count).toBe(1);
  });

  it('that dies while a pod ends finishes the end when it is back', () => {
    const { cluster, pod } = onePod({ application: { stopNs: () => 20 * SECOND } });
    cluster.run(5);
    const row = pod();
    const node = cluster.pods.node[row]!;
    cluster.manager.deleteNow(row);
    cluster.run(5);
    cluster.kubelets.nodeDied(node);
    cluster.run(500);
    expect(cluster.pods.count).toBe(2);
    cluster.kubelets.nodeBack(node);
    cluster.run(5);
    expect(cluster.pods.count).toBe(1);
  });
});
