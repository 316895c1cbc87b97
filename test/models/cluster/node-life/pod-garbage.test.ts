/** Garbage of pods: quarantine of lost nodes, pods without a node, pods that ended, nodes that are off. */
import { describe, expect, it } from 'vitest';
import { NodeConditions, READY, TAINT } from '../../../../models/cluster/node-life/node-conditions.ts';
import { PodGarbage } from '../../../../models/cluster/node-life/pod-garbage.ts';
import { EndedPods } from '../../../../models/cluster/workload/ended-pods.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Diary, DiaryPods, tolerating } from './diary.ts';

function bench(phaseSeconds: number, loose: { terminating?: number[]; ended?: EndedPods } = {}) {
  const sim = new Simulation();
  const diary = new Diary(sim);
  const pods = new DiaryPods(diary);
  const nodes = new NodeConditions(2, 1, { readyChanged: () => {}, taintsChanged: () => {} });
  nodes.add(0, 0, READY.true);
  nodes.add(1, 0, READY.true);
  const garbage = new PodGarbage({
    sim,
    nodes,
    pods,
    loose: {
      terminatingWithoutNode: () => (loose.terminating ?? []).filter((pod) => !pods.gone.has(pod)),
      ended: loose.ended ?? new EndedPods(),
    },
    phaseNs: phaseSeconds * NS_PER_SECOND,
    endedMax: 2,
  });
  const at = (seconds: number, what: () => void): void => {
    sim.at(seconds * NS_PER_SECOND, sim.kind(`at ${seconds}`, what));
  };
  return { sim, diary, pods, nodes, garbage, at };
}

describe('garbage of pods', () => {
  it('removes the pods of a deleted node at the first pass after 40 s of quarantine, and costs three passes', () => {
    const { sim, diary, pods, nodes, garbage, at } = bench(7);
    pods.add(0, tolerating(undefined));
    pods.add(1, tolerating(undefined));
    at(10, () => {
      nodes.remove(0);
      garbage.nodeDeleted(0);
    });
    sim.run(1000 * NS_PER_SECOND);
    expect(diary.secondsOf('pod 0 DeletionByPodGC')).toEqual([67]);
    expect(diary.secondsOf('pod 0 gone')).toEqual([67]);
    expect(diary.secondsOf('pod 1 gone')).toEqual([]);
    expect(sim.dispatched).toBe(3);
  });

  it('leaves them if the node is there again', () => {
    const { sim, diary, pods, nodes, garbage, at } = bench(0);
    pods.add(0, tolerating(undefined));
    at(10, () => {
      nodes.remove(0);
      garbage.nodeDeleted(0);
    });
    at(50, () => {
      nodes.add(0, 0, READY.true);
      garbage.nodeAdded(0);
    });
    sim.run(1000 * NS_PER_SECOND);
    expect(diary.lines).toEqual([]);
  });

  it('removes pods that end and have no node at the next pass, and those that ended above the threshold, oldest first', () => {
    const ended = new EndedPods();
    const pod = { owner: 0, node: 1, template: 0, isEvicted: false };
    // In the order of their end, which is not that of their beginning; the evicted one is the youngest.
    for (const [createdNs, isEvicted] of [[40], [10], [30], [50, true]] as [number, boolean?][])
      ended.add({ ...pod, createdNs, isEvicted: isEvicted ?? false });
    const { sim, diary, garbage, at } = bench(3, { terminating: [9], ended });
    at(4, () => garbage.podLoose());
    at(22, () => expect(ended.count).toBe(4));
    sim.run(100 * NS_PER_SECOND);
    expect(diary.sorted().map((line) => line.trim())).toEqual(['23000000000 pod 9 gone']);
    expect(ended.on(1).map(({ createdNs }) => createdNs)).toEqual([40, 30]);
    expect(ended.peak).toBe(4);
  });

  it('removes what has ended on a node that is gone with the rest of it, and what a deleted owner leaves', () => {
    const ended = new EndedPods();
    const pod = { template: 0, createdNs: 0, isEvicted: false };
    ended.add({ ...pod, owner: 1, node: 0 });
    ended.add({ ...pod, owner: 2, node: 1 });
    const { sim, nodes, garbage, at } = bench(7, { ended });
    at(10, () => {
      nodes.remove(0);
      garbage.nodeDeleted(0);
    });
    at(66, () => expect(ended.on(0)).toHaveLength(1));
    at(68, () => expect(ended.on(0)).toHaveLength(0));
    sim.run(100 * NS_PER_SECOND);
    ended.ownerGone(1);
    expect(ended.on(1).map(({ owner }) => owner)).toEqual([2]);
    ended.ownerGone(2);
    expect(ended.count).toBe(0);
  });

  it('removes terminating pods of a node that somebody vouches to be off, only once it is not Ready', () => {
    const { sim, diary, pods, nodes, garbage, at } = bench(0);
    pods.add(0, tolerating(undefined));
    pods.add(0, tolerating(undefined));
    at(1, () => {
      nodes.swapTaints(0, 0, TAINT.outOfServiceNoExecute);
      garbage.outOfService(0);
      pods.terminating.add(1);
    });
    at(70, () => nodes.setReady(0, READY.unknown));
    at(90, () => nodes.swapTaints(0, TAINT.outOfServiceNoExecute, 0));
    sim.run(1000 * NS_PER_SECOND);
    expect(diary.secondsOf('pod 1 gone')).toEqual([80]);
    expect(diary.secondsOf('pod 0 gone')).toEqual([]);
  });
});
