/** What changes the number of replicas by itself: a HorizontalPodAutoscaler, or a provider's alarms. */
import { z } from 'zod';
import { ALARM_DEFAULTS } from '../../models/autoscaling/alarm-loop.ts';
import { duration, exactlyOne, percent, plainName } from './field.ts';

/** Windows and scrapes where nothing is written: those of autoscaling/v2 and of the Prometheus operator. */
export const AUTOSCALER_DEFAULTS = {
  cpu: 0.8,
  upWindowNs: 0,
  downWindowNs: 300e9,
  scrape: { interval: 30e9, range: 120e9 },
} as const;

const alarmFields = z
  .strictObject({
    cpu: z
      .strictObject({
        above: percent({ min: 0.001, max: 10 }).describe('The upper alarm counts periods above this.'),
        below: percent({ max: 10 }).describe('The lower alarm counts periods below this; not more than `above`.'),
      })
      .optional()
      .describe('Bounds on the use of the requested processors.'),
    requests: z
      .strictObject({
        above: z.number().positive().describe('The upper alarm counts periods above this.'),
        below: z.number().min(0).describe('The lower alarm counts periods below this; not more than `above`.'),
      })
      .optional()
      .describe('Bounds on requests a second for each pod.'),
    periods: z.int().min(1).max(100).default(ALARM_DEFAULTS.periods).describe('How many periods in a row.'),
    period: duration({ min: 1e9, max: 3600e9 }).prefault('60s').describe('Length of a period, over which is averaged.'),
    delay: duration({ max: 3600e9 }).prefault('30s').describe('From the end of a period until its value is known.'),
    add: z.int().min(1).max(10_000).default(ALARM_DEFAULTS.add).describe('Replicas that the upper alarm adds.'),
    remove: z.int().min(1).max(10_000).default(ALARM_DEFAULTS.remove).describe('Replicas that the lower alarm takes.'),
    cooldown: duration({ max: 36_000e9 }).prefault('300s').describe('No change for so long after one.'),
  })
  .describe('Two alarms on one metric.');

const alarmSchema = exactlyOne(alarmFields, ['cpu', 'requests']).describe(
  "A provider's own loop instead of a HorizontalPodAutoscaler: two alarms, fixed steps, a pause after each.",
);

const scrapeSchema = z
  .strictObject({
    interval: duration({ min: 1e9, max: 3600e9 }).prefault('30s').describe('How often Prometheus takes the counter.'),
    range: duration({ min: 2e9, max: 36_000e9 })
      .prefault('2m')
      .describe('The range of rate(): two values have to lie in it, or there is no metric.'),
  })
  .describe('How the metric of `requests` comes about: each 30 s over 2 min if left out.');

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
    scrape: scrapeSchema.optional(),
    upWindow: duration({ max: 3600e9 })
      .optional()
      .describe('Stabilisation of growth: the lowest recommendation of this time counts; 0s if left out.'),
    downWindow: duration({ max: 3600e9 })
      .optional()
      .describe('Stabilisation of shrinking: the highest recommendation of this time counts; 300s if left out.'),
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
