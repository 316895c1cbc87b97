/** Every route, in both themes and on both sizes of screen: whole, silent, inside the screen, accessible. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../browser/find-chromium.ts';
import { SIZES, Stage, type Visit, wavetank } from './stage.ts';

/** What is opened, and words that must be on the screen then. */
const ROUTES = [
  { name: 'library', hash: '#/', words: 'First steps' },
  { name: 'replay', hash: '#/run/first-steps/calico-bgp.wtrace?v=1&t=6s', words: 'First steps' },
  { name: 'replay-racks', hash: '#/run/affinity/spread.wtrace?v=1&t=45s&sel=racks:2', words: 'Affinity' },
  { name: 'results', hash: '#/results/first-steps/results.json', words: 'Flannel VXLAN' },
  { name: 'results-affinity', hash: '#/results/affinity/results.json', words: 'Talkers together' },
  { name: 'live', hash: '#/live/first-steps?v=1&t=3s', words: 'Traffic load' },
  { name: 'lesson-first-steps', hash: '#/lesson/first-steps', words: 'First steps' },
  { name: 'lesson-network-schemes', hash: '#/lesson/network-schemes', words: 'network' },
  { name: 'lesson-affinity', hash: '#/lesson/affinity-and-the-fabric', words: 'ffinity' },
  { name: 'lost', hash: '#/nowhere/at/all', words: 'no such page' },
] as const;

const REPORTS = ['first-steps', 'affinity'] as const;

describe.skipIf(!chromium())('routes of the viewer', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      const kinds = 'vary.placement=["spread","talkers-together"]';
      await Promise.all([
        wavetank(folder, 'compare', 'first-steps', '--replications', '2', '--out', 'first-steps', '--traces'),
        wavetank(
          folder,
          ...['compare', 'affinity-and-the-fabric', '--replications', '2', '--set', kinds],
          ...['--out', 'affinity', '--traces'],
        ),
      ]);
    });
  }, 120_000);

  afterAll(async () => {
    await stage?.close();
  });

  /** Looks at an opened page in one theme. */
  async function holds(visit: Visit, words: string, picture: string): Promise<void> {
    expect(await visit.page.locator('body').innerText()).toContain(words);
    expect(await visit.page.locator('h1').count()).toBe(1);
    await visit.picture(picture);
    expect(await visit.overflow()).toBeLessThanOrEqual(0);
    expect(await visit.breaches()).toEqual([]);
    expect(visit.troubles).toEqual([]);
  }

  // A wide page opens dark and becomes light while it is shown; a narrow one the other way.
  describe.each([
    { size: SIZES[0], themes: ['dark', 'light'] },
    { size: SIZES[1], themes: ['light', 'dark'] },
  ] as const)('$size.width px', ({ size, themes }) => {
    async function holdsInBoth(visit: Visit, words: string, name: string): Promise<void> {
      for (const theme of themes) {
        await visit.dress(theme);
        await holds(visit, words, `${name}-${theme}-${size.width}`);
      }
      await visit.close();
    }

    it.each(ROUTES)('$name', async ({ name, hash, words }) => {
      await holdsInBoth(await stage.visit(hash, { theme: themes[0], size }), words, name);
    });

    it.each(REPORTS)('the report of %s, opened from the disk', async (folder) => {
      const visit = await stage.visitFile(`${folder}/report.html`, { theme: themes[0], size });
      await holdsInBoth(visit, 'Machine room', `report-${folder}`);
    });
  });

  it('follows links from the library to results, and from there to a replay', async () => {
    const { page, troubles } = await stage.visit('#/');
    await page.locator('a[href^="#/results/first-steps"]').first().click();
    const replay = page.locator('a[href*="#/run/first-steps/"]').first();
    await replay.click();
    await page.waitForFunction(() => (window.__viz.state() as { timeNs?: number } | null)?.timeNs === 0);
    expect(page.url()).toContain('#/run/first-steps/');
    expect(troubles).toEqual([]);
  });
});
