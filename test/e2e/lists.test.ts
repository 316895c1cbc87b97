/** What a federation shows where nothing is selected: its clusters and workloads by name, as they are and as they are believed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../browser/find-chromium.ts';
import { Stage, type Visit, wavetank } from './stage.ts';

describe.skipIf(!chromium())('the lists of clusters and workloads', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(async (folder) => {
      await wavetank(folder, 'run', 'interconnect-cut', '--trace', 'cut.wtrace', '--until', '16m');
    });
  }, 60_000);

  afterAll(async () => {
    await stage?.close();
  });

  /** Rows of a list, cell by cell. */
  async function list(visit: Visit, at: number): Promise<string[][]> {
    const rows = visit.page.locator('.listed-table').nth(at).locator('tbody tr');
    return rows.evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  }

  it('tells of a member that is cut off before the federation knows, while it is away, and after', async () => {
    const visit = await stage.visit('#/run/cut.wtrace?v=1&t=4m');
    const health = async (time: number): Promise<string[][]> => {
      await visit.seek(time * 1e9);
      return (await list(visit, 0)).map(([name, is, believed]) => [name!, is!, believed!]);
    };
    const west = ['west', 'up', 'up'];
    expect(await health(240)).toEqual([['east', 'up', 'up'], west]);
    expect(await health(301)).toEqual([['east', 'cut off', 'up'], west]);
    expect(await health(840)).toEqual([['east', 'cut off', 'lost'], west]);
    expect((await health(955))[0]).toEqual(['east', 'up', 'up']);
    const workloads = await list(visit, 1);
    expect(workloads.map(([name]) => name)).toEqual(['east-web', 'west-web']);
    for (const [, ready, wanted] of workloads) expect(Number(ready)).toBeLessThanOrEqual(Number(wanted));
    expect(visit.troubles).toEqual([]);
    await visit.close();
  });

  it('says what a dashed edge means while there is one', async () => {
    const visit = await stage.visit('#/run/cut.wtrace?v=1&t=4m');
    const words = visit.page.getByText('dashed edge');
    expect(await words.isVisible()).toBe(false);
    await visit.seek(400e9);
    expect(await words.isVisible()).toBe(true);
    await visit.close();
  });

  it('leads to a row that is listed', async () => {
    const visit = await stage.visit('#/run/cut.wtrace?v=1&t=6m');
    await visit.page.locator('.listed-table').first().getByRole('button', { name: 'east' }).click();
    const state = await visit.until(({ selection }) => selection !== null, 'a cluster is selected');
    expect(state.selection).toEqual({ table: 'clusters', row: 0 });
    await visit.close();
  });
});
