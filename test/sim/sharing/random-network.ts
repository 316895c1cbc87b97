/** Random networks for the tests of sharing: capacities, flows with weighted uses and caps, and sequences of changes. */
import * as fc from 'fast-check';
import { type FlowId, SharedResources, type SolverName } from '../../../sim/sharing/max-min.ts';

export interface FlowPlan {
  readonly uses: readonly { readonly resource: number; readonly weight: number }[];
  readonly cap: number;
  readonly amount: number;
}

export type Change =
  | { readonly do: 'start'; readonly flow: FlowPlan }
  | { readonly do: 'stop'; readonly pick: number }
  | { readonly do: 'reroute'; readonly pick: number; readonly flow: FlowPlan }
  | { readonly do: 'capacity'; readonly resource: number; readonly capacity: number }
  | { readonly do: 'settle' };

export interface NetworkPlan {
  readonly capacities: readonly number[];
  readonly changes: readonly Change[];
}

/** Round values make ties likely, odd ones make them unlikely; both matter. */
const capacity = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1, 2, 5, 10, 10, 10, 1000) },
  { weight: 4, arbitrary: fc.double({ min: 0.5, max: 50, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const weight = fc.oneof(fc.constantFrom(1, 1, 1, 2, 0.5), fc.double({ min: 0.05, max: 20, noNaN: true }));
const cap = fc.oneof(
  { weight: 5, arbitrary: fc.constant(Infinity) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0.5, 1, 2) },
  { weight: 2, arbitrary: fc.double({ min: 0.01, max: 20, noNaN: true }) },
);

export function flowPlan(resources: number, usesMax = 6): fc.Arbitrary<FlowPlan> {
  const use = fc.record({ resource: fc.nat(resources - 1), weight });
  return fc.record({
    uses: fc.array(use, { minLength: 1, maxLength: usesMax }),
    cap,
    amount: fc.double({ min: 0.1, max: 100, noNaN: true }),
  });
}

function change(resources: number): fc.Arbitrary<Change> {
  const flow = flowPlan(resources);
  return fc.oneof(
    { weight: 10, arbitrary: fc.record({ do: fc.constant('start' as const), flow }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('stop' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reroute' as const), pick: fc.nat(), flow }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('capacity' as const), resource: fc.nat(resources - 1), capacity }),
    },
    { weight: 8, arbitrary: fc.constant({ do: 'settle' as const }) },
  );
}

/** Networks of some resources and a sequence of changes. */
export const networkPlan: fc.Arbitrary<NetworkPlan> = fc.integer({ min: 1, max: 14 }).chain((resources) =>
  fc.record({
    capacities: fc.array(capacity, { minLength: resources, maxLength: resources }),
    changes: fc.array(change(resources), { minLength: 1, maxLength: 80, size: 'max' }),
  }),
);

/** A network under test, with the list of its running flows in the order of their starts. */
export class TestNetwork {
  readonly shared: SharedResources;
  readonly running: { readonly id: FlowId; plan: FlowPlan }[] = [];
  readonly capacities: number[];

  constructor(capacities: readonly number[], solver: SolverName, tolerance = 0) {
    this.shared = new SharedResources({ solver, tolerance });
    this.capacities = [...capacities];
    for (const each of capacities) this.shared.addResource(each);
  }

  start(nowNs: number, plan: FlowPlan, amount = plan.amount): FlowId {
    const { resources, weights } = usesOf(plan);
    const id = this.shared.start(nowNs, amount, resources, weights, resources.length, plan.cap);
    this.running.push({ id, plan });
    return id;
  }

  /** Applies one change; flows that are started never end by themselves. */
  apply(nowNs: number, what: Change): void {
    if (what.do === 'settle') this.shared.settle(nowNs);
    else if (what.do === 'start') this.start(nowNs, what.flow, Infinity);
    else if (what.do === 'capacity') {
      this.capacities[what.resource] = what.capacity;
      this.shared.setCapacity(what.resource, what.capacity, nowNs);
    } else if (this.running.length > 0) this.touch(nowNs, what);
  }

  private touch(nowNs: number, what: Extract<Change, { pick: number }>): void {
    const index = what.pick % this.running.length;
    const flow = this.running[index];
    if (what.do === 'stop') {
      this.shared.stop(flow.id, nowNs);
      this.running.splice(index, 1);
      return;
    }
    const { resources, weights } = usesOf(what.flow);
    // A reroute keeps the cap of the flow.
    flow.plan = { ...what.flow, cap: flow.plan.cap };
    this.shared.reroute(flow.id, nowNs, resources, weights, resources.length);
  }

  rates(): number[] {
    return this.running.map((flow) => this.shared.rate(flow.id));
  }
}

export function usesOf(plan: FlowPlan): { resources: Int32Array; weights: Float64Array } {
  return {
    resources: Int32Array.from(plan.uses, (use) => use.resource),
    weights: Float64Array.from(plan.uses, (use) => use.weight),
  };
}

/** Whether two numbers agree to `relative`, or both are as good as zero. */
export function close(a: number, b: number, relative = 1e-9): boolean {
  return a === b || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b), 1e-6);
}
