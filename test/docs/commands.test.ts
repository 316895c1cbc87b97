/** The commands of the documents: all are understood, and the quick ones run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../scenarios/command/arguments.ts';
import { invoke } from '../../scenarios/command/invocation.ts';
import { VERBS } from '../../scenarios/command/verbs.ts';
import { bundledLibrary } from '../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../scenarios/document/load.ts';
import { recordedIo } from '../scenarios/command/recorded-io.ts';
import { ROOT } from '../tidy/sources.ts';
import { commandsOf, LESSONS, ROOT_DOCUMENTS, wavetankWords } from './documents.ts';

const commands = [...new Set([...ROOT_DOCUMENTS, ...LESSONS].flatMap(commandsOf))];
const calls = commands.flatMap((command) => {
  const words = wavetankWords(command);
  return words === undefined ? [] : [{ command, words }];
});

/** A run of the small scenario is quick; a comparison is when it has two replications. */
function isQuick([verb, scenario, ...rest]: readonly string[]): boolean {
  if (verb === 'schemes' || verb === 'check' || verb === 'export') return true;
  if (verb === 'swarm') return [scenario, ...rest].includes('--seed');
  if (scenario !== 'first-steps' || rest.includes('--out')) return false;
  return verb === 'run' || rest.join(' ').includes('--replications 2');
}

const folder = mkdtempSync(join(tmpdir(), 'wavetank-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(words: readonly string[]) {
  // What commands write goes elsewhere; those that read a recording come after the one that makes it.
  const writes = words[0] === 'export' || words.includes('--trace');
  const io = recordedIo({ cwd: writes ? folder : ROOT });
  // No threads: the test stands on the sources and not on what was built.
  const all = words[0] === 'compare' ? [...words, '--workers', '0'] : words;
  return { status: await invoke(all, io, VERBS), ...io.said };
}

describe('commands of the documents', () => {
  it('are there, and some are quick', () => {
    expect(calls.length).toBeGreaterThan(12);
    expect(calls.filter(({ words }) => isQuick(words)).length).toBeGreaterThan(6);
  });

  it.each(calls)('$command is understood', async ({ words }) => {
    const [name, ...rest] = words;
    const entry = VERBS.find((one) => one.name === name);
    expect(entry, `there is no verb ${name}`).toBeDefined();
    const args = readArguments(await entry!.load(), rest);
    const [scenario] = args.operands;
    if (scenario === undefined || scenario.includes('/')) return;
    const overrides = (args.options['set'] ?? []) as readonly string[];
    const text = bundledLibrary.scenario(scenario);
    expect(text, `the library has no ${scenario}`).toBeDefined();
    loadScenario(text!, `${scenario}.yaml`, bundledLibrary, overrides);
  });

  it.each(calls.filter(({ words }) => isQuick(words)))('$command runs', async ({ words }) => {
    const { status, out, err } = await run(words);
    expect(err).not.toMatch(/cannot|problem/);
    // What does not agree with reality is printed, and told by the status; README says so.
    expect(status).toBe(words[0] === 'validate' ? 1 : 0);
    if (words.includes('--json')) expect(() => JSON.parse(out)).not.toThrow();
    else expect(out.length).toBeGreaterThan(20);
  });

  it('a flipped rule is named, as CONTRIBUTING says', async () => {
    const flipped = calls.find(({ words }) => words.includes('environment=flipped') && isQuick(words))!;
    const { out } = await run(flipped.words);
    expect(out).toMatch(/Flannel VXLAN \(udp-ports\) is refused/);
  });

  it('one seed gives one digest, as README says', async () => {
    const { words } = calls.find(({ words: [verb, ...rest] }) => verb === 'run' && rest.includes('--seed'))!;
    const digests = [await run(words), await run(words)].map(({ out }) => JSON.parse(out).digest);
    expect(digests[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(digests[1]).toBe(digests[0]);
  });
});
