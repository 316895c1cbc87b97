/**
 * Images as nodes store them: lists of layers, of which several images may share some.
 *
 * Source: OCI image specification 1.1 (a manifest lists its layers by digest); imagePullPolicy of Kubernetes 1.34 `core/v1`.
 * Leaves out: manifests and configurations themselves (a few kilobytes), policy `Never`, several platforms of one image.
 */
import { assert } from '../../sim/engine/assert.ts';

/** A layer, the same wherever its digest is. */
export interface Layer {
  readonly name: string;
  /** As the registry stores and sends it: compressed. */
  readonly bytes: number;
}

/** An image as the pods of one template ask for it. */
export interface Image {
  readonly name: string;
  /** Numbers of its layers, the lowest one first. */
  readonly layers: readonly number[];
  /** `always`: the registry is asked for its digest even where the image is there. */
  readonly policy: 'if-not-present' | 'always';
}

/** All images of a run. */
export interface ImageCatalog {
  readonly layers: readonly Layer[];
  readonly images: readonly Image[];
}

/**
 * Fails on a catalog that no registry could hold: layers without bytes, images of layers that are not there.
 * @throws AssertionError; documents are checked before they get here.
 */
export function assertCatalog({ layers, images }: ImageCatalog): void {
  for (const { name, bytes } of layers) assert(bytes > 0 && Number.isFinite(bytes), () => `layer ${name}: ${bytes} B`);
  for (const image of images)
    assert(
      image.layers.every((layer) => layers[layer] !== undefined),
      () => `image ${image.name} has layers ${image.layers.join(', ')} of ${layers.length}`,
    );
}
