/**
 * Checks over several objects: selectors that match nothing, autoscalers without a target or without requests on it, claims
 * and namespaces that are not there. Each is told with file and line; nothing is left out for it.
 */
import { selects } from '../../../models/cluster/label-selector.ts';
import type { Path } from '../source.ts';
import { at, isObject, labelsAt, listAt, numberAt, textAt } from './json.ts';
import { labelSelectorOf } from './label-selector.ts';
import { type Manifest, type ManifestStore, titleOf } from './manifest.ts';
import type { PodDraft } from './pod-drafts.ts';
import { containerRequestsOf } from './pod-requests.ts';
import { problemAt } from './reading.ts';
import type { ReportWriter } from './report.ts';

/** Tells what does not fit together. */
export function checkReferences(store: ManifestStore, drafts: readonly PodDraft[], report: ReportWriter): void {
  checkTemplates(store, report);
  const labels = labelsByNamespace(drafts);
  for (const service of store.all('Service')) {
    const written = at(service.body, 'spec', 'selector');
    const selector = isObject(written) ? { matchLabels: written } : undefined;
    checkSelector(service, selector, 'selects', labels, report);
  }
  for (const budget of store.all('PodDisruptionBudget')) {
    checkSelector(budget, at(budget.body, 'spec', 'selector'), 'protects', labels, report);
    checkBudget(budget, report);
  }
  for (const scaler of store.all('HorizontalPodAutoscaler')) checkScaler(scaler, store, report);
  checkClaims(store, drafts, report);
}

/** A controller whose selector does not mean its own pods is refused by the API server. */
function checkTemplates(store: ManifestStore, report: ReportWriter): void {
  for (const kind of ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']) {
    for (const one of store.all(kind)) {
      const selector = labelSelectorOf(at(one.body, 'spec', 'selector'));
      const labels = labelsAt(one.body, 'spec', 'template', 'metadata', 'labels');
      if (selector === null || selects(selector, labels)) continue;
      const expected = 'labels of spec.template.metadata that the selector matches';
      const words = { message: `the selector of ${titleOf(one)} does not match its own template`, expected, got: '' };
      report.problem(problemAt(one, ['spec', 'selector'], { ...words, hint: 'write the same labels in both' }));
    }
  }
}

type LabelSets = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;

/** The different sets of labels that pods of each namespace carry. */
function labelsByNamespace(drafts: readonly PodDraft[]): LabelSets {
  const sets = new Map<string, Map<string, Readonly<Record<string, string>>>>();
  for (const { namespace, body } of drafts) {
    const labels = labelsAt(body, 'metadata', 'labels');
    let known = sets.get(namespace);
    if (known === undefined) {
      known = new Map();
      sets.set(namespace, known);
    }
    known.set(JSON.stringify(labels), labels);
  }
  return new Map([...sets].map(([namespace, known]) => [namespace, [...known.values()]]));
}

function checkSelector(
  one: Manifest,
  written: unknown,
  verb: 'selects' | 'protects',
  labels: LabelSets,
  report: ReportWriter,
): void {
  const selector = labelSelectorOf(written);
  if (selector === null || (labels.get(one.namespace) ?? []).some((set) => selects(selector, set))) return;
  const hint = `compare its selector with the labels of the pods in namespace ${one.namespace}`;
  note(one, ['spec', 'selector'], `${titleOf(one)} ${verb} no pod; ${hint}.`, report);
}

function checkBudget(budget: Manifest, report: ReportWriter): void {
  if (numberAt(budget.body, 'status', 'disruptionsAllowed') !== undefined) return;
  const words = 'has no status, so preemption counts it as one that allows no disruption';
  note(budget, [], `${titleOf(budget)} ${words}.`, report);
}

function checkScaler(scaler: Manifest, store: ManifestStore, report: ReportWriter): void {
  const kind = textAt(scaler.body, 'spec', 'scaleTargetRef', 'kind');
  const name = textAt(scaler.body, 'spec', 'scaleTargetRef', 'name');
  const target = store.find(kind, scaler.namespace, name);
  const path = ['spec', 'scaleTargetRef'];
  if (target === undefined) {
    note(scaler, path, `${titleOf(scaler)} scales ${kind} ${name}, which the manifests do not hold.`, report);
    return;
  }
  const { least, most } = {
    least: numberAt(scaler.body, 'spec', 'minReplicas') ?? 1,
    most: numberAt(scaler.body, 'spec', 'maxReplicas'),
  };
  if (most !== undefined && most < least) {
    const words = { message: `maxReplicas of ${titleOf(scaler)} is below minReplicas`, expected: `at least ${least}` };
    report.problem(problemAt(scaler, ['spec', 'maxReplicas'], { ...words, got: String(most), hint: 'exchange them' }));
  }
  for (const { resource, container } of utilizations(scaler)) {
    const containers = listAt(target.body, 'spec', 'template', 'spec', 'containers');
    const meant = containers.filter((one) => container === '' || textAt(one, 'name') === container);
    const without = meant.filter((one) => !containerRequestsOf(one).has(resource)).map((one) => textAt(one, 'name'));
    if (without.length === 0) continue;
    const what = `${titleOf(scaler)} measures ${resource} against requests, but ${titleOf(target)} requests none`;
    note(
      scaler,
      path,
      `${what} in ${without.join(', ')}: it would never scale. Add resources.requests.${resource}.`,
      report,
    );
  }
}

/** Resources that an autoscaler measures as a share of what is requested; of one container, or of all. */
function utilizations({ body }: Manifest): { resource: string; container: string }[] {
  if (numberAt(body, 'spec', 'targetCPUUtilizationPercentage') !== undefined)
    return [{ resource: 'cpu', container: '' }];
  return listAt(body, 'spec', 'metrics').flatMap((metric) => {
    const part = at(metric, 'resource') ?? at(metric, 'containerResource');
    if (numberAt(part, 'target', 'averageUtilization') === undefined) return [];
    return [{ resource: textAt(part, 'name'), container: textAt(part, 'container') }];
  });
}

function checkClaims(store: ManifestStore, drafts: readonly PodDraft[], report: ReportWriter): void {
  if (store.all('PersistentVolumeClaim').length === 0) {
    if (drafts.some(mountsClaim))
      report.note(
        'Pods mount claims, but the manifests hold none: volumes are not looked at. Add pv,pvc,storageclasses.',
      );
    return;
  }
  for (const { namespace, body, owner } of drafts) {
    // Claims of StatefulSets are made with their pods.
    if (owner.kind === 'StatefulSet') continue;
    for (const volume of listAt(body, 'spec', 'volumes')) {
      const claim = textAt(volume, 'persistentVolumeClaim', 'claimName');
      if (claim === '' || store.find('PersistentVolumeClaim', namespace, claim) !== undefined) continue;
      const words = (count: number): string =>
        `${count === 1 ? 'A pod' : `${count} pods`} of ${titleOf(owner)} mount the claim ${claim}, which the manifests do not hold.`;
      report.count(`claim ${namespace}/${claim}/${owner.name}`, words);
    }
  }
}

function mountsClaim({ body, owner }: PodDraft): boolean {
  if (owner.kind === 'StatefulSet') return false;
  return listAt(body, 'spec', 'volumes').some((volume) => at(volume, 'persistentVolumeClaim') !== undefined);
}

function note(one: Manifest, path: Path, sentence: string, report: ReportWriter): void {
  const { file, line } = one.placeOf(path);
  report.note(`${file}:${line} ${sentence}`);
}
