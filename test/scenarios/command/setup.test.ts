import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOfSources, isInstalled, nodeProblem } from '../../../scenarios/command/setup.mjs';
import { countLine, countReport } from '../../run.mjs';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  it.each(['18.20.0', '20.18.9', '21.7.0', '22.11.0'])('%s is refused with what is needed', (version) => {
    expect(nodeProblem(version)).toContain(
      `needs Node 20.19 or newer of the 20 line, or 22.12 and above; this is Node ${version}`,
    );
  });
});

describe('what is installed', () => {
  const wanted = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/zod': { version: '4.6.7', integrity: 'a' },
      'node_modules/for-a-mac': { version: '1.0.0', integrity: 'b', optional: true },
    },
  };
  const zod = { version: '4.6.7', integrity: 'a' };

  it('may leave out packages for other machines only', () => {
    expect(isInstalled(wanted, { packages: { 'node_modules/zod': zod } })).toBe(true);
    expect(isInstalled(wanted, { packages: {} })).toBe(false);
    expect(isInstalled(wanted, {})).toBe(false);
  });

  it('must be of the same version and content, and no more', () => {
    expect(isInstalled(wanted, { packages: { 'node_modules/zod': { ...zod, version: '4.6.6' } } })).toBe(false);
    expect(isInstalled(wanted, { packages: { 'node_modules/zod': { ...zod, integrity: 'x' } } })).toBe(false);
    expect(isInstalled(wanted, { packages: { 'node_modules/zod': zod, 'node_modules/old': zod } })).toBe(false);
  });
});

it('the digest of the sources sees every name and every byte of them, and nothing else', () => {
  const root = mkdtempSync(join(tmpdir(), 'wavetank-setup-'));
  const write = (name: string, text: string) => {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
    return digestOfSources(root);
  };
  const seen = [
    write('package.json', '{}'),
    write('sim/engine/a.ts', 'ab'),
    write('sim/engine/a.ts', 'ac'),
    write('viz/b.css', ''),
    write('scenarios/library/c.yaml', 'c'),
  ];
  expect(new Set(seen).size).toBe(seen.length);
  expect(write('test/d.test.ts', 'd')).toBe(seen.at(-1));
  rmSync(root, { recursive: true });
});

describe('the count of the tests', () => {
  const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

  it('names skipped tests only when there are any', () => {
    expect(countLine({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
    expect(countLine({ passed: 7, failed: 1, skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('counts what could not even begin as failed', () => {
    expect(countReport(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
    expect(countReport(report, 1).failed).toBe(1);
    expect(countReport(undefined, 1).failed).toBe(1);
    const unloaded = { ...report, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(countReport(unloaded, 1).failed).toBe(1);
  });
});
