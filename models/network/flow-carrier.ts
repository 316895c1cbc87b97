/**
 * What moves flows between nodes, as traffic sees it: a fluid (transport.ts), or a fluid and packets (levels/two-level-transport.ts).
 *
 * Source: ours. Left out: everything but the interface; it holds no model.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { FlowId, ResourceId } from '../../sim/sharing/shared-resources.ts';
import type { DataPathCost } from '../machine/data-path.ts';
import type { ShareFollower } from './settlement.ts';

/** A flow as the traffic model asks for it. */
export interface FlowRequest {
  /** Number of the sending node. */
  readonly from: number;
  /** Number of the receiving node. */
  readonly to: number;
  /** Payload. */
  readonly bytes: number;
  /** The same with all headers and framing, as links carry it. */
  readonly wireBytes: number;
  /** What switches choose the spine by; a whole number from 0. */
  readonly hash: number;
  readonly cost: DataPathCost;
  /** Payload bytes a second at most: what one core moves, or the application's own pace. */
  readonly capBytesPerSec: number;
  /** Needed where links are at packet level. */
  readonly packets?: PacketShape;
}

/** How a flow looks where it goes as packets. */
export interface PacketShape {
  readonly protocol: 'tcp' | 'udp';
  /** Payload of a full packet. */
  readonly payloadBytes: number;
  /** A full packet on the wire. */
  readonly packetBytes: number;
  /** An acknowledgement on the wire. */
  readonly answerBytes: number;
}

/** What moves the flows of one run; the numbers of flows are those of SharedResources. */
export interface FlowCarrier extends ShareFollower {
  /** The processors of a node as a shared resource. */
  processorOf(node: number): ResourceId;
  /** Starts a flow at `nowNs`; call settle() before the clock moves on. */
  start(request: FlowRequest, nowNs: TimeNs): FlowId;
  /** Ends a flow before its time; returns the payload bytes that have not arrived. */
  stop(flow: FlowId, nowNs: TimeNs): number;
  /** The next flow that has finished by `nowNs`, or -1. */
  popFinished(nowNs: TimeNs): FlowId;
  /** All running flows whose way between two racks differs from what the switches would now choose; moves them. */
  rehash(nowNs: TimeNs): FlowId[];
  /** Links that the flow crosses now. */
  hops(flow: FlowId): number;
  /** True when the flow crosses a link that does not carry. */
  standsStill(flow: FlowId): boolean;
  /** Running flows with an end on `node`, in order of their ids. */
  flowsAt(node: number): FlowId[];
  /** Running flows over `link`, in order of their ids. */
  flowsOver(link: number): FlowId[];
  /** Payload bytes of a running flow that have not arrived at `nowNs`. */
  remaining(flow: FlowId, nowNs: TimeNs): number;
  /** Payload bytes that got lost on the way and are not sent again; of a flow that has just finished, too. */
  lostBytes(flow: FlowId): number;
  /** Of the time that the last byte needs to the receiver, what had passed when the flow counted as finished. */
  arrivedNs(flow: FlowId): TimeNs;
  /** The resource that bounds the flow's rate, `BOUND_BY_CAP` or `BOUND_BY_NOTHING`. */
  boundBy(flow: FlowId): ResourceId;
  /** Units of the resource in use per second. */
  load(resource: ResourceId): number;
}
