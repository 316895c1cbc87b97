/**
 * What the API server does with a new pod before it exists: priority by class, defaults and bounds of LimitRanges, quotas.
 * Pods that are refused are told, in upstream's words, and left out.
 *
 * Source: Kubernetes 1.34 admission plugins Priority, LimitRanger and ResourceQuota, in this order. Leaves out: webhooks,
 * Pod Security, ServiceAccount and all that changes nothing for the scheduler.
 */
import { type JsonObject, mapAt, textAt } from './json.ts';
import { limited } from './limit-range.ts';
import { type ManifestStore, titleOf } from './manifest.ts';
import type { PodDraft } from './pod-drafts.ts';
import { classFor, type PriorityClass } from './priority-class.ts';
import { Quota, type QuotaPod } from './quota.ts';
import type { ReportWriter } from './report.ts';

/** The pods that exist, and of the new ones those that are let in, with the defaults that they were given. */
export function admit(
  drafts: readonly PodDraft[],
  store: ManifestStore,
  classes: readonly PriorityClass[],
  report: ReportWriter,
): readonly PodDraft[] {
  const gate = new Gate(store, classes, report);
  for (const draft of drafts) if (draft.exists) gate.charge(draft);
  return drafts.flatMap((draft) => (draft.exists ? [draft] : gate.letIn(draft)));
}

class Gate {
  readonly #classes: readonly PriorityClass[];
  readonly #report: ReportWriter;
  readonly #ranges = new Map<string, JsonObject[]>();
  readonly #quotas = new Map<string, Quota[]>();

  constructor(store: ManifestStore, classes: readonly PriorityClass[], report: ReportWriter) {
    this.#classes = classes;
    this.#report = report;
    for (const { namespace, body } of store.all('LimitRange')) listIn(this.#ranges, namespace).push(body);
    for (const quota of store.all('ResourceQuota')) listIn(this.#quotas, quota.namespace).push(new Quota(quota));
  }

  charge(draft: PodDraft): void {
    const quotas = this.#quotas.get(draft.namespace) ?? [];
    for (const quota of quotas) quota.charge(this.#podOf(draft));
  }

  letIn(draft: PodDraft): PodDraft[] {
    const className = textAt(draft.body, 'spec', 'priorityClassName');
    if (className !== '' && classFor(className, this.#classes) === undefined)
      return this.#refuse(draft, `no PriorityClass with name ${className} was found`);
    const { spec, errors } = limited(mapAt(draft.body, 'spec'), this.#ranges.get(draft.namespace) ?? []);
    if (errors.length > 0) return this.#refuse(draft, errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`);
    const filled = { ...draft, body: { ...draft.body, spec } };
    const pod = this.#podOf(filled);
    for (const quota of this.#quotas.get(draft.namespace) ?? []) {
      const refusal = quota.refusal(pod);
      if (refusal !== undefined) return this.#refuse(draft, refusal);
    }
    this.charge(filled);
    return [filled];
  }

  #podOf({ body }: PodDraft): QuotaPod {
    const own = textAt(body, 'spec', 'priorityClassName');
    return { spec: mapAt(body, 'spec'), priorityClassName: classFor(own, this.#classes)?.name ?? own };
  }

  /** One sentence for all pods of an owner that are refused, with the words for the first. */
  #refuse({ namespace, name, owner }: PodDraft, why: string): [] {
    const words = (count: number): string => {
      const who = `${count} ${count === 1 ? 'pod' : 'pods'} of ${titleOf(owner)}`;
      return `${who} ${count === 1 ? 'was' : 'were'} refused: pods "${name}" is forbidden: ${why}`;
    };
    this.#report.count(`refused ${owner.kind}/${namespace}/${owner.name}`, words);
    return [];
  }
}

function listIn<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list: Value[] = [];
  lists.set(key, list);
  return list;
}
