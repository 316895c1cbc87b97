/** The verbs of this room, called in-process. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCHEMES } from '../../../models/schemes/index.ts';
import { verb as check } from '../../../scenarios/command/check.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { libraryOf, readScenario } from '../../../scenarios/command/library-files.ts';
import { verb as schemes } from '../../../scenarios/command/schemes.ts';
import { textTable } from '../../../scenarios/command/text-table.ts';
import type { Io, Verb } from '../../../scenarios/command/verb.ts';
import { viewVerb } from '../../../scenarios/command/view.ts';
import { recordedIo } from './recorded-io.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-verbs-'));
  mkdirSync(join(folder, 'viz'));
  writeFileSync(join(folder, 'viz/index.html'), 'viewer');
  writeFileSync(join(folder, 'bad.yaml'), 'name: bad\nnonsense: 1\n');
  writeFileSync(join(folder, 'first-steps'), 'a file of the name of a library scenario');
  writeFileSync(join(folder, 'run.wtrace'), 'trace');
  writeFileSync(join(folder, 'notes.txt'), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function call(verb: Verb, words: readonly string[], more: Partial<Io> = {}) {
  const io = recordedIo({ cwd: folder, ...more });
  const entry = { name: verb.name, summary: verb.summary, load: async () => verb };
  const status = await invoke([verb.name, ...words], io, [entry]);
  return { status, ...io.said };
}

describe('check', () => {
  it('finds nothing wrong with the scenarios of the library', async () => {
    const good = await call(check, ['network-schemes']);
    expect(good).toEqual({ status: 0, out: 'library/network-schemes.yaml: no problems\n', err: '' });
  });

  it('prints every problem with its place, and status 2', async () => {
    const bad = await call(check, ['bad.yaml']);
    expect([bad.status, bad.out]).toEqual([2, '']);
    expect(bad.err).toMatch(/bad\.yaml:2:1.*nonsense/);
    expect(bad.err).toMatch(/\d+ problems in bad\.yaml\n$/);
  });

  it('prints one JSON document', async () => {
    const bad = await call(check, ['bad.yaml', '--json']);
    expect([bad.status, bad.err]).toEqual([2, '']);
    expect(JSON.parse(bad.out).problems[0]).toHaveProperty('line');
    const good = await call(check, ['network-schemes', '--json']);
    expect([good.status, JSON.parse(good.out)]).toEqual([0, { problems: [] }]);
  });

  it('says what is missing', async () => {
    expect((await call(check, [])).err).toMatch(/SCENARIO is missing/);
    expect((await call(check, ['none.yaml'])).err).toMatch(/none\.yaml cannot be read: it does not exist/);
    const slip = await call(check, ['network-scheme']);
    expect([slip.status, slip.err]).toEqual([2, expect.stringMatching(/Did you mean network-schemes\?/)]);
  });
});

describe('naming a scenario', () => {
  it('prefers a file of the caller to the library, and knows its name', async () => {
    const io = recordedIo({ cwd: folder });
    expect((await readScenario('first-steps', io)).text).toContain('a file of the name');
    expect((await readScenario('first-steps', recordedIo())).file).toBe('library/first-steps.yaml');
    expect((await readScenario('./bad.yaml', io)).name).toBe('bad');
  });
});

describe('files beside a scenario', () => {
  it('are read only if they are plain files of a fair size', () => {
    mkdirSync(join(folder, 'beside/environments'), { recursive: true });
    mkdirSync(join(folder, 'beside/room.yaml'));
    const library = libraryOf(join(folder, 'beside'));
    expect(library.environment('room')).toBeUndefined();
    symlinkSync('/dev/zero', join(folder, 'beside/environments/endless.yaml'));
    expect(() => library.environment('endless')).toThrow(/it is a pipe or a device/);
    writeFileSync(join(folder, 'beside/long.json'), '');
    truncateSync(join(folder, 'beside/long.json'), 16_000_001);
    expect(() => library.data('long')).toThrow(/at most 16000000 are read/);
  });
});

describe('schemes', () => {
  it('prints every scheme, as a table and as JSON', async () => {
    const { status, out } = await call(schemes, []);
    expect(status).toBe(0);
    for (const scheme of SCHEMES) expect(out).toContain(scheme.name);
    const json = JSON.parse((await call(schemes, ['--json'])).out);
    expect(json.map((row: { name: string }) => row.name)).toEqual(SCHEMES.map((scheme) => scheme.name));
    expect((await call(schemes, ['extra'])).status).toBe(2);
  });

  it('is laid out in columns', () => {
    expect(
      textTable(
        ['a', 'long'],
        [
          ['wide', 'x'],
          ['', 'y'],
        ],
      ),
    ).toBe('a     long\n----  ----\nwide  x\n      y\n');
  });
});

describe('view', () => {
  const view = (): Verb => viewVerb(() => join(folder, 'viz'));

  /** Starts the verb, waits for its address, asks something, and ends it as Ctrl-C would. */
  async function visit(words: readonly string[], ask: (address: string) => Promise<void>) {
    const controller = new AbortController();
    let ready = (_: string): void => undefined;
    const address = new Promise<string>((resolve) => {
      ready = resolve;
    });
    let said = '';
    const err = {
      write: (text: string) => {
        said += text;
        const found = /Wavetank is at (\S+)/.exec(said);
        if (found !== null) ready(found[1]);
      },
    };
    const ended = call(view(), [...words, '--port', '0'], { signal: controller.signal, err });
    await Promise.race([address.then(ask), ended]);
    controller.abort();
    return { status: (await ended).status, said };
  }

  it('serves until Ctrl-C, and opens a single recording at its page', async () => {
    const { status } = await visit(['run.wtrace'], async (address) => {
      expect(address).toMatch(/^http:\/\/localhost:\d+\/#\/run\/run\.wtrace$/);
      expect(await (await fetch(address)).text()).toBe('viewer');
      const files = await (await fetch(new URL('/files/index.json', address))).json();
      expect(files).toEqual([{ name: 'run.wtrace', kind: 'trace', bytes: 5 }]);
    });
    expect(status).toBe(0);
  });

  it('shows the library when there are no results yet', async () => {
    const { status, said } = await visit([], async (address) => {
      expect(await (await fetch(new URL('/files/index.json', address))).json()).toEqual([]);
    });
    expect(status).toBe(0);
    expect(said).toContain('There is no folder "results" here yet');
  });

  it('says what it cannot show', async () => {
    expect((await call(view(), ['nowhere'])).err).toMatch(/nowhere cannot be opened: it does not exist/);
    expect((await call(view(), ['notes.txt'])).err).toMatch(/notes\.txt cannot be shown: give a folder/);
    expect((await call(view(), ['--port', 'http'])).err).toMatch(/--port must be a whole number from 0 to 65535/);
  });

  it('names a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { status, err } = await call(view(), ['.', '--port', `${port}`]);
    expect(status).toBe(2);
    expect(err).toMatch(new RegExp(`Port ${port} is in use by another program`));
    other.close();
  });
});
