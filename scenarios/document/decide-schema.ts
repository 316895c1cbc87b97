/** How a scenario wants its alternatives weighed: which measures decide, in which order, and whether tipping points are sought. */
import { z } from 'zod';
import { CLOUD_METRICS } from '../../models/world/metrics.ts';

const DIRECTED = CLOUD_METRICS.filter(({ better }) => better !== 'neither').map(({ key }) => key);

/** `decide` of a scenario. */
export const decideSchema = z
  .array(z.enum(DIRECTED).describe('Key of a metric, as the results name it.'))
  .min(1)
  .max(DIRECTED.length)
  .optional()
  .describe(
    'Measures that decide what is recommended, the most important first; those that the answer leads with if left out.',
  );

/** `tipping` of a scenario. */
export const tippingSchema = z
  .boolean()
  .default(false)
  .describe('Whether a comparison also seeks how far each named assumption must move before the recommendation flips.');

/** `tippingReplications` of a scenario. */
export const tippingReplicationsSchema = z
  .int()
  .min(2)
  .max(100)
  .default(5)
  .describe(
    'Runs of each alternative at each value that is tried for a tipping point; the first seeds of the comparison.',
  );
