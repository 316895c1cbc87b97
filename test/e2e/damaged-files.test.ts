/** Files that are cut, foreign, too new or empty: one sentence with what to do, and no broken screen. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREAMBLE_BYTES, TRACE_VERSION } from '../../sim/trace/format.ts';
import { chromium } from '../browser/find-chromium.ts';
import { Stage, wavetank } from './stage.ts';

/** Where the version stands in the file. */
const VERSION_OFFSET = PREAMBLE_BYTES - 4;

describe.skipIf(!chromium())('files that are not whole', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      await wavetank(folder, 'compare', 'first-steps', '--replications', '1', '--out', '.', '--traces');
      const whole = readFileSync(join(folder, 'calico-bgp.wtrace'));
      const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
      put('cut.wtrace', whole.subarray(0, whole.length - 1000));
      put('half.wtrace', whole.subarray(0, whole.length >> 1));
      put('empty.wtrace', '');
      put('foreign.wtrace', 'Dear reader, this is a letter and not a recording.\n'.repeat(50));
      const newer = Uint8Array.from(whole);
      newer[VERSION_OFFSET] = TRACE_VERSION + 1;
      put('newer.wtrace', newer);
      const broken = Uint8Array.from(whole);
      broken.fill(0xff, 100, 400);
      put('broken.wtrace', broken);
      for (const name of ['broken', 'other']) mkdirSync(join(folder, name));
      put('broken/results.json', '{"format": "wavetank-comparison", ');
      put('other/results.json', '{"name": "not a comparison"}');
    });
  }, 60_000);

  afterAll(async () => {
    await stage?.close();
  });

  it('opens a cut recording as far as it goes, and says so', async () => {
    const visit = await stage.visit('#/run/cut.wtrace');
    const sentence = await visit.page.getByText('The file was cut').innerText();
    expect(sentence).toMatch(/recovered.*run the scenario again/);
    expect((await visit.state()).endNs).toBeGreaterThan(0);
    await visit.picture('cut-dark-1440');
    expect(await visit.breaches()).toEqual([]);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it.each([
    ['half.wtrace', 'run', /cut|damaged|records/i],
    ['empty.wtrace', 'run', /empty|recording/i],
    ['foreign.wtrace', 'run', /not a (Wavetank )?recording/i],
    ['newer.wtrace', 'run', /newer/i],
    ['broken.wtrace', 'run', /damaged/i],
    ['broken/results.json', 'results', /JSON/],
    ['other/results.json', 'results', /results/i],
  ])('says of %s what is wrong and what to do', async (name, route, words) => {
    const visit = await stage.visit(`#/${route}/${name}`);
    const shown = await visit.page.locator('main').innerText();
    expect(shown).toMatch(words);
    expect(shown).not.toMatch(/undefined|null|NaN|TypeError|RangeError|\[object/);
    await visit.picture(`problem-${name.replace(/\W/g, '-')}`);
    expect(await visit.breaches()).toEqual([]);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('says that a file is not there', async () => {
    const visit = await stage.visit('#/run/no-such-file.wtrace');
    expect(await visit.page.getByRole('alert').filter({ visible: true }).innerText()).toContain('no-such-file.wtrace');
    await visit.close();
  });

  it('refuses a chosen file of another kind with a sentence, and opens a good one', async () => {
    const visit = await stage.visit('#/');
    const input = visit.page.locator('input[type=file]');
    await input.setInputFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
    await visit.page.getByText('neither a recording').waitFor();
    await input.setInputFiles(join(stage.folder, 'calico-bgp.wtrace'));
    await visit.page.waitForFunction(() => location.hash.startsWith('#/run/calico-bgp.wtrace'));
    await visit.idle();
    expect((await visit.state()).endNs).toBe(10e9);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });
});
