/** Images of living services: the registry, how nodes pull, and the layers of each workload's image. */
import { z } from 'zod';
import { IMAGE_GARBAGE } from '../../models/images/image-garbage.ts';
import { bandwidth, bytes, duration, line, percent, positive } from './field.ts';

const LAYERS_MAX = 100;

/** As the kubelet reads thresholds: whole percent. */
const wholePercent = () => z.int().min(1).max(100);

const layerSchema = z
  .strictObject({
    name: line().describe('Layers of one name are one layer: a node that has it does not pull it again.'),
    size: bytes().describe('Compressed, as the registry sends it.'),
  })
  .describe('A layer.');

/** `image` of a workload. */
export const imageSchema = z
  .strictObject({
    layers: z
      .array(layerSchema)
      .min(1)
      .max(LAYERS_MAX)
      .describe('The lowest one first. A new version of the workload brings the last one anew, of the same size.'),
    pull: z
      .enum(['if-not-present', 'always'])
      .default('if-not-present')
      .describe('`imagePullPolicy`: with `always` the registry must answer even where the image is.'),
    there: z.boolean().default(false).describe('Nodes that are there when the run begins have it.'),
  })
  .describe('The image of the pods. Needs `images`.');

const diskSchema = z
  .strictObject({
    size: bytes().describe('Of each node.'),
    otherUse: bytes({ min: 0 }).prefault('0B').describe('What is on it beside images: the system, logs.'),
    expansion: positive(20)
      .default(3)
      .describe('Bytes on the disk for each byte that was sent: it is kept, and unpacked beside it. Our assumption.'),
    highThreshold: wholePercent()
      .default(IMAGE_GARBAGE.highPercent)
      .describe('`imageGCHighThresholdPercent`: with so many percent in use unused images go.'),
    lowThreshold: wholePercent()
      .default(IMAGE_GARBAGE.lowPercent)
      .describe('`imageGCLowThresholdPercent`: until so many percent are.'),
    minAge: duration().prefault('2m').describe('`imageMinimumGCAge`: images that came less than that ago stay.'),
    evictBelow: percent({ max: 1 })
      .prefault('15%')
      .describe(
        '`imagefs.available` of `--eviction-hard`: with less left a node takes no new pods, removes all unused images and evicts pods.',
      ),
  })
  .describe(
    'The disk that the images of a node are on. Left out: there is room for everything. A kubelet looks each 5 min at its images and each 10 s at its disk.',
  );

/** `images` of a scenario. */
export const imagesSchema = z
  .strictObject({
    registry: bandwidth().describe(
      'What the registry sends at most, to all nodes of a cluster together. It stands behind the spines, and each cluster has its own.',
    ),
    pullsAtOnce: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe(
        'Images that a node pulls at the same time: 1 is `serializeImagePulls`, more is `maxParallelImagePulls`.',
      ),
    layersAtOnce: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('Layers of an image that are fetched at the same time: containerd, `max_concurrent_downloads`.'),
    unpack: bandwidth()
      .optional()
      .describe('How fast a node unpacks, counted in what was sent; it takes no time if left out.'),
    disk: diskSchema.optional(),
    away: z
      .array(
        z
          .strictObject({
            at: duration().describe('From here on.'),
            for: duration({ min: 1 }).describe('For so long.'),
          })
          .describe('A time.'),
      )
      .max(100)
      .default([])
      .describe('When the registry does not answer: pulls fail and are tried again after 10 s, doubling to 300 s.'),
  })
  .optional()
  .describe('How images come to nodes. Left out: they are there. Needs `load`.');

/** `images` after parsing; times in ns, rates in bits/s. */
export type ImagesFile = NonNullable<z.output<typeof imagesSchema>>;
/** The disk of a node after parsing; sizes in bytes. */
export type DiskFile = z.output<typeof diskSchema>;
/** The image of one workload after parsing. */
export type ImageFile = z.output<typeof imageSchema>;
