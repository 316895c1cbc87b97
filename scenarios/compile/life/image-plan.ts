/** The images of a document's workloads, version by version, as one catalog. */
import type { Image, ImageCatalog, Layer } from '../../../models/images/image.ts';
import type { ImageFile } from '../../document/image-schema.ts';

/** Collects images; layers of one name are one layer. */
export class ImagePlan implements ImageCatalog {
  readonly layers: Layer[] = [];
  readonly images: Image[] = [];
  readonly #numbers = new Map<string, number>();

  /** The images of a version of a workload, by number: one, or none. Later versions bring the last layer anew. */
  imagesOf(workload: string, file: ImageFile | undefined, version: number): readonly number[] {
    if (file === undefined) return [];
    const last = file.layers.length - 1;
    const layers = file.layers.map(({ name, size }, at) =>
      this.#layer(at === last && version > 0 ? `${name} of ${workload}, version ${version + 1}` : name, size),
    );
    const name = version === 0 ? workload : `${workload}, version ${version + 1}`;
    this.images.push({ name, layers, policy: file.pull });
    return [this.images.length - 1];
  }

  #layer(name: string, bytes: number): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.layers.length;
      this.#numbers.set(name, number);
      this.layers.push({ name, bytes });
    }
    return number;
  }
}
