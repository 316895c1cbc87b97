/** Reads a results file: accepts what this version can show, and says in one sentence what is wrong with anything else. */
import { type ComparisonResult, RESULTS_VERSION } from '../../sim/experiment/results.ts';

const LISTS = ['alternatives', 'differences', 'metrics', 'assumptions', 'leftOut'] as const;

/** Returns the comparison in `value`. Throws an `Error` with a sentence for people. */
export function readComparison(value: unknown, file: string): ComparisonResult {
  const fail = (problem: string): never => {
    throw new Error(`"${file}" ${problem}. Open the results.json that "wavetank compare" wrote.`);
  };
  if (!isRecord(value) || value['format'] !== 'wavetank-comparison') return fail('is not a comparison');
  const version = value['version'];
  if (typeof version !== 'number') return fail('has no version');
  if (version > RESULTS_VERSION) {
    throw new Error(
      `"${file}" was written by a newer Wavetank (layout ${version}, this one reads ${RESULTS_VERSION}). Update Wavetank to open it.`,
    );
  }
  for (const list of LISTS) {
    if (!Array.isArray(value[list])) return fail(`has no list "${list}"`);
  }
  if (!isRecord(value['scenario'])) return fail('does not name its scenario');
  if (!(value['alternatives'] as unknown[]).every(isAlternative))
    return fail('holds an alternative that is incomplete');
  return value as unknown as ComparisonResult;
}

function isAlternative(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const lists = ['because', 'changes', 'risks', 'digests'].every((name) => Array.isArray(value[name]));
  const records = ['axes', 'connected', 'wiring', 'metrics'].every((name) => isRecord(value[name]));
  const words = ['name', 'scheme', 'environment', 'placement'].every((name) => typeof value[name] === 'string');
  return lists && records && words && ['allowed', 'restricted', 'refused'].includes(String(value['verdict']));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
