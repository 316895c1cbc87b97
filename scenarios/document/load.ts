/**
 * From the text of a scenario to a checked document, or to the list of all its problems with their places.
 */
import { checkAddresses, type Population } from './address-check.ts';
import { NO_VARIANT, type ResolvedAxes, resolveAxes } from './axis-check.ts';
import type { ClusterFile } from './cluster-schema.ts';
import { nodeCount } from './cluster-size.ts';
import { problemOf } from './environment.ts';
import { checkFederation } from './federation-check.ts';
import { describeValue, type Finding, findingsOf } from './issue.ts';
import { type JsonSchema, scenarioJsonSchema } from './json-schema.ts';
import type { DataLibrary } from './library.ts';
import { checkLife } from './life-check.ts';
import { type ResolvedLists, resolveLists } from './list-check.ts';
import { type ResolvedManifests, resolveManifests } from './manifest-list.ts';
import { checkNodeGroups } from './node-group-check.ts';
import { reservesOf } from './node-groups.ts';
import { OVERRIDES_FILE, withChanges, withOverrides } from './override.ts';
import { checkMeasuring } from './precision-check.ts';
import { ScenarioProblems } from './problems.ts';
import { resolveRates } from './rates/recorded-rates.ts';
import { reserveKind } from './reserve.ts';
import { checkRun, FANOUT_DEFAULT } from './run-check.ts';
import { type ScenarioDocument, type ScenarioFile, scenarioSchema } from './schema.ts';
import { readSource, type Source } from './source.ts';
import { changesOf, checkVariants } from './variant.ts';

/**
 * Reads and checks a scenario.
 * @param text the YAML text
 * @param file its name, for problems and as the default seed
 * @param library where the names of environments and data lists lead
 * @param overrides `path=value` texts that go over the file's values
 * @throws ScenarioProblems with every problem of the file, the overrides and the environment files that are named
 */
export function loadScenario(
  text: string,
  file: string,
  library: DataLibrary,
  overrides: readonly string[] = [],
): ScenarioDocument {
  const source = withOverrides(readSource(text, file), overrides);
  if (!isMap(source.value)) throwProblems([notAMap(source.value)], [], source, overrides);
  const manifests = manifestReader(library, source);
  const base = checked(source, library, manifests);
  const findings = [...base.findings, ...checkVariants(base.parts.variants ?? {})];
  throwProblems(findings, base.fileProblems, source, overrides);
  const variants = base.axes.axes.variant.flatMap((name) =>
    name === NO_VARIANT
      ? []
      : [[name, variantOf(name, base.parts as ScenarioFile, source, { library, manifests }, overrides, file)] as const],
  );
  return { ...documentOf(base, file), variantDocuments: Object.fromEntries(variants) };
}

/** The whole scenario as one variant makes it. @throws ScenarioProblems about what the variant names */
function variantOf(
  name: string,
  base: ScenarioFile,
  source: Source,
  { library, manifests }: { readonly library: DataLibrary; readonly manifests: ManifestReader },
  overrides: readonly string[],
  file: string,
): ScenarioDocument {
  const findings: Finding[] = [];
  const changed = withChanges(source, changesOf(name, base.variants, source), ({ path }, message) => {
    const hint = 'name a part that the scenario has, or a key that may be added';
    const at = ['variants', name, path.join('.')];
    findings.push({ path: at, at: 'key', message, expected: 'a path into the scenario', got: path.join('.'), hint });
  });
  const variant = checked(changed, library, manifests);
  throwProblems([...findings, ...variant.findings], variant.fileProblems, changed, overrides);
  return documentOf(variant, file);
}

/** Parts of a scenario that were read, and everything that is wrong with them. */
interface Checked {
  readonly parts: Partial<ScenarioFile>;
  readonly axes: ResolvedAxes;
  readonly lists: ResolvedLists;
  readonly findings: readonly Finding[];
  /** Problems inside other files. */
  readonly fileProblems: readonly ScenarioProblems[];
  readonly notes: readonly string[];
}

type ManifestReader = (cluster: ClusterFile) => ResolvedManifests;

/** Reads manifests once for all variants that have the same. */
function manifestReader(library: DataLibrary, source: Source): ManifestReader {
  const known = new Map<string, ResolvedManifests>();
  return ({ manifests }) => {
    const key = JSON.stringify(manifests);
    const resolved = known.get(key) ?? resolveManifests(manifests, library, (path) => source.placeOfValue(path));
    known.set(key, resolved);
    return resolved;
  };
}

function checked(source: Source, library: DataLibrary, manifests: ManifestReader): Checked {
  const read = scenarioSchema.safeParse(source.value);
  const findings = read.success ? [] : findingsOf(read.error.issues, source.value, knownKeys());
  const written: Partial<ScenarioFile> = read.success ? read.data : acceptedParts(source.value);
  const rates = resolveRates(written.load, library);
  const parts = rates.load === undefined ? written : { ...written, load: rates.load };
  findings.push(...rates.findings);
  const axes = resolveAxes(parts, source.value, library);
  const { cluster, federation } = parts;
  const members = federation?.clusters.length;
  const lists = cluster === undefined ? NO_LISTS : resolveLists(cluster, library, manifests(cluster), members);
  findings.push(...axes.findings, ...lists.findings, ...checkRun(parts, lists), ...checkMeasuring(parts));
  findings.push(...checkLife(parts, lists, (key) => Object.hasOwn(source.value as object, key)));
  findings.push(...checkFederation(parts, { nodes: lists.nodes, manifests: lists.manifests }));
  findings.push(...checkNodeGroups(parts, lists, (key) => Object.hasOwn(source.value as object, key)));
  if (cluster !== undefined) findings.push(...checkAddresses(cluster, populationOf(parts, axes, lists)));
  const fileProblems = [...axes.fileProblems, ...rates.fileProblems];
  return { parts, axes, lists, findings, fileProblems, notes: rates.notes };
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAMap(value: unknown): Finding {
  const hint = 'start with the line wavetank: 1, and see REFERENCE.md';
  const expected = 'a map of keys and values';
  return { path: [], at: 'value', message: 'this is not a scenario', expected, got: describeValue(value), hint };
}

const NO_LISTS: ResolvedLists = { nodes: undefined, pods: undefined, manifests: undefined, findings: [] };

/** The parts that the schema accepts by themselves, so that checks over several parts run beside its refusals. */
function acceptedParts(value: unknown): Partial<ScenarioFile> {
  const accepted = Object.entries(scenarioSchema.shape).flatMap(([key, schema]) => {
    const read = schema.safeParse((value as Record<string, unknown>)[key]);
    return read.success ? [[key, read.data] as const] : [];
  });
  return Object.fromEntries(accepted) as Partial<ScenarioFile>;
}

function populationOf(parts: Partial<ScenarioFile>, axes: ResolvedAxes, lists: ResolvedLists): Population | undefined {
  if (lists.nodes === undefined || lists.pods === undefined) return undefined;
  return {
    nodes: nodeCount({ nodes: lists.nodes, pods: lists.pods, manifests: lists.manifests }),
    nodesPerRack: parts.fabric?.nodesPerRack,
    subnetPerRack: Object.values(axes.environments).some((environment) => environment.subnets === 'per-rack'),
  };
}

function throwProblems(
  findings: readonly Finding[],
  fileProblems: readonly ScenarioProblems[],
  source: Source,
  overrides: readonly string[],
): void {
  const problems = findings.map((finding) => problemOf(finding, source));
  if (problems.length === 0 && fileProblems.length === 0) return;
  const sources = new Map([
    [source.file, source.text],
    [OVERRIDES_FILE, overrides.join('\n')],
    ...fileProblems.flatMap((inFile) => [...inFile.sources]),
  ]);
  throw new ScenarioProblems([...problems, ...fileProblems.flatMap((inFile) => inFile.problems)], sources);
}

/** The document of parts without findings. */
function documentOf({ parts, axes, lists, notes }: Checked, fileName: string): ScenarioDocument {
  const file = parts as ScenarioFile;
  const { environment: _one, scheme: _scheme, placement: _placement, variant: _variant, vary: _vary, ...rest } = file;
  const { manifests: _entries, ...cluster } = file.cluster;
  const fanout = file.services.fanout ?? (file.services.calls.length > 0 ? 0 : FANOUT_DEFAULT);
  return {
    ...rest,
    file: fileName,
    notes,
    seed: file.seed ?? stem(fileName),
    cluster: {
      ...cluster,
      nodes: lists.nodes!,
      pods: podsWithReserve(file, lists),
      ...(lists.manifests === undefined ? {} : { manifests: lists.manifests }),
    },
    services: { ...file.services, fanout },
    traffic: file.traffic ?? NO_TRAFFIC,
    axes: axes.axes,
    varied: axes.varied,
    environments: axes.environments,
    placements: axes.placements,
    variantDocuments: {},
  };
}

/** Pause pods come after all others. */
function podsWithReserve(file: ScenarioFile, { pods, nodes }: ResolvedLists): ScenarioDocument['cluster']['pods'] {
  const reserve = reservesOf(file)[0];
  return reserve === undefined ? pods! : [...pods!, reserveKind(reserve, pods!, nodes!)];
}

/** Of a scenario of living services. */
const NO_TRAFFIC: ScenarioDocument['traffic'] = { start: 0, warmUp: 0, talkers: [] };

/** File name without folder and suffix. */
function stem(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return name.replace(/\.ya?ml$/, '') || 'wavetank';
}

let cachedKeys: JsonSchema | undefined;

function knownKeys(): JsonSchema {
  cachedKeys ??= scenarioJsonSchema();
  return cachedKeys;
}
