/** `federation.activeStandby`: a workload that one member at a time shall serve. */
import { z } from 'zod';
import { duration, plainName } from './field.ts';

const FAILURES_MAX = 1_000;

const probesSchema = z
  .strictObject({
    period: duration({ min: 1 }).prefault('10s').describe('From the begin of a probe to the next. An assumption.'),
    timeout: duration({ min: 1 }).prefault('3s').describe('How long an answer is waited for. An assumption.'),
    failures: z.int().min(1).max(FAILURES_MAX).default(3).describe('Failed probes in a row until the other is lost.'),
    successes: z.int().min(1).max(FAILURES_MAX).default(1).describe('Answers in a row until it is taken back.'),
  })
  .describe('How the two find that the other one is lost.');

/** One active place and a standby. */
export const standbySchema = z
  .strictObject({
    workload: plainName().describe('The service; it has pods in both members, and only an active one answers.'),
    active: plainName().describe('The member that serves at first.'),
    standby: plainName().describe('The member that takes over when it believes the other lost.'),
    witness: plainName()
      .optional()
      .describe(
        'A third member that probes both: two of three must agree that one is lost, and who hears no other place stops. Without it each decides alone.',
      ),
    failback: z.boolean().default(false).describe('The first member serves again as soon as it is back.'),
    probes: probesSchema.prefault({}),
  })
  .optional()
  .describe('One workload that one member at a time shall serve.');

/** `federation.activeStandby` after parsing. */
export type StandbyFile = NonNullable<z.output<typeof standbySchema>>;
