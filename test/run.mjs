/**
 * All tests in order: types, lint, vitest. Ends with exactly one line `N passed, N failed`, and status 1 if any failed.
 *
 * Types and lint count as one test each. Words after the command go to vitest: `npm test -- e2e`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv, execPath, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The line at the end of a test run; skipped tests are named only when there are any. */
export function countLine(counts) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

/** Counts of vitest's JSON report. Files that could not be loaded, and a run that failed for no test, count as failed. */
export function countReport(report, status) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function run(program, words) {
  const file = join(ROOT, 'node_modules', program);
  return spawnSync(execPath, [file, ...words], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

function check(name, program, words) {
  stderr.write(`\n${name}\n`);
  const status = run(program, words);
  stderr.write(`${name}: ${status === 0 ? 'good' : 'failed'}\n`);
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function tests(words) {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-test-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const status = run('vitest/vitest.mjs', ['run', ...reporters, ...words]);
    return countReport(readReport(file), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main() {
  const all = [
    check('types', 'typescript/bin/tsc', ['--noEmit']),
    check('lint', '@biomejs/biome/bin/biome', ['check', '.']),
    tests(argv.slice(2)),
  ];
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  const counts = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  stdout.write(`${countLine(counts)}\n`);
  exit(counts.failed === 0 ? 0 : 1);
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) main();
