/** Checks of images: whoever has one needs a registry, layers of one name are one layer, and the registry is away at one time or another. */
import type { ImagesFile } from './image-schema.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** Findings about the images of living services. */
export function checkImages({ images, workloads }: Partial<ScenarioFile>, hasImages: boolean): Finding[] {
  const findings = images === undefined ? [] : [...checkAway(images), ...checkDisk(images, workloads ?? {})];
  const sizes = new Map<string, number>();
  if (
    images !== undefined &&
    workloads !== undefined &&
    Object.values(workloads).every(({ image }) => image === undefined)
  )
    findings.push(
      finding(['images'], 'no workload has one', 'a workload with image', 'none', 'write workloads.NAME.image'),
    );
  for (const [workload, { image }] of Object.entries(workloads ?? {})) {
    if (image === undefined) continue;
    const path: Path = ['workloads', workload, 'image'];
    if (!hasImages)
      findings.push(
        finding(path, 'nobody says where images come from', 'images', 'nothing', 'write images: { registry: 1Gbps }'),
      );
    image.layers.forEach(({ name, size }, at) => {
      const before = sizes.get(name) ?? size;
      sizes.set(name, before);
      if (before === size) return;
      const [expected, got] = [formatQuantity('bytes', before), formatQuantity('bytes', size)];
      const message = `layer "${name}" has another size elsewhere`;
      findings.push(finding([...path, 'layers', at, 'size'], message, expected, got, 'give it another name'));
    });
  }
  return findings;
}

/** Thresholds in order, and images that a disk can hold. */
function checkDisk({ disk }: ImagesFile, workloads: ScenarioFile['workloads']): Finding[] {
  if (disk === undefined) return [];
  const path: Path = ['images', 'disk'];
  const { size, otherUse, expansion, lowThreshold, highThreshold } = disk;
  const findings: Finding[] = [];
  if (lowThreshold > highThreshold) {
    const [expected, got] = [`at most ${highThreshold}`, String(lowThreshold)];
    const message = 'images would have to go until more is in use than before';
    findings.push(finding([...path, 'lowThreshold'], message, expected, got, 'write the smaller one here'));
  }
  if (otherUse >= size) {
    const [expected, got] = [`less than ${formatQuantity('bytes', size)}`, formatQuantity('bytes', otherUse)];
    findings.push(finding([...path, 'otherUse'], 'nothing is left for images', expected, got, 'write a larger disk'));
    return findings;
  }
  const room = size - otherUse;
  const there = new Map<string, number>();
  for (const [name, { image }] of Object.entries(workloads)) {
    if (image === undefined) continue;
    const bytes = expansion * image.layers.reduce((sum, layer) => sum + layer.size, 0);
    if (bytes > room)
      findings.push(tooLarge(['workloads', name, 'image'], 'the disk of a node cannot hold it', bytes, room));
    if (image.there) for (const layer of image.layers) there.set(layer.name, layer.size * expansion);
  }
  const together = [...there.values()].reduce((sum, each) => sum + each, 0);
  if (together > room && findings.length === 0)
    findings.push(tooLarge(path, 'it cannot hold the images that are there when the run begins', together, room));
  return findings;
}

function tooLarge(path: Path, message: string, bytes: number, room: number): Finding {
  const [expected, got] = [formatQuantity('bytes', Math.floor(room)), formatQuantity('bytes', Math.ceil(bytes))];
  return finding(path, message, `at most ${expected} on the disk`, got, 'write a larger disk, or smaller layers');
}

function checkAway({ away }: ImagesFile): Finding[] {
  return away.flatMap(({ at }, index) => {
    const before = away[index - 1];
    if (before === undefined || at > before.at + before.for) return [];
    const expected = `after ${formatQuantity('duration', before.at + before.for)}`;
    const got = formatQuantity('duration', at);
    const message = 'the registry is not back from the time before';
    return [finding(['images', 'away', index, 'at'], message, expected, got, 'put the times in order, apart')];
  });
}
