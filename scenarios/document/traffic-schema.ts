/** Who talks to whom in a scenario, how often, and how much. */
import { z } from 'zod';
import type { Distribution } from '../../sim/random/distributions.ts';
import { bandwidth, bytes, duration, exactlyOne, plainName, positive } from './field.ts';

/** A distribution of flow sizes in bytes. */
export type SizeDistribution = Distribution;

const sizeFields = z
  .strictObject({
    constant: bytes().optional().describe('Every flow has this size.'),
    uniform: z
      .strictObject({ low: bytes().describe('Smallest size.'), high: bytes().describe('Largest size.') })
      .optional()
      .describe('All sizes between two are equally likely.'),
    exponential: z
      .strictObject({ mean: bytes().describe('Mean size.') })
      .optional()
      .describe('Many small, few large.'),
    lognormal: z
      .strictObject({
        mean: bytes().describe('Mean size.'),
        sigma: z.number().min(0).max(5).describe('Spread: standard deviation of the logarithm.'),
      })
      .optional()
      .describe('The usual form of requests.'),
    pareto: z
      .strictObject({
        min: bytes().describe('Smallest size.'),
        shape: positive(20).describe('Weight of the tail: the smaller, the heavier.'),
        max: bytes().describe('Largest size.'),
      })
      .optional()
      .describe('Heavy tail between two bounds: few flows carry most bytes.'),
  })
  .describe('How large a flow is: exactly one form.');

const sizeSchema = exactlyOne(sizeFields, ['constant', 'uniform', 'exponential', 'lognormal', 'pareto'])
  .transform(toDistribution)
  .describe('How large a flow is: exactly one of the forms.');

/** What a UDP datagram over IPv4 holds at most: 65,535 less 28 of headers. */
const DATAGRAM_BYTES_MAX = 65_507;

const talkerSchema = z
  .strictObject({
    name: plainName().describe('Name in results and views.'),
    rate: positive(10_000_000).describe('Flows a second over the whole cluster.'),
    size: sizeSchema,
    pace: bandwidth()
      .optional()
      .describe('Payload that the application itself offers at most; as fast as it goes if left out.'),
    protocol: z
      .enum(['tcp', 'udp'])
      .default('tcp')
      .describe('UDP pays for every datagram: the network card cuts nothing for it.'),
    datagram: bytes({ max: DATAGRAM_BYTES_MAX })
      .optional()
      .describe("Payload of a UDP datagram; as much as the pod's MTU holds if left out."),
    measures: z
      .enum(['latency', 'throughput', 'continuity'])
      .describe('What this talker is judged by; `continuity`: only whether it stands still or fails.'),
  })
  .describe('One kind of flow.');

/** `traffic` of a scenario. */
export const trafficSchema = z
  .strictObject({
    start: duration().prefault('0s').describe('When flows begin; the time before is for placing.'),
    warmUp: z
      .union([z.literal('auto'), duration()])
      .prefault('0s')
      .describe(
        'For how long after their start flows do not count yet, so that an empty network flatters nobody: calls that arrive in this time, and loads. They run all the same. `auto`: until the number of flows under way shows no trace of the start any more, by MSER-5 (White 1997) over the first replication of each alternative up to the first fault; the longest counts for all.',
      ),
    talkers: z.array(talkerSchema).min(1).max(50).describe('Kinds of flow.'),
  })
  .describe('The flows between services.');

const callSchema = z
  .strictObject({
    from: plainName().describe('Name of the pods that call.'),
    to: plainName().describe('Name of the pods that are called.'),
    pairing: z
      .enum(['same-index', 'all'])
      .default('all')
      .describe('Service i calls service i of the other kind, or each calls all.'),
  })
  .describe('Services of one kind call services of another.');

/** `services` of a scenario. */
export const servicesSchema = z
  .strictObject({
    replicasMax: z
      .int()
      .min(1)
      .max(10_000)
      .default(40)
      .describe('Pods of one kind form services of at most this many replicas.'),
    fanout: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('Each service calls this many others, drawn by the seed; 3, or 0 if `calls` are given.'),
    calls: z.array(callSchema).max(1000).default([]).describe('Who calls whom.'),
    proxies: z
      .enum(['at-once', 'by-watch'])
      .default('at-once')
      .describe(
        'How proxies on nodes know of endpoints: at once, or told by the Kubernetes API and kept from it while it is away.',
      ),
  })
  .describe('How pods form services, and which services call which.');

/** One kind of traffic after parsing: rate in flows a second, sizes in bytes. */
export type Talker = z.output<typeof talkerSchema>;
/** Which services call which, after parsing. */
export type ServiceCall = z.output<typeof callSchema>;
/** `traffic` of a scenario after parsing. */
export type TrafficSettings = z.output<typeof trafficSchema>;
/** `services` of a scenario after parsing. */
export type ServicesFile = z.output<typeof servicesSchema>;

/** The one form that is given; the schema has made sure that there is exactly one. */
function toDistribution(size: z.output<typeof sizeFields>): SizeDistribution {
  if (size.constant !== undefined) return { kind: 'constant', value: size.constant };
  if (size.uniform !== undefined) return { kind: 'uniform', ...size.uniform };
  if (size.exponential !== undefined) return { kind: 'exponential', ...size.exponential };
  if (size.lognormal !== undefined) return { kind: 'lognormal', ...size.lognormal };
  return { kind: 'pareto', ...size.pareto! };
}
