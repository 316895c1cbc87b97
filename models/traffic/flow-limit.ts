/**
 * What bounds the rate of a flow now.
 *
 * Source: the shared resources' own answer (sim/sharing). Left out: how near the next limit is.
 */
import { BOUND_BY_CAP, BOUND_BY_NOTHING, type FlowId } from '../../sim/sharing/max-min.ts';
import type { Fabric } from '../network/fabric.ts';
import type { FlowCarrier } from '../network/flow-carrier.ts';
import type { Limit } from './measurement.ts';

/**
 * The limit of a flow, undefined while nothing bounds it. Its own cap is the lower one of what one core moves and of the
 * application's own pace.
 */
export function limitOf(
  flow: FlowId,
  streamBytesPerSec: number,
  paceBytesPerSec: number | undefined,
  at: { readonly transport: FlowCarrier; readonly fabric: Fabric },
): Limit | undefined {
  const bound = at.transport.boundBy(flow);
  if (bound === BOUND_BY_NOTHING) return undefined;
  if (bound === BOUND_BY_CAP)
    return paceBytesPerSec !== undefined && paceBytesPerSec < streamBytesPerSec ? 'Pace' : 'Core';
  const link = at.fabric.linkOf(bound);
  if (link < 0) return 'Processors';
  return at.fabric.isTrunk(link) ? 'Uplink' : 'HostLink';
}
