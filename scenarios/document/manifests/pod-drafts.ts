/** A pod on its way into the cluster: as it was found in a snapshot, or as its controller would make it. */
import type { JsonObject } from './json.ts';
import type { OwnerRef } from './owners.ts';

/** One pod. */
export interface PodDraft {
  readonly namespace: string;
  readonly name: string;
  /** With `metadata.labels` and `spec`. */
  readonly body: JsonObject;
  /** Its last owner: the pods of one form one service. */
  readonly owner: OwnerRef;
  /** It was there already when the snapshot was taken: admission has let it in. */
  readonly exists: boolean;
}
