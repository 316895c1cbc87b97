/**
 * What follows a fault: links go dark, routes change, nodes take their pods along, and the control plane notices late.
 *
 * Wires fabric, residents, endpoints, talkers and the scheme together; routes change when BGP by message changes them
 * (models/network/routing), nodes are given up by the closed forms of models/cluster/node-lifecycle.ts. Left out: the limit on
 * evictions (a node every 10 s) and tolerations of single pods, so a dead rack gives all its pods up at once.
 */
import {
  NODE_LIFECYCLE_DEFAULTS,
  type NodeLifecycleSettings,
  notReadyAtNs,
} from '../../models/cluster/node-lifecycle.ts';
import type { Residents } from '../../models/cluster/residents.ts';
import type { Environment } from '../../models/network/environment.ts';
import type { Fabric } from '../../models/network/fabric.ts';
import type { FabricRows } from '../../models/network/fabric-rows.ts';
import type { FabricRouting } from '../../models/network/routing/fabric-speakers.ts';
import type { NetworkScheme } from '../../models/schemes/scheme.ts';
import type { Endpoints } from '../../models/service/endpoints.ts';
import type { Talkers } from '../../models/traffic/talkers.ts';
import { HEALTH, LINK_HEALTH } from '../../models/world/catalog.ts';
import type { Fault } from '../../models/world/faults.ts';
import { WHOLE_CLUSTER } from '../../models/world/marks.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';
import { CableHolds } from './cable-holds.ts';
import type { Proxies } from './proxies.ts';
import { Routing } from './routing.ts';
import type { Telling } from './telling.ts';

/** How patient the control plane is. */
export interface Patience {
  readonly notReadyAfterNs: TimeNs;
  readonly evictionAfterNs: TimeNs;
}

/** The parts of one run that a fault touches. */
export interface BreakageSurroundings {
  readonly world: World;
  readonly fabric: Fabric;
  readonly rows: FabricRows;
  readonly residents: Residents;
  readonly endpoints: Endpoints;
  readonly scheme: NetworkScheme;
  readonly environment: Environment;
  readonly patience: Patience;
  readonly fabricRouting: FabricRouting;
  /** On the times until switches reroute and until routes are withdrawn; 1 takes them as they were recorded. */
  readonly rerouteFactor: number;
  /** Routes are followed until then. */
  readonly endNs: TimeNs;
  /** Tells nodes where pods are; undefined where no server does. */
  readonly telling: Telling | undefined;
  /** Deal callers to endpoints by what they are told; undefined where they know at once. */
  readonly proxies: Proxies | undefined;
  /** Whether one server tells nodes of pods and proxies of endpoints. */
  readonly oneServer: boolean;
  /** Finds a new node for a pod that was given up. */
  readonly replace: (pod: number) => void;
}

/** Faults that are mended; other things stay dead. */
const MENDED: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>(['link', 'control-plane-away']);
/** The control plane renews and looks at least ten times within its patience. */
const PERIODS_IN_PATIENCE = 10;

/** The faults of one run with all that follows them, as events of its simulation. */
export class Breakage {
  readonly #at: BreakageSurroundings;
  readonly #faults: readonly Fault[];
  readonly #routing: Routing;
  readonly #lostWith = new Map<number, number[]>();
  readonly #evicted = new Set<number>();
  readonly #believedDead = new Set<number>();
  readonly #cables: CableHolds;
  readonly #kinds: Readonly<Record<'strike' | 'mend' | 'withdrawn' | 'notReady' | 'evict', EventKind>>;
  #talkers: Talkers | undefined;

  constructor(faults: readonly Fault[], at: BreakageSurroundings) {
    this.#at = at;
    this.#faults = faults;
    const { fabric, rows, world } = at;
    this.#cables = new CableHolds({
      ...{ sim: world.sim, fabric, rows },
      changed: (link) => this.#talkers!.linkChanged(link),
    });
    this.#routing = new Routing(faults, {
      ...at,
      rerouted: (rack, link) => this.#respread(rack, link),
      withdrawn: (node) => this.#mark('routes-withdrawn', node),
    });
    const { sim } = at.world;
    this.#kinds = {
      strike: sim.kind('fault strikes', (index) => this.#strike(index)),
      mend: sim.kind('fault is mended', (index) => this.#mend(index)),
      withdrawn: sim.kind('routes to a node are withdrawn', (node) => this.#mark('routes-withdrawn', node)),
      notReady: sim.kind('node is believed dead', (node) => this.#believeDead(node)),
      evict: sim.kind('pods of a dead node are evicted', (node) => this.#evict(node)),
    };
  }

  /** From when on callers on a node are refused at once when they call that dead node; Infinity: they wait. */
  refusedFromNs(node: number, caller: number): TimeNs {
    return this.#routing.refusedFromNs(node, caller);
  }

  /** What routers did of it. */
  get routingMetrics(): Readonly<Record<string, number>> {
    return this.#routing.metrics();
  }

  /** Schedules every fault. */
  begin(talkers: Talkers): void {
    this.#talkers = talkers;
    this.#faults.forEach((fault, index) => {
      this.#at.world.sim.at(fault.atNs, this.#kinds.strike, index);
      if (MENDED.has(fault.kind) && Number.isFinite(fault.untilNs))
        this.#at.world.sim.at(fault.untilNs, this.#kinds.mend, index);
    });
  }

  #mark(name: string, row: number): void {
    const { publish } = this.#at.world;
    publish.recorder.mark(publish.mark(name), row);
  }

  #strike(index: number): void {
    const fault = this.#faults[index]!;
    if (fault.kind === 'link') this.#breakLink(index, fault);
    else if (fault.kind === 'control-plane-away') this.#holdControlPlane(1);
    else if (fault.kind === 'node') this.#killNode(fault.node);
    else this.#killRack(fault);
    if (fault.kind === 'node' || fault.kind === 'rack') this.#routing.follow(index, false);
  }

  /** Schemes whose nodes no server tells do not notice. */
  #holdControlPlane(change: 1 | -1): void {
    this.#mark(change === 1 ? 'control-plane-away' : 'control-plane-back', WHOLE_CLUSTER);
    this.#at.telling?.plane.hold(change);
    if (this.#at.oneServer) this.#at.proxies?.plane.hold(change);
  }

  #killRack(fault: Fault): void {
    const { fabric, residents, world } = this.#at;
    const { publish } = world;
    this.#mark('rack-down', fault.rack);
    // The rows of leaf switches are numbered like their racks.
    publish.recorder.set(publish.column('switches.health'), fault.rack, LINK_HEALTH.down);
    for (let spine = 0; spine < fabric.spines; spine++) this.#cables.hold(fault.rack, spine, 1);
    for (let node = 0; node < fabric.nodes; node++)
      if (residents.nodes[node]!.rack === fault.rack) this.#killNode(node);
  }

  #breakLink(index: number, fault: Fault): void {
    const { fabric } = this.#at;
    this.#mark('link-down', fabric.uplink(fault.rack, fault.spine));
    this.#cables.hold(fault.rack, fault.spine, 1);
    this.#routing.follow(index, false);
  }

  #mend(index: number): void {
    const fault = this.#faults[index]!;
    if (fault.kind === 'control-plane-away') {
      this.#holdControlPlane(-1);
      return;
    }
    const { fabric } = this.#at;
    this.#mark('link-up', fabric.uplink(fault.rack, fault.spine));
    this.#cables.hold(fault.rack, fault.spine, -1);
    this.#routing.follow(index, true);
  }

  #assumed(rerouteNs: TimeNs): TimeNs {
    return Math.round(rerouteNs * this.#at.rerouteFactor);
  }

  #respread(rack: number, link: number): void {
    const { publish } = this.#at.world;
    const moved = this.#talkers!.respread();
    publish.recorder.mark(publish.mark('rerouted'), rack, moved, link);
  }

  #killNode(node: number): void {
    const { world, residents, fabric, rows, scheme, environment } = this.#at;
    if (residents.alive[node] === 0) return;
    const causeBefore = world.sim.cause;
    this.#mark('node-down', node);
    const now = world.sim.nowNs;
    const lost = residents.kill(node);
    this.#lostWith.set(node, lost);
    for (const link of [fabric.hostUp(node), fabric.hostDown(node)]) {
      fabric.setCarries(link, false, now);
      rows.health(link);
    }
    this.#talkers!.nodeDied(node, lost);
    this.#at.telling?.nodeDied(node);
    this.#at.proxies?.plane.nodeDied(node);
    const stream = world.streams.stream(`nodes/${node}`, 'death');
    const withdrawal = scheme.onNodeDeath(environment, stream);
    if (withdrawal.afterNs !== null) {
      const afterNs = this.#assumed(withdrawal.afterNs);
      this.#routing.refuseAll(node, now + afterNs);
      world.sim.after(afterNs, this.#kinds.withdrawn, node);
    }
    world.sim.at(
      notReadyAtNs(now, world.streams.stream(`nodes/${node}`, 'heartbeat'), this.#lifecycle()),
      this.#kinds.notReady,
      node,
    );
    world.sim.cause = causeBefore;
  }

  #lifecycle(): NodeLifecycleSettings {
    const graceNs = this.#at.patience.notReadyAfterNs;
    const periodNs = Math.floor(graceNs / PERIODS_IN_PATIENCE);
    return {
      ...NODE_LIFECYCLE_DEFAULTS,
      graceNs,
      renewalPeriodNs: Math.min(NODE_LIFECYCLE_DEFAULTS.renewalPeriodNs, periodNs),
      monitorPeriodNs: Math.min(NODE_LIFECYCLE_DEFAULTS.monitorPeriodNs, periodNs),
    };
  }

  #believeDead(node: number): void {
    const { world, residents, endpoints, patience } = this.#at;
    const { publish } = world;
    this.#mark('node-not-ready', node);
    this.#believedDead.add(node);
    publish.recorder.set(publish.column('nodes.healthBelieved'), node, HEALTH.dead);
    const lost = this.#lostWith.get(node) ?? [];
    for (const pod of lost) endpoints.remove(residents.pods[pod]!.service, pod);
    publish.recorder.mark(publish.mark('endpoints-removed'), node, lost.length);
    world.sim.after(patience.evictionAfterNs, this.#kinds.evict, node);
  }

  #evict(node: number): void {
    this.#evicted.add(node);
    for (const pod of this.#lostWith.get(node) ?? []) this.#giveUp(pod, node);
    this.#lostWith.set(node, []);
  }

  #giveUp(pod: number, node: number): void {
    const { residents, replace, telling } = this.#at;
    this.#mark('evicted', residents.row(pod));
    residents.bury(pod);
    telling?.podGone(pod, node);
    replace(pod);
  }

  /** Whether the control plane has noticed the death of a node. */
  isBelievedDead(node: number): boolean {
    return this.#believedDead.has(node);
  }

  /** A pod is no longer among those lost with a node: somebody else saw to it. False if it was not. */
  letGo(pod: number): boolean {
    for (const [node, lost] of this.#lostWith) {
      if (!lost.includes(pod)) continue;
      const others = lost.filter((other) => other !== pod);
      this.#lostWith.set(node, others);
      return true;
    }
    return false;
  }

  /** A pod was placed on a node that is dead already: it shares the fate of the others there. */
  adopt(pod: number, node: number): void {
    if (this.#evicted.has(node)) this.#giveUp(pod, node);
    else this.#lostWith.get(node)!.push(pod);
  }
}
