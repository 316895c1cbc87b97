/** A region dies and comes back, and the interconnect is cut: detection, patience, a real planner and DNS together. */
import { describe, expect, it } from 'vitest';
import { detectionTimes } from '../../../../models/federation/detection/expectation.ts';
import { DETECTION_PROFILES, type DetectionProfileName } from '../../../../models/federation/detection/profile.ts';
import { Discovery } from '../../../../models/federation/discovery/discovery.ts';
import { Authority } from '../../../../models/federation/discovery/names.ts';
import { CACHE_POLICIES } from '../../../../models/federation/discovery/resolver.ts';
import { FailoverControl } from '../../../../models/federation/failover/failover-control.ts';
import { FEDERATOR_DEFAULTS, Federator } from '../../../../models/federation/federator.ts';
import { Interconnect } from '../../../../models/federation/interconnect/interconnect.ts';
import { PROFILES } from '../../../../models/federation/profiles/index.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Stream } from '../../../../sim/random/stream.ts';
import { REQUEST, ToyMember } from '../toy-member.ts';

const S = NS_PER_SECOND;
const REGIONS = ['east', 'west', 'north'];
const PLACES = REGIONS.map((region) => ({ provider: 'p', region, zone: 'a' }));
const ALL = [0, 1, 2];

/** Three regions with room for twelve replicas each; nine run. The control plane stands in the last one. */
class Stage {
  readonly sim = new Simulation();
  readonly net = new Interconnect({ places: PLACES }, this.sim);
  readonly members = REGIONS.map((name) => new ToyMember(name, [12]));
  readonly dead = new Set<number>();
  readonly control: FailoverControl;
  readonly federator: Federator;
  readonly discovery: Discovery;
  readonly #authority = new Authority({ places: PLACES, services: 1 });

  constructor(detection: DetectionProfileName, planner: string) {
    const { sim, members } = this;
    const open = (cluster: number): boolean => !this.dead.has(cluster) && this.net.isOpen(2, cluster, 'control');
    this.control = new FailoverControl({
      sim,
      name: 'failover',
      profile: DETECTION_PROFILES[detection],
      quorum: { points: 1, quorum: 1 },
      clusters: 3,
      world: {
        finding: (_, cluster) => (open(cluster) ? 'well' : 'silent'),
        rttNs: () => 0,
        isHeard: () => true,
        renews: open,
      },
      streams: (cluster) => new Stream('seed', `member/${cluster}`, 'watch'),
      replicas: { placed: (cluster) => this.#ready(cluster), ready: (cluster) => this.#ready(cluster) },
      trafficUsd: () => this.net.bill().trafficUsd,
    });
    const { planner: make, estimate, replansOn } = PROFILES[planner]!();
    const options = { ...FEDERATOR_DEFAULTS, planner: make, estimate, replansOn };
    this.federator = new Federator(sim, members, this.control.health, options);
    const preferences = ALL.map(() => ({ weight: 1, min: 0, max: 100 }));
    this.federator.add({ key: 'default/web', uid: 'uid', request: REQUEST, replicas: 9, preferences });
    this.discovery = new Discovery(
      this.#authority,
      [CACHE_POLICIES.honest],
      [
        { cluster: 0, resolver: 0, cache: CACHE_POLICIES.none },
        { cluster: 0, resolver: 0, cache: CACHE_POLICIES.forever },
      ],
    );
    this.control.health.onChanged(() => this.#publish());
    this.#publish();
  }

  /** Second by second, so that what becomes Ready is seen, and the first client asks. */
  run(untilSec: number, deeds: Readonly<Record<number, () => void>> = {}): number[] {
    const sent: number[] = [];
    const tick = this.sim.kind('test: a second', (second) => {
      deeds[second]?.();
      for (const cluster of ALL)
        this.members[cluster]!.reachable = !this.dead.has(cluster) && this.net.isOpen(2, cluster, 'control');
      this.control.changed();
      this.control.progressed();
      sent.push(this.discovery.endpointOf(0, 0, this.sim.nowNs));
      this.discovery.endpointOf(1, 0, this.sim.nowNs);
    });
    for (let second = 1; second <= untilSec; second++) this.sim.at(second * S, tick, second);
    this.sim.run(untilSec * S);
    return sent;
  }

  die(cluster: number): void {
    this.control.lost(cluster);
    this.dead.add(cluster);
  }

  revive(cluster: number): void {
    this.dead.delete(cluster);
    this.control.back(cluster);
  }

  stands(): number[] {
    return this.members.map((member) => member.replicasOf(0).assigned);
  }

  #ready(cluster: number): number {
    return this.dead.has(cluster) ? 0 : this.members[cluster]!.replicasOf(0).ready;
  }

  #publish(): void {
    const healthy = ALL.filter((cluster) => this.control.health.takesNew(cluster));
    this.#authority.publish(0, healthy, this.sim.nowNs);
  }
}

describe('a region dies', () => {
  it.each([
    ['kubefed', 'kubefed'],
    ['kubefed-documented', 'kubefed'],
    ['karmada-push', 'karmadaFrom16Static'],
    ['karmada-pull', 'karmadaFrom16Dynamic'],
    ['federation-v1', 'federationV1'],
  ] as const)('%s detects in the time of its rule, decides after its patience, and serves', (detection, planner) => {
    const stage = new Stage(detection, planner);
    stage.run(1300, { 100: () => stage.die(0) });
    const [outage] = stage.control.outages();
    const profile = DETECTION_PROFILES[detection];
    const { minNs, maxNs } = detectionTimes(profile.detection, 'silent', 0);
    expect(outage!.took.detected).toBeGreaterThanOrEqual(minNs);
    expect(outage!.took.detected).toBeLessThanOrEqual(maxNs);
    expect(outage!.took.decided).toBe(profile.actAfterNs);
    expect(outage!.end).toBe('served');
    // The plan and its writes take a fifth of a second; who is Ready is seen once a second.
    expect(outage!.took.placed + outage!.took.served).toBeLessThanOrEqual(2 * S);
    expect(
      stage
        .stands()
        .slice(1)
        .reduce((sum, one) => sum + one, 0),
    ).toBeGreaterThanOrEqual(9);
  });

  it('OCM has the whole workload in every cluster already: it decides, and there is no place for another copy', () => {
    const stage = new Stage('ocm', 'ocm');
    stage.run(1300, { 100: () => stage.die(0) });
    const [outage] = stage.control.outages();
    expect(Object.keys(outage!.reachedNs)).toEqual(['detected', 'decided']);
    expect([outage!.end, stage.stands().slice(1)]).toEqual(['lasts', [9, 9]]);
  });

  it('Karmada moves nothing when the region is back within its 300 s, and nothing back later', () => {
    const short = new Stage('karmada-pull', 'karmadaFrom16Dynamic');
    short.run(900, { 100: () => short.die(0), 300: () => short.revive(0) });
    expect(short.stands()).toEqual([3, 3, 3]);
    expect(short.control.outages()[0]).toMatchObject({ end: 'back', outageNs: 200 * S });
    const long = new Stage('karmada-pull', 'karmadaFrom16Dynamic');
    long.run(1500, { 100: () => long.die(0), 900: () => long.revive(0) });
    expect(long.stands()[0]).toBe(0);
    expect(long.stands().reduce((sum, one) => sum + one, 0)).toBe(9);
  });

  it('clients leave when the verdict and the TTL have passed; one that keeps answers for ever never does', () => {
    const stage = new Stage('kubefed-documented', 'kubefed');
    const sent = stage.run(700, { 100: () => stage.die(0) });
    const left = sent.findIndex((cluster) => cluster !== 0) + 1;
    expect(left).toBeGreaterThanOrEqual(100 + 29);
    expect(left).toBeLessThanOrEqual(100 + 39 + 180 + 1);
    expect(sent.slice(left - 1).every((cluster) => cluster === 1 || cluster === 2)).toBe(true);
    expect(stage.discovery.endpointOf(1, 0, stage.sim.nowNs)).toBe(0);
  });
});

describe('only the interconnect is cut', () => {
  it('a region that serves is given up, its replicas run twice, and they are taken back after healing', () => {
    const stage = new Stage('kubefed-documented', 'kubefedRebalance');
    const total = (): number => stage.stands().reduce((sum, one) => sum + one, 0);
    const seen: number[] = [];
    stage.run(900, {
      100: () => stage.net.isolate(0),
      400: () => seen.push(total()),
      500: () => stage.net.rejoin(0),
      899: () => seen.push(total()),
    });
    // Nobody told the region to stop: nine elsewhere, and its three.
    expect(seen).toEqual([12, 9]);
    expect(stage.control.outages()).toEqual([]);
  });
});
