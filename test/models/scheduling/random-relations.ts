/** Random wishes of pods about other pods, and the namespaces and services that they name, for property tests. */
import fc from 'fast-check';
import type { ClusterObjects } from '../../../models/cluster/cluster-objects.ts';
import type { LabelSelector } from '../../../models/cluster/label-selector.ts';
import type { HostPort, PodShape } from '../../../models/cluster/pod.ts';
import type { PodAffinity, PodAffinityTerm, TopologySpreadConstraint } from '../../../models/cluster/pod-relations.ts';
import type { Taint } from '../../../models/cluster/toleration.ts';
import { type Cluster, nodeWith, shapeWith } from './small-cluster.ts';

/** Few labels and values, so that selectors often meet pods. */
export const podLabels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('x', 'y'), {
  noNullPrototype: true,
});

const namespace = fc.constantFrom('default', 'default', 'other');

const requirement = fc.record({
  key: fc.constantFrom('app', 'tier'),
  operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
  values: fc.subarray(['x', 'y']),
});

const selector: fc.Arbitrary<LabelSelector | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 8,
    arbitrary: fc.record({ matchLabels: podLabels, matchExpressions: fc.array(requirement, { maxLength: 1 }) }),
  },
);

const topologyKey = fc.constantFrom('kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'disk');

const term: fc.Arbitrary<PodAffinityTerm> = fc.record({
  selector,
  namespaces: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(['default', 'other'])),
  namespaceSelector: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    fc.constantFrom({ matchLabels: {}, matchExpressions: [] }, { matchLabels: { team: 'a' }, matchExpressions: [] }),
  ),
  topologyKey,
});

const affinity: fc.Arbitrary<PodAffinity> = fc.record({
  required: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(term, { maxLength: 2 })),
  preferred: fc.array(
    term.chain((one) => fc.integer({ min: 1, max: 100 }).map((weight) => ({ ...one, weight }))),
    { maxLength: 2 },
  ),
});

const constraint: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  maxSkew: fc.integer({ min: 1, max: 3 }),
  topologyKey,
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const),
  selector,
  minDomains: fc.constantFrom(1, 1, 2, 5),
  nodeAffinityPolicy: fc.constantFrom('Honor' as const, 'Ignore' as const),
  nodeTaintsPolicy: fc.constantFrom('Honor' as const, 'Ignore' as const),
});

const hostPort: fc.Arbitrary<HostPort> = fc.record({
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  hostIp: fc.constantFrom('0.0.0.0', '10.0.0.1', '10.0.0.2'),
  port: fc.constantFrom(80, 443),
});

const mostlyNone = <T>(arbitrary: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, arbitrary);

/** Everything that a shape may say of other pods, ports, images and other resources. */
export const relations: fc.Arbitrary<Partial<PodShape>> = fc
  .record({
    namespace,
    labels: podLabels,
    podAffinity: mostlyNone(affinity),
    podAntiAffinity: mostlyNone(affinity),
    topologySpread: mostlyNone(fc.array(constraint, { minLength: 1, maxLength: 3 }), 2),
    hostPorts: mostlyNone(fc.array(hostPort, { minLength: 1, maxLength: 2 }), 6),
    images: mostlyNone(fc.array(fc.constantFrom('big:1', 'small:1', 'none:1'), { minLength: 1, maxLength: 3 })),
    extended: mostlyNone(fc.dictionary(fc.constantFrom('a/fpga', 'ephemeral-storage'), fc.constantFrom(0, 1, 3)), 6),
  })
  .map((shape) => Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)));

/** Namespaces and services for them. */
export const anyObjects: fc.Arbitrary<ClusterObjects> = fc.record({
  namespaces: fc.constant(
    new Map([
      ['default', { team: 'a' }],
      ['other', { team: 'b' }],
    ]),
  ),
  services: fc.array(
    podLabels.chain((labels) => namespace.map((own) => ({ namespace: own, name: 'service', selector: labels }))),
    { maxLength: 2 },
  ),
  disruptionBudgets: fc.constant([]),
});

const rarely = <T>(value: T, otherwise: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 6, arbitrary: fc.constant(otherwise) });

const TAINTS = [{ key: 'a', value: '', effect: 'NoSchedule' }] as const;

const roomyNode = fc
  .record({
    zone: fc.constantFrom('a', 'b', 'c'),
    disk: fc.constantFrom('1', '2'),
    lacks: rarely(['zone'], []).chain((zone) => rarely(['disk', ...zone], zone)),
    taints: rarely<readonly Taint[]>(TAINTS, []),
  })
  .map(({ zone, disk, lacks, taints }) => ({ taints, labels: { ...without({ zone, disk }, lacks) } }));

function without(labels: Record<string, string>, lacks: readonly string[]): Record<string, string> {
  const left = Object.entries(labels).filter(([key]) => !lacks.includes(key));
  return Object.fromEntries(left.map(([key, value]) => [key === 'zone' ? 'topology.kubernetes.io/zone' : key, value]));
}

const wishfulShape = fc
  .record({
    relations,
    nodeSelector: rarely<Record<string, string>>({ disk: '1' }, {}),
    podAffinity: mostlyNone(affinity, 1),
    podAntiAffinity: mostlyNone(affinity, 1),
    topologySpread: mostlyNone(fc.array(constraint, { minLength: 1, maxLength: 3 }), 1),
  })
  .map(({ relations: more, nodeSelector, ...own }) => {
    const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return shapeWith({ cpuMilli: 10, memoryMib: 10, ...more, extended: {}, hostPorts: [], nodeSelector, ...said });
  });

/** Roomy nodes, and pods that care of nothing but other pods. */
export const relatedCluster: fc.Arbitrary<Cluster> = fc
  .tuple(
    fc.array(roomyNode, { minLength: 3, maxLength: 8, size: 'max' }),
    fc.array(wishfulShape, { minLength: 2, maxLength: 5, size: 'max' }),
    fc.array(fc.nat(1000), { minLength: 15, maxLength: 40, size: 'max' }),
  )
  .map(([nodes, shapes, picks]) => ({
    nodes: nodes.map(({ labels, taints }, i) =>
      nodeWith({
        name: `n${i}`,
        taints,
        labels: { ...labels, ...(i === 7 ? {} : { 'kubernetes.io/hostname': `n${i}` }) },
      }),
    ),
    shapes,
    pods: picks.map((pick, i) => ({ name: `pod-${i}`, shape: pick % shapes.length, service: -1 })),
  }));
