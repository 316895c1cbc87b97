/** MTUs that somebody has set by hand, against what the network scheme would set: how packets come to be too long. */
import { z } from 'zod';

/** Every host takes packets of 576 bytes (RFC 791); a field of an IPv4 header holds 65,535. */
const bytes = () => z.int().min(576).max(65_535);

/** `mtu` of a scenario. */
export const mtuSchema = z
  .strictObject({
    pods: bytes().optional().describe("MTU of the pods' interfaces, in bytes; what the scheme sets if left out."),
    tunnel: bytes()
      .optional()
      .describe("MTU of the tunnel's device on every node, in bytes; what the scheme sets if left out."),
    fabric: bytes()
      .optional()
      .describe('MTU of the links between switches, in bytes; that of the environment if left out.'),
    messages: z
      .enum(['pass', 'drop'])
      .default('pass')
      .describe('Whether senders hear "fragmentation needed" (ICMP) from nodes and routers, or a filter drops it.'),
  })
  .describe('MTUs set by hand. Packets that do not fit are cut, told of, or lost in silence, as Linux does it.');

/** `mtu` of a scenario after parsing; in bytes. */
export type MtuSettings = z.output<typeof mtuSchema>;
