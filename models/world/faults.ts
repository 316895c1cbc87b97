/**
 * What breaks, when, and for how long.
 *
 * Targets that the scenario leaves open are drawn from a stream of their own, from the list of what exists and not
 * from what is in use, so that every alternative of a comparison meets the same fault.
 * Source: ours, declared by the scenario.
 * Left out: partial faults (loss, slow links).
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { StreamSource } from '../../sim/random/stream.ts';

/** Parts of a control plane that may be away: the API server, the scheduler, the controller manager. */
export type ControlPlanePart = 'server' | 'scheduler' | 'controllers';

/** What a fault may hit, as written: an index, or `any` to be drawn by the seed. */
export type FaultTarget =
  | {
      readonly kind: 'link';
      readonly rack: number | 'any';
      readonly spine: number | 'any';
      /** Its packets are lost while its ports keep their carrier. */
      readonly silent?: boolean;
    }
  | { readonly kind: 'node'; readonly node: number | 'any'; readonly cut?: boolean }
  | { readonly kind: 'rack'; readonly rack: number | 'any'; readonly cut?: boolean }
  /** A switch above the racks, with all its links. */
  | { readonly kind: 'spine'; readonly spine: number | 'any' }
  /** The switch of a rack, with all its links; its nodes run on. */
  | { readonly kind: 'leaf'; readonly rack: number | 'any' }
  /** All nodes of a zone. */
  | { readonly kind: 'zone'; readonly nodes: readonly number[]; readonly cut?: boolean }
  /** The API server if nobody says which part. */
  | { readonly kind: 'control-plane-away'; readonly part?: ControlPlanePart };

/** A fault as the scenario states it. */
export interface FaultPlan {
  /** When it breaks, from the start of the run. */
  readonly atNs: TimeNs;
  /** Length until repair; absent: for good. */
  readonly forNs?: TimeNs;
  readonly target: FaultTarget;
}

/** A fault whose target is settled. */
export interface Fault {
  /** When it breaks, from the start of the run. */
  readonly atNs: TimeNs;
  /** Infinity when it is not repaired. */
  readonly untilNs: TimeNs;
  readonly kind: FaultTarget['kind'];
  /** Rack of the link or of the leaf, or the rack itself; -1 for other faults. */
  readonly rack: number;
  /** Spine of the link, or the spine itself; -1 for other faults. */
  readonly spine: number;
  /** The node; -1 for other faults. */
  readonly node: number;
  /** The nodes of a zone; none for other faults. */
  readonly nodes: readonly number[];
  /** The part of a control plane, where that is the scheduler or the controller manager. */
  readonly part?: ControlPlanePart;
  /** A link that loses packets while its ports keep their carrier. */
  readonly silent: boolean;
  /** Nodes that are cut off from everybody else instead of dying. */
  readonly cut: boolean;
}

/** The sizes that targets are drawn from. */
export interface FaultExtent {
  readonly nodes: number;
  readonly racks: number;
  readonly spines: number;
}

/** The same with each zone that dies as so many nodes that do. */
export function zonesAsNodes(faults: readonly Fault[]): Fault[] {
  return faults.flatMap((fault) =>
    fault.kind === 'zone' ? fault.nodes.map((node): Fault => ({ ...fault, kind: 'node', node, nodes: [] })) : [fault],
  );
}

/** The cables between leaves and spines that a fault breaks, each as a fault of its own; none for faults of machines. */
export function cablesOf(fault: Fault, { racks, spines }: Pick<FaultExtent, 'racks' | 'spines'>): Fault[] {
  if (fault.kind === 'link') return [fault];
  if (fault.kind === 'spine') return Array.from({ length: racks }, (_, rack) => ({ ...fault, kind: 'link', rack }));
  if (fault.kind === 'leaf') return Array.from({ length: spines }, (_, spine) => ({ ...fault, kind: 'link', spine }));
  return [];
}

/** Settles every open target by the seed; the n-th fault has a stream of its own, named after `family`. */
export function settleFaults(
  plans: readonly FaultPlan[],
  extent: FaultExtent,
  streams: StreamSource,
  family = 'faults',
): Fault[] {
  return plans.map((plan, index) => {
    const stream = streams.stream(`${family}/${index}`, 'target');
    const settle = (wanted: number | 'any', count: number): number => (wanted === 'any' ? stream.below(count) : wanted);
    const untilNs = plan.forNs === undefined ? Number.POSITIVE_INFINITY : plan.atNs + plan.forNs;
    const base = { atNs: plan.atNs, untilNs, rack: -1, spine: -1, node: -1, nodes: [], silent: false, cut: false };
    const target = plan.target;
    if (target.kind === 'control-plane-away') return { ...base, ...target };
    if (target.kind === 'spine') return { ...base, kind: 'spine', spine: settle(target.spine, extent.spines) };
    if (target.kind === 'leaf') return { ...base, kind: 'leaf', rack: settle(target.rack, extent.racks) };
    const cut = target.kind !== 'link' && (target.cut ?? false);
    if (target.kind === 'zone') return { ...base, kind: 'zone', nodes: target.nodes, cut };
    if (target.kind === 'node') return { ...base, kind: 'node', node: settle(target.node, extent.nodes), cut };
    if (target.kind === 'rack') return { ...base, kind: 'rack', rack: settle(target.rack, extent.racks), cut };
    const rack = settle(target.rack, extent.racks);
    const spine = settle(target.spine, extent.spines);
    return { ...base, kind: 'link', rack, spine, silent: target.silent ?? false };
  });
}
