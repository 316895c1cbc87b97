/** What the alternatives differ in: every axis has its values, and every value is the name of something. */
import { EnvironmentFinder, unknownName } from './environment.ts';
import type { Environment } from './environment-schema.ts';
import type { Finding } from './issue.ts';
import type { DataLibrary } from './library.ts';
import { DEFAULT_PLACEMENT, type Placement } from './placement-schema.ts';
import type { ScenarioProblems } from './problems.ts';
import { AXIS_NAMES, type AxisName, type ScenarioDocument, type ScenarioFile } from './schema.ts';
import { type Path, valueAt } from './source.ts';

/** More alternatives than this are a sweep, not a comparison. */
const ALTERNATIVES_MAX = 500;
/** The policy that is there without being declared. */
const DEFAULT_PLACEMENT_NAME = 'default';
/** The scenario as it is written: the value of the axis `variant` where no variant is named. */
export const NO_VARIANT = 'as written';

type AxisFields = Pick<
  ScenarioFile,
  'environment' | 'scheme' | 'placement' | 'variant' | 'vary' | 'environments' | 'placements' | 'variants'
>;

/** The axes with everything that their values name. */
export interface ResolvedAxes extends Pick<ScenarioDocument, 'axes' | 'varied' | 'environments' | 'placements'> {
  readonly findings: readonly Finding[];
  /** Problems inside environment files. */
  readonly fileProblems: readonly ScenarioProblems[];
}

interface Value {
  readonly name: string;
  readonly path: Path;
}

/**
 * Resolves the axes of a scenario of which some parts may have been refused already (then they are undefined).
 * @param raw the whole value as it was written
 */
export function resolveAxes(file: Partial<AxisFields>, raw: unknown, library: DataLibrary): ResolvedAxes {
  const findings: Finding[] = [];
  const fileProblems: ScenarioProblems[] = [];
  const values = (axis: AxisName, fallback?: string) => axisValues(axis, file, raw, findings, fallback);
  const environmentValues = values('environment');
  const schemeValues = values('scheme');
  const placementValues = values('placement', DEFAULT_PLACEMENT_NAME);
  const environments =
    file.environments === undefined
      ? {}
      : findEnvironments(environmentValues, file.environments, raw, library, findings, fileProblems);
  const placements = file.placements === undefined ? {} : findPlacements(placementValues, file.placements, findings);
  const variantValues = values('variant', NO_VARIANT);
  findings.push(...unknownVariants(variantValues, file.variants));
  const all = [environmentValues, schemeValues, placementValues, variantValues];
  findings.push(...tooManyAlternatives(all.reduce((product, { length }) => product * length, 1)));
  const names = (list: readonly Value[]) => list.map((value) => value.name);
  return {
    axes: {
      environment: names(environmentValues),
      scheme: names(schemeValues),
      placement: names(placementValues),
      variant: names(variantValues),
    },
    varied: AXIS_NAMES.filter((axis) => file.vary?.[axis] !== undefined),
    environments,
    placements,
    findings,
    fileProblems,
  };
}

/** The values of one axis: those under `vary`, or the one at the top. */
function axisValues(
  axis: AxisName,
  file: Partial<AxisFields>,
  raw: unknown,
  findings: Finding[],
  fallback?: string,
): Value[] {
  const one = file[axis];
  const several = file.vary?.[axis];
  const rawOne = valueAt(raw, [axis]);
  const rawSeveral = valueAt(raw, ['vary', axis]);
  if (rawOne !== undefined && rawSeveral !== undefined) findings.push(givenTwice(axis));
  if (several !== undefined) return severalValues(axis, several, findings);
  if (one !== undefined) return [{ name: one, path: [axis] }];
  // What was refused already needs no second finding.
  if (rawOne !== undefined || rawSeveral !== undefined) return [];
  if (fallback !== undefined) return [{ name: fallback, path: [axis] }];
  findings.push(notGiven(axis));
  return [];
}

function givenTwice(axis: AxisName): Finding {
  const message = `${axis} stands here and under vary`;
  const hint = `remove ${axis}, or vary.${axis}`;
  return { path: [axis], at: 'key', message, expected: 'one of the two', got: 'both', hint };
}

function notGiven(axis: AxisName): Finding {
  const expected = `${axis}: NAME, or vary: { ${axis}: [NAME, NAME] }`;
  const hint = `name the ${axis}`;
  return { path: [axis], at: 'key', message: `${axis} is missing`, expected, got: 'nothing', hint };
}

function severalValues(axis: AxisName, names: readonly string[], findings: Finding[]): Value[] {
  const values = names.map((name, index) => ({ name, path: ['vary', axis, index] }));
  for (const { name, path } of values) {
    if (names.indexOf(name) === path[2]) continue;
    findings.push({
      path,
      at: 'value',
      message: 'listed twice',
      expected: 'each once',
      got: name,
      hint: 'remove one of them',
    });
  }
  return values;
}

function findEnvironments(
  values: readonly Value[],
  inline: ScenarioFile['environments'],
  raw: unknown,
  library: DataLibrary,
  findings: Finding[],
  fileProblems: ScenarioProblems[],
): Record<string, Environment> {
  const finder = new EnvironmentFinder(inline, valueAt(raw, ['environments']), library);
  const found: [string, Environment][] = [];
  // The scenario's own environments are checked even if no axis names them: a fault there would wait for its day.
  for (const name of new Set([...Object.keys(inline), ...values.map((value) => value.name)])) {
    const lookup = finder.find(name);
    findings.push(...(lookup.findings ?? []));
    if (lookup.problems !== undefined && !fileProblems.includes(lookup.problems)) fileProblems.push(lookup.problems);
    const named = values.filter((value) => value.name === name);
    if (lookup.unknown === true)
      findings.push(...named.map(({ path }) => unknownName(path, 'environment', name, finder.names())));
    if (lookup.environment !== undefined && named.length > 0) found.push([name, lookup.environment]);
  }
  return Object.fromEntries(found);
}

function findPlacements(
  values: readonly Value[],
  declared: Readonly<Record<string, Placement>>,
  findings: Finding[],
): Record<string, Placement> {
  const all: Readonly<Record<string, Placement>> = { [DEFAULT_PLACEMENT_NAME]: DEFAULT_PLACEMENT, ...declared };
  const found = values.filter(({ name, path }) => {
    const known = Object.hasOwn(all, name);
    if (!known) findings.push(unknownName(path, 'placement', name, Object.keys(all)));
    return known;
  });
  return Object.fromEntries(found.map(({ name }) => [name, all[name]]));
}

function unknownVariants(values: readonly Value[], declared: ScenarioFile['variants'] | undefined): Finding[] {
  if (declared === undefined) return [];
  return values
    .filter(({ name }) => name !== NO_VARIANT && !Object.hasOwn(declared, name))
    .map(({ name, path }) => unknownName(path, 'variant', name, Object.keys(declared)));
}

function tooManyAlternatives(count: number): Finding[] {
  if (count <= ALTERNATIVES_MAX) return [];
  const message = 'too many combinations';
  const expected = `at most ${ALTERNATIVES_MAX} alternatives`;
  return [{ path: ['vary'], at: 'key', message, expected, got: String(count), hint: 'vary fewer values at once' }];
}
