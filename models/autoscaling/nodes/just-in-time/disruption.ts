/**
 * Disruption: nodes that nobody needs are looked for each ten seconds; what was found is checked again after fifteen, then carried out.
 *
 * Source: Karpenter 1.14 `controllers/disruption/controller.go`, `queue.go`, `validation.go`, `nodeclaim/expiration`: one command at a time is looked
 * for and checked; nodes that go take no new pods, their replacement is launched first, and only when it is ready are they emptied; one that is not
 * ready in 10 min, or never comes, leaves them in place. A cluster in which nothing has changed is not looked at again for 5 min.
 * Nodes that are too old go whatever the budget says.
 * Leaves out: drift, a taint that is found again after a restart.
 */
import type { EventKind, Simulation } from '../../../../sim/engine/simulation.ts';
import type { NodeGroup } from '../node-group.ts';
import { type Candidate, candidatesOf, type Keep, keepOfCandidate } from './candidates.ts';
import { CONSOLIDATION_METHODS, type Command, type ConsolidationLook, commandOf, stillHolds } from './consolidation.ts';
import type { Fleet } from './fleet.ts';
import type { JustInTimeCluster } from './just-in-time-cluster.ts';
import { budgetOf, type JustInTimeSettings } from './settings.ts';
import { Terminations } from './terminations.ts';

/** What is told of it. */
export interface DisruptionFollower {
  /** Nodes begin to go; `replacement`: the node that is launched for them, -1: none. */
  disrupting(command: Command, replacement: number): void;
  /** They stay after all. */
  gaveUp(command: Command, why: 'refused by the provider' | 'its replacement did not come'): void;
  /** A node goes because it is too old. */
  expired(node: number): void;
  /** A node is gone. */
  removed(node: number): void;
  /** It has looked: why nodes stay. */
  looked?(keeps: ReadonlyMap<number, Keep>): void;
}

/** What it works with. */
export interface DisruptionParts {
  readonly sim: Simulation;
  readonly cluster: JustInTimeCluster;
  readonly fleet: Fleet;
  readonly types: readonly NodeGroup[];
  readonly settings: JustInTimeSettings;
  readonly follower: DisruptionFollower;
  /** A node is on its way out. */
  readonly leaves: (node: number) => void;
}

interface Running {
  readonly command: Command;
  readonly replacement: number;
  readonly untilNs: number;
}

/** Replacements are looked at each second. */
const REPLACEMENT_LOOK_NS = 1e9;

/** Takes nodes away. */
export class Disruption {
  readonly #parts: DisruptionParts;
  readonly #terminations: Terminations;
  readonly #kinds: Readonly<Record<'look' | 'check' | 'replacement', EventKind>>;
  readonly #running = new Map<number, Running>();
  #keeps = new Map<number, Keep>();
  #found: Command | null = null;
  /** The state in which nothing was found, and when. */
  #still = { changes: -1, atNs: 0 };

  constructor(parts: DisruptionParts) {
    this.#parts = parts;
    const { sim, cluster, fleet, follower } = parts;
    this.#terminations = new Terminations(sim, cluster, fleet, (node) => follower.removed(node));
    this.#kinds = {
      look: sim.kind('nodes to disrupt are looked for', () => this.#look(0)),
      check: sim.kind('a disruption is checked again', () => this.#check()),
      replacement: sim.kind('a replacement is looked at', (node) => this.#awaited(node)),
    };
  }

  /** Begins to look. */
  begin(): void {
    this.#parts.sim.after(this.#parts.settings.lookNs, this.#kinds.look);
  }

  /** Why each node stays, as of the last look. */
  get keeps(): ReadonlyMap<number, Keep> {
    return this.#keeps;
  }

  /** Looks with all methods from the one of that number on. */
  #look(first: number): void {
    const { sim, settings, fleet } = this.#parts;
    sim.cause = -1;
    fleet.refresh(sim.nowNs);
    this.#expire();
    if (first < CONSOLIDATION_METHODS.length && (first > 0 || !this.#isStill())) this.#seek(first);
    if (this.#found === null) sim.after(settings.lookNs, this.#kinds.look);
    else sim.after(settings.validationNs, this.#kinds.check);
  }

  #seek(first: number): void {
    const { sim, cluster, follower } = this.#parts;
    const look = this.#begun();
    if (look.candidates.length > 0)
      for (const method of CONSOLIDATION_METHODS.slice(first)) this.#found ??= commandOf(method, look);
    look.world.trial.backTo(0);
    for (const { node } of this.#found?.candidates ?? []) look.keeps.set(node.node, { reason: 'BeingValidated' });
    this.#keeps = look.keeps;
    const unsettled = [...look.keeps.values()].some(
      ({ reason }) => reason === 'DisruptionBudget' || reason === 'ConsolidateAfter',
    );
    // What a method found and could not keep is looked for again.
    const isStill = first === 0 && this.#found === null && look.candidates.length > 0 && !unsettled;
    this.#still = { changes: isStill ? cluster.changes() : -1, atNs: sim.nowNs };
    follower.looked?.(this.#keeps);
  }

  #isStill(): boolean {
    const { changes, atNs } = this.#still;
    const { sim, cluster, settings } = this.#parts;
    return changes === cluster.changes() && sim.nowNs - atNs < settings.stillNs;
  }

  #begun(): ConsolidationLook {
    const { sim, cluster, fleet, types, settings } = this.#parts;
    const { nowNs } = sim;
    const keeps = new Map<number, Keep>();
    const candidates = this.#candidates(keeps).filter((candidate) => {
      const keep = keepOfCandidate(candidate, { settings, nowNs });
      if (keep !== null) keeps.set(candidate.node.node, keep);
      return keep === null;
    });
    const { nodes, disrupted } = fleet.counts();
    const allowed = Math.max(0, budgetOf(settings, nodes) - disrupted);
    return { cluster, types, settings, nowNs, candidates, allowed, world: fleet.trial(), keeps };
  }

  #candidates(keeps: Map<number, Keep>): Candidate[] {
    const { sim, cluster, fleet, types, settings } = this.#parts;
    const question = {
      ...{ cluster, types, settings, nowNs: sim.nowNs },
      isLeaving: (node: number) => fleet.isLeaving(node),
      nominatedUntilNs: (node: number) => fleet.nominatedUntilNs(node),
    };
    return candidatesOf(question, keeps).filter(({ node }) => !fleet.isComing(node.node));
  }

  #check(): void {
    const { sim, fleet } = this.#parts;
    const found = this.#found!;
    sim.cause = -1;
    this.#found = null;
    fleet.refresh(sim.nowNs);
    const look = this.#begun();
    const command = stillHolds(look, found);
    look.world.trial.backTo(0);
    if (command !== null && this.#start(command)) sim.after(0, this.#kinds.look);
    else this.#look(CONSOLIDATION_METHODS.indexOf(found.method) + 1);
  }

  /** Carries it out; false: the provider refuses. */
  #start(command: Command): boolean {
    const { sim, fleet, follower, settings, leaves } = this.#parts;
    const nodes = command.candidates.map(({ node }) => node.node);
    const replacement = command.replacement < 0 ? -1 : fleet.ask(command.replacement, sim.nowNs);
    if (command.replacement >= 0 && replacement < 0) {
      follower.gaveUp(command, 'refused by the provider');
      return false;
    }
    for (const node of nodes) fleet.setLeaving(node, true);
    fleet.nominate(command.targets, sim.nowNs);
    follower.disrupting(command, replacement);
    for (const node of nodes) this.#keeps.set(node, { reason: 'Going' });
    for (const node of nodes) leaves(node);
    if (replacement < 0) for (const node of nodes) this.#terminations.begin(node);
    else {
      this.#running.set(replacement, { command, replacement, untilNs: sim.nowNs + settings.commandMostNs });
      sim.after(REPLACEMENT_LOOK_NS, this.#kinds.replacement, replacement);
    }
    return true;
  }

  /** Nodes go when what replaces them is ready. */
  #awaited(replacement: number): void {
    const { sim, cluster, fleet, follower } = this.#parts;
    const running = this.#running.get(replacement)!;
    const { command, untilNs } = running;
    const nodes = command.candidates.map(({ node }) => node.node);
    const isReady = cluster.nodes().some(({ node, ready }) => node === replacement && ready);
    const hasFailed = sim.nowNs > untilNs || (!isReady && !fleet.isComing(replacement));
    if (!isReady && !hasFailed) {
      sim.after(REPLACEMENT_LOOK_NS, this.#kinds.replacement, replacement);
      return;
    }
    this.#running.delete(replacement);
    if (isReady) for (const node of nodes) this.#terminations.begin(node);
    else {
      for (const node of nodes) fleet.setLeaving(node, false);
      follower.gaveUp(command, 'its replacement did not come');
    }
  }

  #expire(): void {
    const { sim, cluster, fleet, settings, follower, leaves } = this.#parts;
    for (const { node, group, joinedNs } of cluster.nodes()) {
      if (group < 0 || fleet.isLeaving(node) || sim.nowNs - joinedNs < settings.expireAfterNs) continue;
      fleet.setLeaving(node, true);
      follower.expired(node);
      leaves(node);
      this.#terminations.begin(node);
    }
  }
}
