/**
 * Figures of images on their way to nodes.
 */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { counted, metric } from './metric-spec.ts';

/** In the order of the answer's table. */
export const IMAGE_METRICS: readonly MetricSpec[] = [
  counted('imagePulls', 'Images pulled', 'Pulls that brought layers to a node.'),
  metric('imagePullsFailed', 'Image pulls that failed', '', 'lower', 'Pulls that the registry did not answer.'),
  metric(
    'imageBytes',
    'Bytes of images',
    'B',
    'lower',
    'Compressed bytes of layers that nodes asked the registry for.',
  ),
  metric(
    'imagePullLongest',
    'Longest image pull',
    'ns',
    'lower',
    'From the beginning of a pull, after the wait for its turn, until the image was unpacked or the pull given up.',
  ),
];
