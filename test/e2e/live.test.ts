/** A live run in the page: it moves, obeys its sliders, and computes what Node computes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRun } from '../../scenarios/compile/index.ts';
import { MemorySource } from '../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../sim/trace/reader.ts';
import { chromium } from '../browser/find-chromium.ts';
import { planOf } from '../scenarios/compile/small-worlds.ts';
import { digestInNode } from './frame-watch.ts';
import { Stage, type Visit } from './stage.ts';

const HASH = '#/live/first-steps';
/** A link to a moment does not start the clock, so that what follows depends on no clock of the machine. */
const STANDING = `${HASH}?alternative=calico-bgp&v=1&t=1s`;
/** Hosts have the first 24 links of this cluster, one up and one down each; then come those of the leaves. */
const UPLINK_ROW = 24;

describe.skipIf(!chromium())('a live run', () => {
  const plan = planOf('first-steps');
  const endNs = plan.document.duration;
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(() => Promise.resolve());
  }, 60_000);

  afterAll(async () => {
    await stage?.close();
  });

  /** Runs to the end and reads the digest from the bar. */
  async function digestAtEnd(visit: Visit): Promise<string> {
    await visit.seek(endNs);
    await visit.until((state) => state.timeNs === endNs, 'the end is reached');
    return fact(visit, 'digest');
  }

  /** What stands in the bar under a name. */
  async function fact(visit: Visit, name: string): Promise<string> {
    const title = await visit.page.locator(`[title^="${name} "]`).getAttribute('title');
    return title!.slice(name.length + 1);
  }

  /** A recording in memory of the run that the page computes. */
  async function recordedInNode(alternative: string, seed: string): Promise<{ digest: string; reader: TraceReader }> {
    const sink = new MemorySource();
    const { digest } = startRun(plan, alternative, seed, { sink, level: 'state' }).finish();
    return { digest, reader: await openTrace(sink) };
  }

  /** Turns a slider at one second, and gives the total load of all links two seconds later and the digest at the end. */
  async function turned(slider: string, step: string): Promise<{ load: number; digest: string }> {
    const visit = await stage.visit(STANDING);
    await visit.page.getByLabel(slider).fill(step);
    await visit.idle();
    const { load } = await loadAtThreeSeconds(visit);
    const digest = await digestAtEnd(visit);
    expect(visit.troubles).toEqual([]);
    await visit.close();
    return { load, digest };
  }

  /** The total load of all links at three seconds. */
  async function loadAtThreeSeconds(visit: Visit): Promise<{ load: number }> {
    await visit.seek(3e9);
    await visit.until((state) => state.timeNs === 3e9, 'three seconds are reached');
    return { load: await visit.page.evaluate(() => window.frameWatch!.sum('links', 'load')) };
  }

  it('starts by itself, moves, and stands still when it is paused', async () => {
    const visit = await stage.visit(HASH);
    const first = await visit.until((state) => state.playing && state.timeNs > 0, 'it moves');
    await visit.until((state) => state.timeNs > first.timeNs, 'it moves on');
    await visit.page.getByRole('button', { name: 'Pause', exact: true }).click();
    await visit.idle();
    const paused = await visit.state();
    await visit.idle();
    expect(await visit.state()).toEqual({ ...paused, playing: false });
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it.each(plan.alternatives.map((one) => one.name))('computes what Node computes: %s', async (alternative) => {
    const visit = await stage.visit(`${HASH}?alternative=${alternative}&v=1&t=0s`);
    const { digest, reader } = await recordedInNode(alternative, await fact(visit, 'seed'));
    for (const timeNs of [1.5e9, 4e9, 7.25e9, 3e9]) {
      expect((await visit.seek(timeNs)).timeNs).toBe(timeNs);
      const shown = await visit.shownFrame();
      expect(shown.digest).toBe(await digestInNode(reader, timeNs, shown.columns));
    }
    expect(await digestAtEnd(visit)).toBe(digest);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('obeys both sliders', async () => {
    const visit = await stage.visit(STANDING);
    const { load } = await loadAtThreeSeconds(visit);
    const digest = await digestAtEnd(visit);
    await visit.close();
    const busier = await turned('Traffic load', '8');
    const narrower = await turned('Uplink bandwidth', '-8');
    expect(busier.load).toBeGreaterThan(load * 1.1);
    expect(narrower.load).not.toBe(load);
    expect(new Set([digest, busier.digest, narrower.digest]).size).toBe(3);
  });

  it('shows the capacity of a narrowed uplink', async () => {
    const visit = await stage.visit(`${STANDING}&sel=links:${UPLINK_ROW}`);
    const inspector = visit.page.getByRole('region', { name: 'Inspector' });
    expect(await inspector.innerText()).toMatch(/1(\.0+)? Gbit\/s/);
    await visit.page.getByLabel('Uplink bandwidth').fill('-8');
    await visit.seek(2e9);
    expect(await inspector.innerText()).toMatch(/250 Mbit\/s/);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('says what was turned among the events, and starts afresh with Restart', async () => {
    const visit = await stage.visit(STANDING);
    await visit.page.getByLabel('Traffic load').fill('4');
    await visit.seek(2e9);
    expect((await visit.state()).edgeNs).toBe(2e9);
    await visit.page
      .getByRole('region', { name: 'Events' })
      .getByRole('combobox')
      .selectOption({ label: 'All events' });
    await visit.page.getByText('parameter changed').first().waitFor();
    await visit.page.getByRole('button', { name: 'Restart' }).click();
    await visit.until((state) => state !== null && state.edgeNs < 2e9, 'it has begun again');
    await visit.close();
  });

  it('says which scenarios there are when one is asked for that is not', async () => {
    const visit = await stage.visit('#/live/no-such-thing');
    const sentence = await visit.page.getByRole('alert').filter({ visible: true }).innerText();
    expect(sentence).toContain('no-such-thing');
    expect(sentence).toContain('first-steps');
    await visit.close();
  });
});
