/** Checks of images: whoever has one needs a registry, layers of one name are one layer, and the registry is away at one time or another. */
import type { ImagesFile } from './image-schema.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** Findings about the images of living services. */
export function checkImages({ images, workloads }: Partial<ScenarioFile>, hasImages: boolean): Finding[] {
  const findings = images === undefined ? [] : checkAway(images);
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
