/**
 * What a network scheme is: the one interface that every scheme's file fills in.
 *
 * A scheme says what it needs of the network, how a pod joins (by CNI or CNM), what its packets look like on the wire,
 * what they cost, which addresses it hands out, and what happens when nodes come, go or die. Verdicts are not written
 * here: judgement.ts derives them from the packets and the environment's rules.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { Stream } from '../../sim/random/stream.ts';
import type { DataPathKind } from '../machine/data-path.ts';
import type { PolicyChains } from '../machine/rule-cost.ts';
import type { AddressPlan } from '../network/addresses.ts';
import type { ControlPlaneKind } from '../network/control-plane/profiles.ts';
import type { AddressProvider, Condition, Environment, RuleName } from '../network/environment.ts';
import type { Frame, WireShape } from '../network/frames.ts';
import type { NodeRouting } from '../network/routing/node-routing.ts';
import type { NodeForwarding } from '../network/walking/ground.ts';
import type { Growth } from './growth.ts';

/** Sizes of the cluster that a scheme's needs grow with. */
export interface ClusterExtent {
  readonly nodes: number;
  readonly racks: number;
  readonly pods: number;
  /** Pod address blocks in use. */
  readonly blocks: number;
  /** Pods that one node may hold. */
  readonly podsPerNodeMax: number;
  /** Groups of pods that must not reach each other. */
  readonly tenants: number;
}

/** Two pods on two nodes, for the example packet. */
export interface PacketEnds {
  /** Addresses as text, of the pods and of the nodes that they stand on. */
  readonly sourcePod: string;
  readonly destinationPod: string;
  readonly sourceNode: string;
  readonly destinationNode: string;
  /** The first router, when the nodes are not in one subnet. */
  readonly router: string;
  /** The VLAN of the pods, for schemes that tag. */
  readonly vlanId: number;
  /** Whether the two nodes share a subnet. */
  readonly sameSubnet: boolean;
}

/** A packet that the scheme puts on the wire, and why. */
export interface ExamplePacket {
  /** In words: "a packet from a pod to a pod". */
  readonly what: string;
  readonly frame: Frame;
}

/** Something that the network must do for the control plane of a scheme. */
export interface Need {
  /** The rule that may refuse it; absent when only a quota may. */
  readonly rule?: RuleName;
  /** The packet or act in words, as the header of a refusal. */
  readonly header: string;
  /** The device that must grant it, in words. */
  readonly hop: string;
  /** Routes that this puts into one router or table, held against `route-quota`. */
  readonly routes?: number;
  /** Addresses that show behind one interface, held against `addresses-per-interface`. */
  readonly addressesOfInterface?: number;
  /** Addresses taken from the whole network, held against `addresses-per-network`. */
  readonly addressesOfNetwork?: number;
  /** Whose interface must hand out the pods' addresses, held against `provider-addresses`. */
  readonly provider?: AddressProvider;
  /** Ids that a field of a header must number. */
  readonly ids?: IdNeed;
  /** The condition that is met once the network agrees. */
  readonly gives?: Condition;
  /** Without it the scheme still runs as far as its packets pass. */
  readonly optional?: boolean;
}

/** What the 24 bits of a VXLAN header can number. */
export const NETWORK_IDS = 16_777_216;

/** Ids in a header: one for each tenant. */
export interface IdNeed {
  /** The name under which a refusal is told. */
  readonly rule: 'vlan-ids' | 'network-ids';
  readonly count: number;
  /** What the field can number. */
  readonly limit: number;
  readonly source: string;
}

/** A thing that must be allowed or told, or that can fail. */
export interface Statement {
  /** One sentence for people. */
  readonly words: string;
  /** How many of it: routes, sessions, ports. */
  readonly count?: number;
  /** Where it is written. */
  readonly source?: string;
  /** True when a figure in it comes from a stated formula and not from a simulated protocol. */
  readonly closedForm?: boolean;
}

/** When callers of a dead node's pods are refused at once instead of being left to wait. */
export interface Withdrawal {
  /** Delay after the death, or null when routes of BGP decide or the network goes on trying until the control plane acts. */
  readonly afterNs: TimeNs | null;
  /** What happens meanwhile, one sentence for people. */
  readonly words: string;
  /** Where the delay comes from. */
  readonly source: string;
}

/** What one entry stands for that a node programs for pods of other nodes. */
export type EntryScope = 'node' | 'block' | 'pod';

/** How nodes come to know where the pods of other nodes are. */
export type ControlPlane =
  /** Nodes and routers tell each other. */
  | { readonly kind: 'bgp' }
  /** Switches and pods learn it from packets. */
  | { readonly kind: 'learnt' }
  /** Somebody writes it down. */
  | { readonly kind: 'written' }
  /** The provider's network knows it before the pod has its address. */
  | { readonly kind: 'provider' }
  /** A server tells them: models/network/control-plane. */
  | {
      readonly kind: ControlPlaneKind;
      /** What forwarding goes by: pods of a node or block that is known are reached at once. */
      readonly forwardsBy: EntryScope;
      /** Entries that nodes are told beside, such as identities of pods; none when absent. */
      readonly alsoTells?: EntryScope;
    };

/** What limits by instance go by. */
export interface MachineSize {
  readonly cpuMilli: number;
  /** The provider's name of the instance; empty when the scenario names none. */
  readonly instanceType: string;
}

/** Pods added to every node by the scheme. */
export interface Agent {
  /** Requested, thousandths of a processor. */
  readonly cpuMilli: number;
  /** Requested. */
  readonly memoryMib: number;
  /** The manifest that the requests are taken from, or that they are assumed. */
  readonly source: string;
}

/** One way of a pod's packets between two nodes: what is put around them, and what it costs. */
export interface PathShape extends WireShape {
  /** Way through the kernels of the two nodes; decides cost and round trip. */
  readonly dataPath: DataPathKind;
}

/** The ways of a scheme's packets, by where the two pods stand. */
export interface SchemePaths {
  /** Between two pods of one node. */
  readonly sameNode: DataPathKind;
  /** Between nodes that share a subnet. */
  readonly sameSubnet: PathShape;
  /** Between nodes with a router between them. */
  readonly acrossSubnets: PathShape;
}

/** The ways of a scheme that treats all other nodes alike. */
export function uniformPaths(sameNode: DataPathKind, between: PathShape): SchemePaths {
  return { sameNode, sameSubnet: between, acrossSubnets: between };
}

/** The way between nodes where there is only one, or the dearer of two: what processors are reserved for. */
export function mainPath(paths: SchemePaths, subnets: Environment['subnets']): PathShape {
  return subnets === 'one' ? paths.sameSubnet : paths.acrossSubnets;
}

/** Nodes that stand in another subnet than a given one, racks being as even as can be. */
export function nodesOfOtherSubnets({ nodes, racks }: ClusterExtent, environment: Environment): number {
  return environment.subnets === 'one' ? 0 : nodes - Math.ceil(nodes / racks);
}

/** A network scheme in one mode. */
export interface NetworkScheme {
  /** Name that scenarios use. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** The mode modelled here, in words. */
  readonly mode: string;
  /** The interface by which pods are joined. */
  readonly attachment: 'CNI' | 'CNM' | 'CNI and CNM';
  /** How pods see each other: on one segment (2), through routers (3), or both. */
  readonly layer: '2' | '3' | '2+3';
  /** `underlay`: pods' packets travel as they are; `overlay`: wrapped in packets between nodes; `mixed`: by subnet. */
  readonly traversal: 'underlay' | 'overlay' | 'mixed';
  /** What keeps groups of pods apart. */
  readonly isolation: 'none' | 'VLAN' | 'VXLAN' | 'policy';
  /** Whether the scheme enforces Kubernetes' NetworkPolicy or one of its own. */
  readonly policy: 'none' | 'NetworkPolicy' | 'own';
  readonly paths: SchemePaths;
  /** Devices and tables between a pod and its node's card, as a walk names them. */
  readonly forwarding: NodeForwarding;
  /** Chains that its agent puts in the way of every packet of its pods, as measured; none when absent. */
  readonly chains?: PolicyChains;
  /** What the pods' MTU leaves free of the underlay's; a mixed scheme leaves room for its tunnel everywhere. */
  readonly mtuReserveBytes: number;
  readonly addressPlan: AddressPlan;
  readonly agent: Agent;
  /**
   * Whose broadcasts a pod hears, where pods are stations of layer 2 themselves: those of its tenant on all nodes, or those
   * of its node's subnet. Absent where a node stands between a pod and all others.
   */
  readonly broadcastDomain?: 'tenant' | 'subnet';
  /** How other nodes learn of its pods. */
  readonly controlPlane: ControlPlane;
  /** How a pod joins, step by step. */
  readonly join: readonly string[];
  /** Where the scheme's behaviour is written. */
  readonly source: string;
  /** What the control plane needs of this environment. */
  needs(extent: ClusterExtent, environment: Environment): readonly Need[];
  /** Packets that must pass between two nodes. */
  packets(ends: PacketEnds): readonly ExamplePacket[];
  /** Pods that a node of that size may hold by the scheme's own limits; no limit when absent. */
  podsPerNode?(machine: MachineSize): number;
  /** How its state and its control plane grow, in closed form. */
  growth(extent: ClusterExtent, environment: Environment): readonly Growth[];
  /** What the network must allow or be told beside the needs. */
  changes(extent: ClusterExtent, environment: Environment): readonly Statement[];
  /** What can fail, and what that does. */
  risks(extent: ClusterExtent, environment: Environment): readonly Statement[];
  /** Work for each node that joins or leaves, in words. */
  readonly onNodeJoin: string;
  readonly onNodeLeave: string;
  /** How its nodes tell each other of pods by BGP, where they do; absent: they do not. */
  nodeRouting?(environment: Environment): NodeRouting | undefined;
  /** When callers of a dead node's pods learn of it otherwise; drawn anew for each death. */
  onNodeDeath(environment: Environment, stream: Stream): Withdrawal;
}
