/** A replay: what it shows is what the recording holds, and every control of the playhead does what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { type FileSource, openFileSource } from '../../sim/node/file-source.ts';
import { Stream } from '../../sim/random/stream.ts';
import { openTrace, type TraceReader } from '../../sim/trace/reader.ts';
import { chromium } from '../browser/find-chromium.ts';
import { digestInNode } from './frame-watch.ts';
import { Stage, type Visit, wavetank } from './stage.ts';

const TRACE = 'first-steps/calico-bgp.wtrace';
const HASH = `#/run/${TRACE}`;

describe.skipIf(!chromium())('a replay', () => {
  let stage: Stage;
  let file: FileSource;
  let reader: TraceReader;
  let visit: Visit;
  /** The name of a node that lives through the run. */
  let node: string;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      await wavetank(folder, 'compare', 'first-steps', '--replications', '1', '--out', 'first-steps', '--traces');
    });
    file = await openFileSource(join(stage.folder, TRACE));
    reader = await openTrace(file);
    node = (await reader.stateAt(reader.endNs)).table(reader.catalog.map!.cells).name(2);
  }, 60_000);

  afterAll(async () => {
    await file?.close();
    await stage?.close();
  });

  beforeEach(async () => {
    visit = await stage.visit(HASH);
    return async () => {
      expect(visit.troubles).toEqual([]);
      await visit.close();
    };
  });

  /** Times of the marks, each once. */
  async function markTimes(): Promise<number[]> {
    return [...new Set((await reader.marks()).map((mark) => mark.timeNs))];
  }

  it('shows at twenty times, in any order, exactly what the reader rebuilds', async () => {
    const chance = new Stream('e2e', 'replay', 'times');
    for (let i = 0; i < 20; i++) {
      const timeNs = Math.floor(chance.uniform() * (reader.endNs + 1));
      expect((await visit.seek(timeNs)).timeNs).toBe(timeNs);
      const shown = await visit.shownFrame();
      expect(shown.timeNs).toBe(timeNs);
      expect(Object.keys(shown.columns)).toContain(reader.catalog.map!.items);
      expect(shown.digest).toBe(await digestInNode(reader, timeNs, shown.columns));
    }
  });

  it('says the digest of the run', async () => {
    const results = readFileSync(join(stage.folder, 'first-steps/results.json'), 'utf8');
    const { alternatives } = JSON.parse(results) as ComparisonResult;
    const digest = alternatives.find((one) => one.name === 'calico-bgp')!.digests[0]!;
    expect((await visit.state()).digest).toBe(digest);
    expect(await visit.page.getByTitle(`digest ${digest}`).innerText()).toContain(digest.slice(0, 10));
  });

  it('plays and pauses with Space', async () => {
    await visit.page.keyboard.press('Space');
    await visit.until((state) => state.playing && state.timeNs > 0, 'it plays');
    await visit.page.keyboard.press('Space');
    const paused = await visit.state();
    expect(paused.playing).toBe(false);
    await visit.idle();
    await visit.idle();
    expect((await visit.state()).timeNs).toBe((await visit.state()).requestedNs);
    expect((await visit.state()).requestedNs).toBe(paused.requestedNs);
  });

  it('plays with the button until the end, stops there, and starts again from the beginning', async () => {
    const speed = visit.page.locator('#speed');
    await speed.fill((await speed.getAttribute('max'))!);
    await visit.page.getByRole('button', { name: 'Play', exact: true }).click();
    await visit.until((state) => !state.playing && state.timeNs === reader.endNs, 'the end is reached');
    await speed.fill('0');
    await visit.page.getByRole('button', { name: 'Play', exact: true }).click();
    await visit.until((state) => state.playing && state.timeNs < reader.endNs / 2, 'it starts again');
    await visit.page.getByRole('button', { name: 'Pause', exact: true }).click();
    expect((await visit.state()).playing).toBe(false);
  });

  it('seeks where the timeline is clicked, and where it is dragged to', async () => {
    const box = (await visit.page.getByRole('slider', { name: 'Time', exact: true }).boundingBox())!;
    const y = box.y + box.height / 2;
    await visit.page.mouse.move(box.x + box.width / 4, y);
    await visit.page.mouse.down();
    const quarter = await visit.until((state) => state.timeNs > 0, 'the click counts');
    expect(quarter.timeNs / reader.endNs).toBeCloseTo(0.25, 2);
    await visit.page.mouse.move(box.x + (3 * box.width) / 4, y);
    await visit.page.mouse.up();
    await visit.idle();
    expect((await visit.state()).timeNs / reader.endNs).toBeCloseTo(0.75, 2);
  });

  it('goes to a time that is typed', async () => {
    await visit.page.keyboard.press('g');
    await visit.page.keyboard.type('2.5s');
    await visit.page.keyboard.press('Enter');
    expect((await visit.until((state) => state.timeNs > 0, 'the time is taken')).timeNs).toBe(2.5e9);
  });

  it('steps from event to event with the keys, and back', async () => {
    const times = (await markTimes()).filter((timeNs) => timeNs > 0);
    expect(times.length).toBeGreaterThan(3);
    for (const timeNs of times.slice(0, 3)) {
      await visit.page.keyboard.press('.');
      await visit.until((state) => state.timeNs === timeNs, `the event at ${timeNs} ns is shown`);
    }
    await visit.page.keyboard.press(',');
    await visit.until((state) => state.timeNs === times[1], 'it steps back');
  });

  it('steps to the fault with the button for decisions and faults', async () => {
    const marks = await reader.marks();
    const fault = marks.find((mark) => reader.catalog.marks[mark.kind].tone === 'fault')!;
    await visit.seek(fault.timeNs - 1);
    await visit.page.getByRole('button', { name: 'Next decision or fault' }).click();
    await visit.until((state) => state.timeNs === fault.timeNs, 'the fault is shown');
    expect(await visit.page.getByRole('status').allInnerTexts()).toContainEqual(
      expect.stringContaining(reader.catalog.marks[fault.kind].label),
    );
  });

  it('opens and closes the help, and Escape then drops the selection', async () => {
    await select(visit, node);
    await visit.page.keyboard.press('?');
    const sheet = visit.page.getByRole('dialog', { name: 'Keys' });
    await sheet.waitFor();
    expect(await visit.breaches()).toEqual([]);
    await visit.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    expect((await visit.state()).selection).not.toBeNull();
    await visit.page.keyboard.press('Escape');
    expect((await visit.state()).selection).toBeNull();
  });

  it('opens the same moment, selection, speed and place from its own link', async () => {
    await select(visit, node);
    await visit.seek(4_321_000_017);
    await visit.page.keyboard.press('+');
    await visit.page.keyboard.press('w');
    await visit.page.waitForFunction(() => /t=4\.321000017s.*sel=.*zoom=/.test(location.hash));
    await visit.idle();
    const before = await visit.state();
    await visit.page.reload();
    await visit.idle();
    const after = await visit.state();
    expect(after.timeNs).toBe(4_321_000_017);
    expect(after.selection).toEqual(before.selection);
    expect(after.speed).toBe(before.speed);
    expect(after.view!.k).toBeCloseTo(before.view!.k, 2);
    expect(after.view!.x).toBeCloseTo(before.view!.x, 0);
  });

  it('selects what is clicked on the map, and tells about it', async () => {
    const box = (await visit.page.getByRole('application', { name: /^Map/ }).boundingBox())!;
    await select(visit, node);
    const wanted = (await visit.state()).selection;
    await visit.page.keyboard.press('f');
    await visit.page.keyboard.press('Escape');
    await visit.idle();
    expect((await visit.state()).selection).toBeNull();
    await visit.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const clicked = await visit.until((state) => state.selection !== null, 'the click selects');
    const { map } = reader.catalog;
    expect([map!.cells, map!.items]).toContain(clicked.selection!.table);
    if (clicked.selection!.table === map!.cells) expect(clicked.selection).toEqual(wanted);
  });
});

/** Finds a row by its name and takes the first hit. */
async function select(visit: Visit, name: string): Promise<void> {
  await visit.page.keyboard.press('/');
  await visit.page.keyboard.type(name);
  await visit.page.getByRole('option', { name }).first().click();
  await visit.until((state) => state.selection !== null, `${name} is selected`);
  await visit.idle();
}
