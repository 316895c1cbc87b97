/** "Why here?": the decision behind a pod, made again in the page, for a replay and for a live run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PodExplanation } from '../../scenarios/compile/explaining.ts';
import { chromium } from '../browser/find-chromium.ts';
import { SIZES, Stage, type Theme, type Visit, wavetank } from './stage.ts';

/** One pod fits on a node; 48 of 60 wait. */
const TIGHT = 'cluster.pods.0.cpu=5';
/** More nodes than are shown at once. */
const WIDE = 'cluster.nodes.0.count=1000';
const ROWS_AT_ONCE = 100;

describe.skipIf(!chromium())('why a pod is where it is', () => {
  let stage: Stage;
  let waiting: string;
  let widest: string;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      await wavetank(folder, 'run', 'first-steps', '--trace', 'first.wtrace', '--until', '2s');
      await wavetank(folder, 'run', 'first-steps', '--set', TIGHT, '--trace', 'tight.wtrace', '--until', '2s');
      await wavetank(folder, 'run', 'first-steps', '--set', WIDE, '--trace', 'wide.wtrace', '--until', '1s');
    });
    waiting = 'web-59';
    widest = 'web-01';
  }, 60_000);

  afterAll(async () => {
    await stage?.close();
  });

  /** What the command answers about the same pod. */
  async function command(...words: string[]): Promise<PodExplanation> {
    // A pod that waits gives status 1.
    const out = await wavetank(stage.folder, 'explain', 'first-steps', '--json', ...words).catch(
      (failed: { stdout: string }) => failed.stdout,
    );
    return JSON.parse(out) as PodExplanation;
  }

  /** Finds a pod and asks about it with the keyboard alone. */
  async function ask(visit: Visit, pod: string, words: string) {
    await visit.page.keyboard.press('/');
    await visit.page.keyboard.type(pod);
    await visit.page.getByRole('option', { name: pod }).first().waitFor();
    await visit.page.keyboard.press('Enter');
    await visit.until((state) => state.selection?.table === 'pods', `${pod} is selected`);
    await visit.idle();
    const button = visit.page.getByRole('button', { name: words });
    await button.focus();
    await visit.page.keyboard.press('Enter');
    const sheet = visit.page.getByRole('dialog', { name: /^Why is/ });
    await sheet.waitFor();
    return sheet;
  }

  it('shows the table of a placed pod, with the node that was chosen', async () => {
    const visit = await stage.visit('#/run/first.wtrace?v=1&t=2s');
    const sheet = await ask(visit, 'web-37', 'Why here?');
    const { node, nodes, best } = await command('--pod', 'web-37');
    const chosen = sheet.locator('tr[aria-current]');
    expect(await chosen.count()).toBe(1);
    expect(await chosen.innerText()).toContain(node!);
    expect(await sheet.locator('tbody tr').count()).toBe(nodes.length);
    expect(await sheet.getByText('passes, with the same total').count()).toBe(best.length - 1);
    expect(await sheet.innerText()).toContain(`${best.length} nodes share the best total`);
    await visit.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    expect((await visit.state()).selection).not.toBeNull();
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('is asked with the mouse: a click on a node in the map, on its pod, and on the question', async () => {
    const visit = await stage.visit('#/run/first.wtrace?v=1&t=2s');
    await visit.page.keyboard.press('/');
    await visit.page.keyboard.type('web-37');
    await visit.page.getByRole('option', { name: 'web-37' }).first().click();
    await visit.until((state) => state.selection !== null, 'the pod is found, and its node is in the middle');
    await visit.idle();
    await visit.page.getByRole('button', { name: 'Clear' }).click();
    await visit.until((state) => state.selection === null, 'nothing is selected');
    const box = (await visit.page.getByRole('application', { name: /^Map/ }).boundingBox())!;
    await visit.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await visit.until((state) => state.selection !== null, 'the click selects');
    const inspector = visit.page.getByRole('region', { name: 'Inspector' });
    await inspector.locator('.inside').getByRole('button', { name: 'web-37' }).click();
    await visit.page.getByRole('button', { name: 'Why here?' }).click();
    await visit.page.getByRole('dialog', { name: 'Why is web-37 here?' }).waitFor();
    await visit.close();
  });

  it('tells of a waiting pod what Kubernetes would say, and the smallest change', async () => {
    const visit = await stage.visit('#/run/tight.wtrace?v=1&t=2s');
    const sheet = await ask(visit, waiting, 'Why is it waiting?');
    const { message, change } = await command('--pod', waiting, '--set', TIGHT);
    expect(change!.changes.length).toBeGreaterThan(0);
    const words = await sheet.innerText();
    expect(words).toContain(message!);
    expect(words).toMatch(
      /The smallest change that would let it run, for node node-\d+: request \d+m cpu instead of 5 cores\./,
    );
    expect(await sheet.locator('tr.why-refused').count()).toBe(12);
    expect(await sheet.locator('tr[aria-current]').count()).toBe(0);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('shows a thousand nodes by hundreds', async () => {
    const visit = await stage.visit('#/run/wide.wtrace?v=1&t=1s');
    const sheet = await ask(visit, widest, 'Why here?');
    expect(await sheet.locator('tbody tr').count()).toBe(ROWS_AT_ONCE);
    await sheet.getByRole('button', { name: /^Show 100 more of 900$/ }).click();
    expect(await sheet.locator('tbody tr').count()).toBe(2 * ROWS_AT_ONCE);
    await visit.picture('why-1000-nodes');
    await visit.close();
  });

  it('answers in a live run too', async () => {
    const visit = await stage.visit('#/live/first-steps?alternative=calico-bgp&v=1&t=2s');
    await visit.until((state) => state.edgeNs >= 2e9, 'pods stand');
    const sheet = await ask(visit, 'web-37', 'Why here?');
    const { node } = await command('--pod', 'web-37', '--alternative', 'calico-bgp');
    expect(await sheet.locator('tr[aria-current]').innerText()).toContain(node!);
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  const looks = (['dark', 'light'] as Theme[]).flatMap((theme) => SIZES.map((size) => ({ theme, size })));
  it.each(looks)('can be read by everyone: $theme, $size.width', async ({ theme, size }) => {
    for (const [file, pod, words] of [
      ['first', 'web-37', 'Why here?'],
      ['tight', waiting, 'Why is it waiting?'],
    ]) {
      const visit = await stage.visit(`#/run/${file}.wtrace?v=1&t=2s`, { theme, size });
      await ask(visit, pod!, words!);
      await visit.picture(`why-${file}-${theme}-${size.width}`);
      expect(await visit.breaches()).toEqual([]);
      expect(await visit.overflow()).toBeLessThanOrEqual(0);
      await visit.close();
    }
  });
});
