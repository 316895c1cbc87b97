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
  counted('imagesRemoved', 'Images removed', 'Images that kubelets took off a disk because nobody used them.'),
  metric('imageBytesFreed', 'Bytes of disk freed', 'B', 'neither', 'What removed images had taken of the disks.'),
  metric(
    'imageGarbageShort',
    'Image collections that freed too little',
    '',
    'lower',
    'Looks at the images of a full disk that could not get it down to the lower threshold.',
  ),
  metric('diskUsePeak', 'Fullest disk', 'fraction', 'lower', 'Most of a disk that was in use on any node at any time.'),
  metric(
    'diskEvictions',
    'Pods evicted for want of disk',
    '',
    'lower',
    'Pods that kubelets ended because their disk was full and no image could be removed.',
  ),
];
