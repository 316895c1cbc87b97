/**
 * The map of the large cluster stays fluid: the processor time of drawing a frame while it plays and is zoomed.
 *
 * The figures are the viewer's own; frames per second would measure the machine that the tests run on.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../browser/find-chromium.ts';
import { Stage, type Visit, wavetank } from './stage.ts';

/** The bar for drawing one frame, at the 95th percentile. */
const DRAW_MS_MAX = 16;
const FRAMES_MIN = 120;
/** Other work on the machine can only make drawing slower, so the best round counts. */
const ROUNDS_MAX = 3;
/** Notches of the wheel and their direction: close, back, half-way, back. */
const ZOOMS = [
  [20, -120],
  [20, 120],
  [9, -120],
  [9, 120],
] as const;

interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface DrawStats {
  readonly draws: number;
  readonly whole: Spread;
  readonly raster: Spread;
  readonly overlay: Spread;
}

describe.skipIf(!chromium())('the cluster of 1,523 nodes', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      await wavetank(
        folder,
        ...['run', 'network-schemes', '--alternative', 'machine-room-bgp/calico-bgp', '--trace', 'openb.wtrace'],
      );
    });
  }, 120_000);

  afterAll(async () => {
    await stage?.close();
  });

  /** Wheels over the map, one notch a frame. */
  async function wheel({ page }: Visit, notches: number, delta: number): Promise<void> {
    for (let i = 0; i < notches; i++) {
      await page.mouse.wheel(0, delta);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** Plays while it zooms in and out over all levels of detail, and gives the viewer's own figures. */
  async function drawn(): Promise<DrawStats> {
    const visit = await stage.visit('#/run/openb.wtrace?v=1&t=0s');
    const stats = async () => (await visit.page.evaluate(() => window.__viz.stats())) as DrawStats;
    const box = (await visit.page.getByRole('application', { name: /^Map/ }).boundingBox())!;
    await visit.page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
    await visit.page.keyboard.press('Space');
    const details = new Set<string | null>();
    while ((await stats()).draws < FRAMES_MIN || details.size < 3) {
      for (const [notches, delta] of ZOOMS) {
        await wheel(visit, notches, delta);
        details.add((await visit.state()).detail);
      }
    }
    const found = await stats();
    process.stderr.write(`drawing 1,523 nodes: ${JSON.stringify({ ...found, details: [...details] })}\n`);
    expect(visit.troubles).toEqual([]);
    await visit.close();
    return found;
  }

  it('is drawn within the bar while it plays and is zoomed', async () => {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS_MAX && bestMs > DRAW_MS_MAX; round++) {
      bestMs = Math.min(bestMs, (await drawn()).whole.p95);
    }
    expect(bestMs).toBeLessThanOrEqual(DRAW_MS_MAX);
  }, 90_000);

  it.each([
    ['all', ''],
    ['zoomed', '&zoom=24,60,40'],
    ['near', '&zoom=120,60,40'],
  ])('looks well: %s', async (name, zoom) => {
    for (const theme of ['dark', 'light'] as const) {
      const look = await stage.visit(`#/run/openb.wtrace?v=1&t=70s${zoom}`, { theme });
      await look.picture(`openb-${name}-${theme}-1440`);
      expect(look.troubles).toEqual([]);
      await look.close();
    }
  });
});
