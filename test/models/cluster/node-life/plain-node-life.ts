/**
 * Node life done plainly, the oracle of the fast one: every renewal, every look at every node and every look at every queue
 * is an event, and silence is measured from what was seen. Shares no code with the models but the pods and the clock.
 */
import type { NodeLifePhases } from '../../../../models/cluster/node-life/node-life.ts';
import type { NodeLifeProfile } from '../../../../models/cluster/node-life/profile.ts';
import type { Taint, Toleration } from '../../../../models/cluster/toleration.ts';
import { tolerates } from '../../../../models/cluster/toleration.ts';
import type { EventHandle, EventKind, Simulation } from '../../../../sim/engine/simulation.ts';
import type { Diary, DiaryPods } from './diary.ts';

type Status = 'none' | 'True' | 'False' | 'Unknown';
type Key = 'not-ready' | 'unreachable';

interface PlainNode {
  zone: number;
  status: Status;
  own: Status;
  taints: Set<string>;
  speaks: boolean;
  /** Cut off no longer: heard at the next renewal. */
  returning: boolean;
  /** Last heartbeat in the API server, and the last that the controller has seen. */
  beatNs: number;
  seenBeatNs: number;
  probeNs: number;
  seen: Status;
  known: boolean;
}

interface PlainZone {
  state: string;
  gapNs: number;
  nextNs: number;
  queue: { node: number; order: number }[];
}

const KEY: Partial<Record<Status, Key>> = { False: 'not-ready', Unknown: 'unreachable' };
const OTHER: Record<Key, Key> = { 'not-ready': 'unreachable', unreachable: 'not-ready' };
const TAINT_ORDER = [
  'not-ready:NoSchedule',
  'unreachable:NoSchedule',
  'not-ready:NoExecute',
  'unreachable:NoExecute',
] as const;

/** The whole of node life, plainly. */
export class PlainNodeLife {
  readonly nodes = new Map<number, PlainNode>();
  readonly #zones = new Map<number, PlainZone>();
  readonly #clocks = new Map<number, EventHandle>();
  readonly #heard = new Map<number, string[]>();
  readonly #kinds: Record<'hearTaints' | 'noSchedule' | 'mark' | 'out' | 'delete' | 'bound' | 'beat', EventKind>;
  #order = 0;

  readonly sim: Simulation;
  readonly profile: NodeLifeProfile;
  readonly pods: DiaryPods;
  readonly diary: Diary;

  constructor(
    sim: Simulation,
    profile: NodeLifeProfile,
    phases: NodeLifePhases,
    pods: DiaryPods,
    diary: Diary,
    nodeNumbers: number,
  ) {
    this.sim = sim;
    this.profile = profile;
    this.pods = pods;
    this.diary = diary;
    this.#kinds = {
      beat: sim.kind('beat', (node) => this.#beat(node)),
      hearTaints: sim.kind('hear taints', (node) => this.#hearTaints(node)),
      noSchedule: sim.kind('no schedule', (node) => this.#noSchedule(node)),
      mark: sim.kind('mark', (pod) => pods.lifeOf(pod) === 0 && pods.markNotReady(pod)),
      out: sim.kind('out', (pod) => this.#disrupt(pod)),
      delete: sim.kind('delete', (pod) => pods.lifeOf(pod) === 0 && pods.evict(pod)),
      bound: sim.kind('bound', (pod, node) => this.#bound(pod, node)),
    };
    const look = sim.kind('look', () => this.#look(look), 4);
    const taint = sim.kind('taint', () => this.#taint(taint), 5);
    sim.at(phases.monitorNs, look);
    sim.at(phases.taintingNs, taint);
    for (let node = 0; node < nodeNumbers; node++) sim.at(phases.heartbeatNs(node), this.#kinds.beat, node);
  }

  found(node: number, zone: number): void {
    this.#create(node, zone, 'True');
    Object.assign(this.nodes.get(node)!, { known: true, seen: 'True', seenBeatNs: Number.NEGATIVE_INFINITY });
    this.#zone(zone);
  }

  join(node: number, zone: number, status: Status): void {
    this.#create(node, zone, status);
    if (status !== 'True') this.sim.after(this.profile.hearNs, this.#kinds.noSchedule, node);
  }

  leave(node: number): void {
    this.nodes.delete(node);
    this.#heard.delete(node);
  }

  silence(node: number): void {
    const one = this.nodes.get(node);
    if (one !== undefined) Object.assign(one, { speaks: false, returning: false });
  }

  reachable(node: number): void {
    const one = this.nodes.get(node);
    if (one !== undefined && !one.speaks) one.returning = true;
  }

  start(node: number, status: Status): void {
    const one = this.nodes.get(node);
    if (one === undefined) return;
    one.own = status;
    this.#speak(node, one);
  }

  report(node: number, ready: boolean): void {
    const one = this.nodes.get(node);
    if (one === undefined) return;
    one.own = ready ? 'True' : 'False';
    if (!one.speaks) return;
    one.beatNs = this.sim.nowNs;
    this.#setStatus(node, one.own);
  }

  podBound(pod: number, node: number): void {
    this.sim.after(this.profile.hearNs, this.#kinds.bound, pod, node);
  }

  #create(node: number, zone: number, status: Status): void {
    const nowNs = this.sim.nowNs;
    this.nodes.set(node, {
      zone,
      status,
      own: status,
      taints: new Set(),
      speaks: status !== 'none',
      returning: false,
      beatNs: status === 'none' ? Number.NEGATIVE_INFINITY : nowNs,
      seenBeatNs: Number.NEGATIVE_INFINITY,
      probeNs: nowNs,
      seen: 'none',
      known: false,
    });
  }

  #beat(node: number): void {
    this.sim.after(this.profile.heartbeatPeriodNs, this.#kinds.beat, node);
    const one = this.nodes.get(node);
    if (one === undefined) return;
    if (one.returning) this.#speak(node, one);
    else if (one.speaks) one.beatNs = this.sim.nowNs;
  }

  #speak(node: number, one: PlainNode): void {
    Object.assign(one, { speaks: true, returning: false, beatNs: this.sim.nowNs });
    this.#setStatus(node, one.own);
  }

  #setStatus(node: number, status: Status): void {
    const one = this.nodes.get(node)!;
    if (one.status === status) return;
    one.status = status;
    this.diary.write(`node ${node} ready ${status}`);
    this.sim.after(this.profile.hearNs, this.#kinds.noSchedule, node);
  }

  #swap(node: number, off: readonly string[], on: string | undefined): void {
    const { taints } = this.nodes.get(node)!;
    const before = words(taints);
    const execBefore = exec(taints);
    for (const taint of off) taints.delete(taint);
    if (on !== undefined) taints.add(on);
    if (words(taints) === before) return;
    this.diary.write(`node ${node} taints ${words(taints)}`);
    if (exec(taints) !== execBefore) this.sim.after(this.profile.hearNs, this.#kinds.hearTaints, node);
  }

  #noSchedule(node: number): void {
    const one = this.nodes.get(node);
    if (one === undefined) return;
    const key = KEY[one.status];
    const on = key === undefined ? undefined : `${key}:NoSchedule`;
    this.#swap(
      node,
      ['not-ready:NoSchedule', 'unreachable:NoSchedule'].filter((taint) => taint !== on),
      on,
    );
  }

  #zone(zone: number): PlainZone {
    let one = this.#zones.get(zone);
    if (one === undefined || one.state === 'gone') {
      one = { state: 'Initial', gapNs: this.profile.evictionGapNs, nextNs: 0, queue: [] };
      this.#zones.set(zone, one);
    }
    return one;
  }

  #look(kind: EventKind): void {
    this.sim.after(this.profile.monitorPeriodNs + this.profile.lookNs, kind);
    const numbers = [...this.nodes.keys()].sort((a, b) => a - b);
    for (const node of numbers) {
      const one = this.nodes.get(node)!;
      if (!one.known) {
        one.known = true;
        this.#zone(one.zone);
        this.#reachable(node);
      }
    }
    for (const node of numbers) this.#judge(node, this.nodes.get(node)!);
    this.#disruption(numbers);
  }

  #judge(node: number, one: PlainNode): void {
    const nowNs = this.sim.nowNs;
    const observed = one.status;
    if (one.seen === 'none' && observed !== 'none') one.probeNs = nowNs;
    if (one.beatNs > one.seenBeatNs) {
      one.seenBeatNs = one.beatNs;
      one.probeNs = nowNs;
    }
    const graceNs = observed === 'none' ? this.profile.startupGraceNs : this.profile.graceNs;
    if (nowNs > one.probeNs + graceNs) this.#setStatus(node, 'Unknown');
    one.seen = one.status;
    if (one.status === 'none') return;
    this.#act(node, this.profile.queuesLate ? (observed === 'none' ? 'Unknown' : observed) : one.status);
    if (one.status === 'Unknown' && observed === 'True')
      for (const [i, pod] of this.pods.podsOn(node).entries())
        this.sim.after(i * this.profile.writeNs, this.#kinds.mark, pod);
  }

  #act(node: number, status: Status): void {
    const one = this.nodes.get(node)!;
    const key = KEY[status];
    if (key === undefined) this.#reachable(node);
    else if (one.taints.has(`${OTHER[key]}:NoExecute`))
      this.#swap(node, [`${OTHER[key]}:NoExecute`], `${key}:NoExecute`);
    else if (!one.taints.has(`${key}:NoExecute`)) {
      const { queue } = this.#zone(one.zone);
      remove(queue, node);
      queue.push({ node, order: this.#order++ });
    }
  }

  #reachable(node: number): void {
    this.#swap(node, ['not-ready:NoExecute', 'unreachable:NoExecute'], undefined);
    remove(this.#zone(this.nodes.get(node)!.zone).queue, node);
  }

  #disruption(numbers: readonly number[]): void {
    const fresh = new Map<number, string>();
    const sizes = new Map<number, number>();
    for (const zone of this.#zones.keys()) {
      const own = numbers.map((node) => this.nodes.get(node)!).filter((one) => one.zone === zone);
      const bad = own.filter(({ status }) => status !== 'True').length;
      if (own.length === 0) {
        this.#zones.get(zone)!.state = 'gone';
        continue;
      }
      sizes.set(zone, own.length);
      const isPartial = bad > 2 && bad / own.length >= this.profile.unhealthyShare;
      fresh.set(zone, bad === own.length ? 'Full' : isPartial ? 'Partial' : 'Normal');
    }
    const known = [...this.#zones.values()].filter(({ state }) => state !== 'gone');
    const wasFull = known.every(({ state }) => state === 'Full');
    const isFull = [...fresh.values()].every((state) => state === 'Full');
    if (wasFull && isFull) return;
    if (isFull) {
      for (const node of numbers) this.#reachable(node);
      for (const zone of known) {
        zone.state = 'Full';
        this.#swapLimiter(zone, Number.POSITIVE_INFINITY);
      }
      return;
    }
    if (wasFull) for (const node of numbers) this.nodes.get(node)!.probeNs = this.sim.nowNs;
    for (const [number, state] of fresh) {
      const zone = this.#zones.get(number)!;
      if (!wasFull && zone.state === state) continue;
      zone.state = state;
      const small = sizes.get(number)! <= this.profile.largeZoneNodes;
      const slow = small ? Number.POSITIVE_INFINITY : this.profile.secondaryGapNs;
      this.#swapLimiter(zone, state === 'Partial' ? slow : this.profile.evictionGapNs);
    }
  }

  #swapLimiter(zone: PlainZone, gapNs: number): void {
    if (zone.gapNs === gapNs) return;
    const hadToken = zone.gapNs !== Number.POSITIVE_INFINITY && zone.nextNs <= this.sim.nowNs;
    zone.gapNs = gapNs;
    zone.nextNs = hadToken ? this.sim.nowNs : this.sim.nowNs + gapNs;
  }

  #taint(kind: EventKind): void {
    this.sim.after(this.profile.taintingPeriodNs, kind);
    for (const zone of this.#zones.values()) {
      while (zone.queue.length > 0) {
        if (zone.gapNs === Number.POSITIVE_INFINITY || this.sim.nowNs < zone.nextNs) break;
        zone.nextNs = this.sim.nowNs + zone.gapNs;
        zone.queue.sort((a, b) => a.order - b.order);
        const { node } = zone.queue.shift()!;
        const one = this.nodes.get(node);
        const key = one === undefined ? undefined : KEY[one.status];
        if (key !== undefined) this.#swap(node, [`${OTHER[key]}:NoExecute`], `${key}:NoExecute`);
      }
    }
  }

  #hearTaints(node: number): void {
    const one = this.nodes.get(node);
    if (one === undefined) return;
    const taints = [...one.taints].filter((taint) => taint.endsWith('NoExecute'));
    if (taints.length === 0) this.#heard.delete(node);
    else this.#heard.set(node, taints);
    for (const pod of this.pods.podsOn(node)) this.#decide(pod, taints);
  }

  #decide(pod: number, taints: readonly string[]): void {
    const used: Toleration[] = [];
    let isTolerated = true;
    for (const words of taints) {
      const taint: Taint = { key: `node.kubernetes.io/${words.split(':')[0]}`, value: '', effect: 'NoExecute' };
      const found = this.pods.tolerationsOf(pod).find((toleration) => tolerates(toleration, taint));
      if (found === undefined) isTolerated = false;
      else used.push(found);
    }
    const limits = used.flatMap(({ tolerationSeconds }) =>
      tolerationSeconds === undefined ? [] : [tolerationSeconds],
    );
    if (taints.length === 0 || (isTolerated && limits.length === 0)) this.#cancel(pod);
    else if (!isTolerated || Math.min(...limits) <= 0) {
      this.#cancel(pod);
      this.#disrupt(pod);
    } else if (!this.#clocks.has(pod))
      this.#clocks.set(pod, this.sim.after(Math.min(...limits) * 1e9, this.#kinds.out, pod));
  }

  #cancel(pod: number): void {
    const handle = this.#clocks.get(pod);
    if (handle !== undefined) this.sim.cancel(handle);
    this.#clocks.delete(pod);
  }

  #disrupt(pod: number): void {
    this.#clocks.delete(pod);
    if (this.pods.isTerminating(pod)) return;
    this.pods.disrupt(pod, 'DeletionByTaintManager');
    this.sim.after(this.profile.writeNs, this.#kinds.delete, pod);
  }

  #bound(pod: number, node: number): void {
    const taints = this.#heard.get(node);
    if (taints !== undefined) this.#decide(pod, taints);
    const one = this.nodes.get(node);
    if (one !== undefined && (one.seen === 'False' || one.seen === 'Unknown')) this.pods.markNotReady(pod);
  }
}

function remove(queue: { node: number }[], node: number): void {
  const place = queue.findIndex((entry) => entry.node === node);
  if (place >= 0) queue.splice(place, 1);
}

function words(taints: ReadonlySet<string>): string {
  return TAINT_ORDER.filter((taint) => taints.has(taint)).join(',');
}

function exec(taints: ReadonlySet<string>): string {
  return TAINT_ORDER.filter((taint) => taint.endsWith('NoExecute') && taints.has(taint)).join(',');
}
