/**
 * What a recording keeps of the scenario that it was made from, so that a screen can make a decision again.
 *
 * The text is kept only where it says everything: with nothing but what ships with the program it must give the very
 * document that was run. Objects written into a scenario or beside it are never kept: they may be large, and hold what
 * their owner would not pass on.
 */
import type { TraceSource } from '../../sim/trace/header.ts';
import { bundledLibrary } from '../document/bundled-library.ts';
import { loadScenario } from '../document/load.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { contentDigest } from './content-digest.ts';

/** Characters of a text that is kept; scenarios of the library have some thousand. */
const TEXT_MAX = 200_000;

/** The source of a document that was loaded from this text with these changes. */
export function recordedSource(
  { text, file }: { readonly text: string; readonly file: string },
  changes: readonly string[],
  document: ScenarioDocument,
): TraceSource {
  const digest = contentDigest([text, changes]);
  const says = text.length <= TEXT_MAX && saysEverything(text, file, changes, document);
  // Changes may write objects too.
  return says ? { text, changes, digest } : { text: null, changes: [], digest };
}

function saysEverything(text: string, file: string, changes: readonly string[], document: ScenarioDocument): boolean {
  const isShipped = bundledLibrary.scenarioNames().some((name) => bundledLibrary.scenario(name) === text);
  const documents = [document, ...Object.values(document.variantDocuments)];
  const hasObjects = documents.some(({ cluster }) => cluster.manifests !== undefined);
  if (hasObjects && !(isShipped && changes.length === 0)) return false;
  try {
    const again = loadScenario(text, file, bundledLibrary, changes);
    return contentDigest(again) === contentDigest(document);
  } catch {
    // It names what lies beside it.
    return false;
  }
}
