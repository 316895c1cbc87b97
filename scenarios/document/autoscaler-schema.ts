/** What changes the number of replicas by itself: a HorizontalPodAutoscaler, or a provider's alarms. */
import { z } from 'zod';
import { ALARM_DEFAULTS } from '../../models/autoscaling/alarm-loop.ts';
import { duration, percent, plainName } from './field.ts';

const alarmSchema = z
  .strictObject({
    on: z
      .enum(['cpu', 'requests'])
      .default('cpu')
      .describe('Use of the requested processors, or requests a second for each pod.'),
    above: z
      .union([percent({ min: 0.001, max: 10 }), z.number().positive()])
      .describe('The upper alarm counts periods above this: a share for cpu, a number for requests.'),
    below: z
      .union([percent({ min: 0, max: 10 }), z.number().min(0)])
      .describe('The lower alarm counts periods below this; not more than `above`.'),
    periods: z.int().min(1).max(100).default(ALARM_DEFAULTS.periods).describe('How many periods in a row.'),
    period: duration({ min: 1e9, max: 3600e9 }).prefault('60s').describe('Length of a period, over which is averaged.'),
    delay: duration({ max: 3600e9 }).prefault('30s').describe('From the end of a period until its value is known.'),
    add: z.int().min(1).max(10_000).default(ALARM_DEFAULTS.add).describe('Replicas that the upper alarm adds.'),
    remove: z.int().min(1).max(10_000).default(ALARM_DEFAULTS.remove).describe('Replicas that the lower alarm takes.'),
    cooldown: duration({ max: 36_000e9 }).prefault('300s').describe('No change for so long after one.'),
  })
  .describe("A provider's own loop instead of a HorizontalPodAutoscaler: two alarms, fixed steps, a pause after each.");

const scrapeSchema = z
  .strictObject({
    interval: duration({ min: 1e9, max: 3600e9 }).prefault('30s').describe('How often Prometheus takes the counter.'),
    range: duration({ min: 2e9, max: 36_000e9 })
      .prefault('2m')
      .describe('The range of rate(): two values have to lie in it, or there is no metric.'),
  })
  .prefault({})
  .describe('How the metric of `requests` comes about.');

const autoscalerSchema = z
  .strictObject({
    target: plainName().describe('The workload that it scales.'),
    min: z.int().min(1).max(100_000).default(1).describe('Fewest replicas.'),
    max: z.int().min(1).max(100_000).describe('Most replicas.'),
    cpu: percent({ min: 0.01, max: 10 })
      .optional()
      .describe('Wanted use of the requested processors; 80% where neither it nor `requests` is written.'),
    requests: z
      .number()
      .positive()
      .optional()
      .describe(
        'Wanted requests a second for each pod: a metric of the service, as Prometheus and its adapter tell it.',
      ),
    scrape: scrapeSchema,
    upWindow: duration({ max: 3600e9 })
      .prefault('0s')
      .describe('Stabilisation of growth: the lowest recommendation of this time counts.'),
    downWindow: duration({ max: 3600e9 })
      .prefault('300s')
      .describe('Stabilisation of shrinking: the highest recommendation of this time counts.'),
    alarm: alarmSchema.optional(),
  })
  .describe(
    'A HorizontalPodAutoscaler of autoscaling/v2 on processor use, on requests, or on the larger of both; or alarms.',
  );

/** `autoscalers` of a scenario. */
export const autoscalersSchema = z
  .array(autoscalerSchema)
  .max(1000)
  .default([])
  .describe('What changes the number of replicas, by what the metrics pipeline tells. Needs `load`.');

/** One autoscaler after parsing; times in ns, shares as fractions. */
export type AutoscalerFile = z.output<typeof autoscalerSchema>;
/** A provider's loop after parsing. */
export type AlarmFile = NonNullable<AutoscalerFile['alarm']>;
