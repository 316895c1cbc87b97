/** How the fabric's own routers find their routes: BGP, its timers, and how they notice what is dead. */
import { z } from 'zod';
import { NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import { duration, type Refusal } from './field.ts';

/** Two bytes of an OPEN hold the hold time, s. */
const SECONDS_MAX = 65_535;

/** BGP sends whole seconds, and routers keep them. */
const WHOLE: Refusal = {
  message: 'not whole seconds',
  expected: 'a duration of whole seconds, such as 9s or 3min',
  hint: 'BGP tells timers in seconds: write 1s or 2s instead of 1500ms',
};

const HOLD: Refusal = {
  message: 'a hold time that routers refuse',
  expected: '0s, or at least 3s',
  hint: 'RFC 4271 allows 0s (a peer is never given up) and 3s or more; BFD notices faster',
};

const wholeSeconds = () =>
  duration({ max: SECONDS_MAX * NS_PER_SECOND }).refine((ns) => ns % NS_PER_SECOND === 0, {
    params: { refusal: WHOLE },
  });

const bfdSchema = z
  .strictObject({
    interval: duration({ min: 10e6, max: 60e9 }).describe('Time between two packets, in both directions.'),
    multiplier: z.int().min(1).max(50).default(3).describe('Packets that may be missing before the peer is given up.'),
  })
  .describe('Bidirectional forwarding detection (RFC 5880) on every session of the fabric.');

/** `routing` of a scenario. */
export const routingSchema = z
  .strictObject({
    spines: z
      .enum(['one-as', 'own-as'])
      .default('one-as')
      .describe(
        'AS numbers of the spines: one for all, so that a route never goes down and up again, or one for each, so that routers hunt for such ways when a route is gone.',
      ),
    keepalive: wholeSeconds().prefault('60s').describe('Time between two keepalives of a session.'),
    hold: wholeSeconds()
      .refine((ns) => ns === 0 || ns >= 3 * NS_PER_SECOND || ns % NS_PER_SECOND !== 0, { params: { refusal: HOLD } })
      .prefault('180s')
      .describe('A peer that is silent for so long is given up; 0s: never.'),
    advertisementInterval: wholeSeconds()
      .prefault('0s')
      .describe('Announcements to a peer are at least so far apart (MRAI); withdrawals never wait.'),
    bfd: z
      .union([z.literal('off'), bfdSchema])
      .default('off')
      .describe('Whether peers watch each other by BFD.'),
  })
  .describe("BGP on the fabric's own switches, which behave like FRR on Linux.");

/** `routing` of a scenario after parsing; times in ns. */
export type RoutingSettings = z.output<typeof routingSchema>;
