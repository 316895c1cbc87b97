/** Requests of living services: who asks whom, what it costs, and how many come. */
import { z } from 'zod';
import { ATTEMPTS_MAX } from '../../models/traffic/load/call-graph-faults.ts';
import { USERS_MAX } from '../../models/traffic/load/closed-source.ts';
import { bytes, duration, exactlyOne, percent, plainName, positive } from './field.ts';

const spanFields = z
  .strictObject({
    constant: duration().optional().describe('Always so long.'),
    exponential: z
      .strictObject({ mean: duration({ min: 1 }).describe('Mean.') })
      .optional()
      .describe('Many short, few long.'),
    uniform: z
      .strictObject({ low: duration().describe('Shortest.'), high: duration({ min: 1 }).describe('Longest.') })
      .optional()
      .describe('All lengths between two are equally likely.'),
    lognormal: z
      .strictObject({
        mean: duration({ min: 1 }).describe('Mean.'),
        sigma: z.number().min(0).max(5).describe('Spread: standard deviation of the logarithm.'),
      })
      .optional()
      .describe('The usual form of service times.'),
  })
  .describe('How long something takes: exactly one form.');

/** How long something takes, in one of its forms. */
export const spanSchema = exactlyOne(spanFields, ['constant', 'exponential', 'uniform', 'lognormal']).describe(
  'How long something takes: exactly one of the forms.',
);

const callSchema = z
  .strictObject({
    to: plainName().describe('The service that is called.'),
    request: plainName().default('request').describe('The kind of request.'),
    chance: percent().prefault('100%').describe('How likely the call is made.'),
    timeout: duration({ min: 1 }).optional().describe('How long the caller waits for an answer; for ever if left out.'),
    attempts: z.int().min(1).max(ATTEMPTS_MAX).default(1).describe('Attempts in all.'),
    size: bytes().optional().describe('Payload of the request.'),
  })
  .describe('A call.');

const requestSchema = z
  .strictObject({
    name: plainName().default('request').describe('Name of this kind of request.'),
    cpu: spanSchema.optional().describe('Time of a core that it costs.'),
    wait: spanSchema.optional().describe('Time that it keeps its worker without a core.'),
    calls: z.array(callSchema).max(50).default([]).describe('Whom it calls after its own work, one after another.'),
    answer: bytes().optional().describe('Payload of the answer.'),
  })
  .describe('A kind of request.');

const loadServiceSchema = z
  .strictObject({
    name: plainName().describe('A group of `cluster.pods`.'),
    workers: z.int().min(1).max(100_000).default(100).describe('Requests that a pod works on at once.'),
    queue: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe('Requests that may wait at a pod; any number if left out.'),
    balancing: z
      .enum(['random', 'round-robin', 'least-requests'])
      .default('random')
      .describe('How callers choose a pod; `random` is what iptables does.'),
    requests: z.array(requestSchema).min(1).max(50).describe('Kinds of requests that it answers.'),
  })
  .describe('A service.');

/** The most requests a second that a source may be written with. */
export const RATE_MAX = 10_000_000;

const columnName = () => z.string().min(1).max(200);

const recordedSchema = z
  .strictObject({
    recorded: z
      .string()
      .min(1)
      .max(500)
      .describe('A CSV file beside the scenario; its first line names the columns. Rows of one instant are summed.'),
    time: columnName()
      .optional()
      .describe('Column of the times, numbers or ISO 8601; the one with `time` or `date` in its name if left out.'),
    value: columnName()
      .optional()
      .describe('Column of requests a second; the one named `value`, `qps`, `rps` or `rate` if left out.'),
    timeUnit: z.enum(['ns', 'us', 'ms', 's', 'min']).default('s').describe('Unit of times that are numbers.'),
    where: z
      .record(z.string().max(200), z.string().max(1000))
      .default({})
      .describe('Only rows whose columns have these values.'),
    holes: z
      .enum(['refuse', 'zero', 'interpolate'])
      .default('refuse')
      .describe('Instants without rows: a fault of the file, no requests, or what lies between their neighbours.'),
    scale: z.number().positive().max(1e9).default(1).describe('All values times this.'),
    between: z
      .enum(['step', 'linear'])
      .default('step')
      .describe('Whether a value holds until the next, or goes there in a straight line.'),
    after: z
      .enum(['hold', 'repeat', 'stop'])
      .default('hold')
      .describe('After the last row: its value holds, all begins anew, or nothing comes any more.'),
  })
  .describe('A rate that was recorded: it begins with the first row of the file.');

const rateSchema = z
  .union([
    positive(RATE_MAX),
    z
      .strictObject({
        steps: z
          .array(
            z
              .strictObject({
                at: duration().describe('From here on.'),
                rate: z.number().min(0).max(RATE_MAX).describe('Requests a second.'),
              })
              .describe('A step.'),
          )
          .min(1)
          .max(100_000)
          .describe('Rates from instants on; the first at 0s.'),
        between: z
          .enum(['step', 'linear'])
          .default('step')
          .describe('Whether a rate holds until the next, or goes there in a straight line.'),
        repeatEvery: duration({ min: 1 }).optional().describe('The steps begin anew after so long.'),
      })
      .describe('A rate that changes.'),
    recordedSchema,
  ])
  .describe('Requests a second.');

const sourceSchema = z
  .strictObject({
    name: plainName().describe('Name in results.'),
    to: plainName().describe('The service that is asked.'),
    request: plainName().default('request').describe('The kind of request.'),
    rate: rateSchema.optional(),
    users: z
      .int()
      .min(1)
      .max(USERS_MAX)
      .optional()
      .describe('So many users, each of whom asks, waits for the answer and thinks.'),
    think: spanSchema.optional().describe('How long users think; not at all if left out.'),
    timeout: duration({ min: 1 }).optional().describe('How long an answer is waited for; for ever if left out.'),
    attempts: z.int().min(1).max(ATTEMPTS_MAX).default(1).describe('Attempts in all.'),
    size: bytes().optional().describe('Payload of a request.'),
    near: plainName()
      .optional()
      .describe('The member of `federation` in whose zone the callers are; the first one if left out.'),
  })
  .describe('Where requests come from: a rate, or users.');

/** `load` of a scenario. */
export const loadSchema = z
  .strictObject({
    start: duration().prefault('0s').describe('When requests begin.'),
    standing: z
      .boolean()
      .default(false)
      .describe(
        'Whether pods of Deployments, StatefulSets and DaemonSets stand and are Ready when the run begins, each on the node that the scheduler chooses for it, as far as there is room; else they are created then, and start. Jobs always start.',
      ),
    warmUp: duration().prefault('0s').describe('For how long after that they do not count yet.'),
    endpointLag: duration()
      .prefault('1s')
      .describe(
        'From a pod being Ready, or ordered to end, until callers choose by it: endpoints, watches and the proxies of nodes together. An assumption.',
      ),
    flowsFrom: bytes()
      .optional()
      .describe(
        'Payloads of this size and more are flows: they share links and processors with each other. All pay the way of an idle network if left out.',
      ),
    thin: z
      .strictObject({
        window: duration({ min: 1e9, max: 3600e9 }).prefault('15s').describe('How long a window is.'),
        samples: z
          .int()
          .min(1)
          .max(10_000)
          .default(50)
          .describe('Requests of each source and window whose way is followed, for latencies.'),
      })
      .optional()
      .describe(
        'Requests are counted by windows instead of one by one: for long runs and high rates. Queues are those of theory; what dies with a pod, neighbours on a node, and the cost of traffic between clusters are left out.',
      ),
    services: z.array(loadServiceSchema).min(1).max(1000).describe('Services that answer.'),
    sources: z
      .array(exactlyOne(sourceSchema, ['rate', 'users']))
      .min(1)
      .max(1000)
      .describe(
        'Who asks; latencies over all are those of the first one, and several are told by name too: `latencyP99:NAME`.',
      ),
  })
  .optional()
  .describe('Requests of living services. A scenario has either this or `traffic`.');

/** A recorded rate as it is written. */
export type RecordedRateFile = z.output<typeof recordedSchema>;
/** `load` after parsing; times in ns. */
export type LoadFile = NonNullable<z.output<typeof loadSchema>>;
/** A length after parsing: exactly one of its forms is there. */
export type SpanFile = z.output<typeof spanFields>;
