/**
 * What a run depends on, as plain data: two runs of one content come to the same, whatever else their scenarios say.
 *
 * A field of the document that is not named here counts, so that a new one can cost time but never truth.
 */
import type { PlannedAlternative } from '../compile/index.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** Fields that say what is asked and what is compared, but change nothing of what happens in one run. */
const NOT_OF_A_RUN: ReadonlySet<string> = new Set<keyof ScenarioDocument>([
  'file',
  'title',
  'question',
  'description',
  'seed',
  'replications',
  'confidence',
  'axes',
  'varied',
  'variants',
  'variantDocuments',
  'environments',
  'placements',
  'precision',
  'decide',
  'tipping',
  'tippingReplications',
]);

/** The part of a document, as a variant makes it, that all its runs depend on. */
export function sharedContent(document: ScenarioDocument): unknown {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !NOT_OF_A_RUN.has(field)));
}

/** What one alternative brings: the scheme as the program knows it by name, its environment and its placement in full. */
export function alternativeContent({ scheme, environment, policy, placementKey, runKey }: PlannedAlternative): unknown {
  return { scheme: scheme.name, environment, policy, placementKey, runKey };
}

/** What a recording holds beside the run itself: the words at its head. */
export function recordingContent({ document, name, axes }: PlannedAlternative): unknown {
  return { file: document.file, title: document.title, name, axes };
}
