/**
 * Who owns a pod in the end: from the pod over its ReplicaSet to the Deployment, as its owner references say.
 *
 * Source: Kubernetes 1.34, controller references. Owners that lead back to themselves are told and not followed.
 */
import { at, type JsonObject, listAt, textAt } from './json.ts';
import { type Manifest, type ManifestStore, titleOf } from './manifest.ts';
import { problemAt } from './reading.ts';
import type { ReportWriter } from './report.ts';

/** An owner by kind and name, in the namespace of what it owns. */
export interface OwnerRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The controller of an object; undefined: it has none. */
export function controllerOf(body: JsonObject, namespace: string): OwnerRef | undefined {
  const references = listAt(body, 'metadata', 'ownerReferences');
  const reference = references.find((one) => at(one, 'controller') === true) ?? references[0];
  const kind = textAt(reference, 'kind');
  const name = textAt(reference, 'name');
  return kind === '' || name === '' ? undefined : { kind, namespace, name };
}

/** Follows owner references to their end. */
export class Owners {
  readonly #store: ManifestStore;
  readonly #report: ReportWriter;
  readonly #tops = new Map<string, OwnerRef>();
  readonly #told = new Set<string>();

  constructor(store: ManifestStore, report: ReportWriter) {
    this.#store = store;
    this.#report = report;
  }

  /** The last owner of an object; the object itself, if nobody owns it. */
  topOf(object: Manifest): OwnerRef {
    const first = controllerOf(object.body, object.namespace);
    if (first === undefined || first.kind === 'Node') return object;
    const key = keyOf(first);
    const known = this.#tops.get(key);
    if (known !== undefined) return known;
    const top = this.#follow(first, object);
    this.#tops.set(key, top);
    return top;
  }

  /** Tells every chain of owners that leads back to itself, those without pods too. */
  checkLoops(kinds: readonly string[]): void {
    for (const kind of kinds) for (const manifest of this.#store.all(kind)) this.topOf(manifest);
  }

  #follow(first: OwnerRef, object: Manifest): OwnerRef {
    const seen = new Set([keyOf(object)]);
    let top = first;
    for (;;) {
      if (seen.has(keyOf(top))) {
        this.#loop(object, top);
        return first;
      }
      seen.add(keyOf(top));
      const manifest = this.#store.find(top.kind, top.namespace, top.name);
      const next = manifest === undefined ? undefined : controllerOf(manifest.body, manifest.namespace);
      if (next === undefined) return top;
      top = next;
    }
  }

  #loop(object: Manifest, top: OwnerRef): void {
    const manifest = this.#store.find(top.kind, top.namespace, top.name) ?? object;
    const key = keyOf(manifest);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const message = `the owners of ${titleOf(manifest)} lead back to itself; they are not followed`;
    const hint = 'take the owner reference out of one of them';
    this.#report.problem(
      problemAt(manifest, ['metadata', 'ownerReferences'], { message, expected: '', got: '', hint }),
    );
  }
}

/** An owner as one text. */
export function keyOf({ kind, namespace, name }: OwnerRef): string {
  return `${kind}/${namespace}/${name}`;
}
