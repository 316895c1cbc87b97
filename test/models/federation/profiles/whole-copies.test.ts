/** Federations that move whole manifests or single pods: OCM, Admiralty, Liqo, Karmada's Duplicated. */
import { describe, expect, it } from 'vitest';
import { karmada } from '../../../../models/federation/profiles/karmada.ts';
import { ocm } from '../../../../models/federation/profiles/ocm.ts';
import { admiralty, liqo } from '../../../../models/federation/profiles/virtual-nodes.ts';
import { carriedOut, request, view } from '../views.ts';

const three = () => ['a', 'b', 'c'].map((name) => view(name));

describe('Open Cluster Management', () => {
  it('puts all replicas into each of the chosen clusters, equal scores by name', () => {
    const plan = ocm(2).planner().plan(request(5, three()));
    expect(plan).toMatchObject({ replicas: [5, 5, 0], wanted: 10, unplaced: 0 });
    expect(plan.reasons).toEqual([
      'chosen by its score of 100',
      'chosen by its score of 100',
      'its score of 100 is too low',
    ]);
  });

  it('Balance: the next placement goes elsewhere', () => {
    const hub = ocm(1);
    expect(hub.planner().plan(request(1, three())).replicas).toEqual([1, 0, 0]);
    expect(hub.planner().plan(request(1, three())).replicas).toEqual([0, 1, 0]);
    // Two other placements: a and b have 1 of at most 1 decisions, so -100 each.
    const third = hub.planner().plan(request(1, three()));
    expect(third.reasons).toEqual([
      'its score of -100 is too low',
      'its score of -100 is too low',
      'chosen by its score of 100',
    ]);
  });

  it('Steady: after a loss the manifest stays where it went, for its old place is no better', () => {
    const hub = ocm(1);
    const planner = hub.planner();
    const clusters = carriedOut(three(), planner.plan(request(2, three())));
    const lost = [{ ...clusters[0]!, healthy: false }, clusters[1]!, clusters[2]!];
    const moved = carriedOut(lost, planner.plan(request(2, lost, { occasion: 'clusterLost' })));
    expect(moved.map(({ assigned }) => assigned)).toEqual([0, 2, 0]);
    const back = moved.map((one) => ({ ...one, healthy: true }));
    expect(planner.plan(request(2, back, { occasion: 'clusterBack' })).replicas).toEqual([0, 2, 0]);
  });

  it('tells of copies for which there is no cluster', () => {
    const one = [view('a'), view('b', { healthy: false })];
    expect(ocm(2).planner().plan(request(3, one))).toMatchObject({ replicas: [3, 0], wanted: 6, unplaced: 3 });
  });
});

describe("Karmada's Duplicated", () => {
  it('runs all replicas in every cluster, and again in one that comes back', () => {
    const planner = karmada('1.16', 'duplicated').planner();
    const lost = [view('a'), view('b', { healthy: false })];
    expect(planner.plan(request(3, lost))).toMatchObject({ replicas: [3, 0], wanted: 3, unplaced: 0 });
    expect(planner.plan(request(3, [view('a'), view('b')], { occasion: 'clusterBack' })).replicas).toEqual([3, 3]);
  });
});

describe.each([admiralty, liqo])('virtual nodes of $title', (profile) => {
  it('pods are spread over them one by one; where one is full the others take the rest', () => {
    const nodes = (rooms: readonly number[]) => rooms.map((available, i) => view(`v${i}`, { available }));
    expect(profile.planner().plan(request(6, nodes([10, 10, 10]))).replicas).toEqual([2, 2, 2]);
    expect(profile.planner().plan(request(9, nodes([1, 10, 10]))).replicas).toEqual([1, 4, 4]);
    expect(profile.planner().plan(request(9, nodes([1, 2, 3])))).toMatchObject({ replicas: [1, 2, 3], unplaced: 3 });
  });

  it('scaling in takes waiting pods first, then from where most stand', () => {
    const stands = [
      view('v0', { assigned: 2, ready: 2, available: 0 }),
      view('v1', { assigned: 6, ready: 6, available: 0 }),
    ];
    expect(profile.planner().plan(request(5, stands)).replicas).toEqual([2, 3]);
    const waits = [{ ...stands[0]!, ready: 0, unschedulable: 2 }, stands[1]!];
    expect(profile.planner().plan(request(6, waits)).replicas).toEqual([0, 6]);
  });

  it('pods leave a lost virtual node, and do not come back to it', () => {
    const planner = profile.planner();
    const two = [
      view('v0', { assigned: 3, ready: 3, available: 7 }),
      view('v1', { assigned: 3, ready: 3, available: 7 }),
    ];
    const lost = [{ ...two[0]!, healthy: false }, two[1]!];
    const moved = carriedOut(lost, planner.plan(request(6, lost, { occasion: 'clusterLost' })));
    expect(moved.map(({ assigned }) => assigned)).toEqual([0, 6]);
    const back = moved.map((one) => ({ ...one, healthy: true }));
    expect(planner.plan(request(6, back, { occasion: 'clusterBack' })).replicas).toEqual([0, 6]);
  });
});
