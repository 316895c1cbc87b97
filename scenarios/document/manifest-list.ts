/** `cluster.manifests` of a scenario: files beside it and objects written into it become one cluster. */
import { describeValue, type Finding, finding } from './issue.ts';
import type { DataLibrary } from './library.ts';
import { isObject } from './manifests/json.ts';
import { ManifestStore } from './manifests/manifest.ts';
import { type ManifestCluster, manifestClusterOf } from './manifests/manifest-cluster.ts';
import { readManifestFile } from './manifests/reading.ts';
import { ReportWriter } from './manifests/report.ts';
import type { Path, Place } from './source.ts';

/** The cluster of the manifests, and what stands in the way of reading them. */
export interface ResolvedManifests {
  /** Undefined where there are none. */
  readonly cluster: ManifestCluster | undefined;
  readonly findings: readonly Finding[];
}

const AT: Path = ['cluster', 'manifests'];

/**
 * Reads all manifests.
 * @param placeOf where a part of the scenario stands, for faults of objects that are written into it
 */
export function resolveManifests(
  entries: readonly unknown[],
  library: DataLibrary,
  placeOf: (path: Path) => Place,
): ResolvedManifests {
  if (entries.length === 0) return { cluster: undefined, findings: [] };
  const report = new ReportWriter();
  const store = new ManifestStore(report);
  const findings = entries.flatMap((entry, index): Finding[] => {
    const path = [...AT, index];
    if (typeof entry === 'string') return readFile(entry, path, library, store, report);
    if (!isObject(entry))
      return [finding(path, 'not a manifest', 'a file name, or an object', describeValue(entry), '')];
    const inside = (below: Path): Place => placeOf([...path, ...below]);
    store.add({ value: entry, placeOf: inside, placeLater: inside });
    return [];
  });
  return { cluster: manifestClusterOf(store, report), findings };
}

function readFile(
  name: string,
  path: Path,
  library: DataLibrary,
  store: ManifestStore,
  report: ReportWriter,
): Finding[] {
  if (!isFileBeside(name)) {
    const expected = 'a file in the folder of the scenario or below it';
    return [finding(path, 'not a file beside the scenario', expected, name, 'copy the file beside the scenario')];
  }
  const chunks = library.beside(name);
  if (chunks === undefined) {
    const expected = 'a YAML or JSON file beside the scenario';
    return [finding(path, 'there is no such file', expected, name, 'write the name as it is, with its suffix')];
  }
  readManifestFile(chunks, name, report, (manifest) => store.add(manifest));
  return [];
}

/** Relative, and without a way up: a scenario from elsewhere reads nothing but what lies beside it. */
export function isFileBeside(name: string): boolean {
  return name.length <= 500 && name.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9._ -]*$/.test(part));
}
