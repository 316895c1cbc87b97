/**
 * The viewer in a real browser: every lesson on a narrow screen, the library, and a live run to its end.
 *
 * Skipped where no Chromium is installed, unless REQUIRE_BROWSER=1 asks for it.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM) || process.env['REQUIRE_BROWSER'] === '1';
const ROOT = join(import.meta.dirname, '../../..');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const LESSONS = readdirSync(join(ROOT, 'scenarios/library')).flatMap((name) => /^(.*)\.md$/.exec(name)?.[1] ?? []);
const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth';

describe.skipIf(!present)('the viewer in Chromium', () => {
  let browser: Browser;
  let server: PreviewServer;
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  let address: string;
  const troubles: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavetank-viewer-'));
    const common = { root: join(ROOT, 'viz'), configFile: false, base: './', logLevel: 'error' } as const;
    const out = { outDir: folder, emptyOutDir: false };
    await build({ ...common, worker: { format: 'es' }, build: out });
    server = await preview({ ...common, build: out, preview: { port: 0, host: '127.0.0.1' } });
    address = server.resolvedUrls!.local[0]!;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(hash: string): Promise<void> {
    await page.goto(`${address}${hash}`);
    await page.evaluate('window.__viz.idle()');
  }

  async function violations(): Promise<string[]> {
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  it('shows every lesson inside a narrow screen', async () => {
    const wide: string[] = [];
    for (const lesson of LESSONS) {
      await open(`#/lesson/${lesson}`);
      expect(await page.locator('article h1').count(), lesson).toBe(1);
      if ((await page.evaluate<number>(OVERFLOW)) > 0) wide.push(lesson);
    }
    expect(LESSONS.length).toBeGreaterThan(20);
    expect(wide).toEqual([]);
    expect(await violations()).toEqual([]);
    expect(troubles).toEqual([]);
  }, 90_000);

  it('goes from the list of parts to the part, with the keyboard', async () => {
    await open('#/lesson/who-scales');
    await page.getByRole('link', { name: 'What follows' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.activeElement.tagName === "H2"');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('What follows');
    expect(await page.locator('h2:focus').evaluate((heading) => heading.getBoundingClientRect().top)).toBeLessThan(200);
    expect(troubles).toEqual([]);
  }, 30_000);

  it('sorts the library by subject', async () => {
    await open('#/');
    expect(await page.locator('.library h2').allTextContents()).toEqual([
      'Container networks',
      'Placing pods',
      'Pods under load',
      'Many clusters',
      'Results and recordings',
    ]);
    expect(await page.locator('.card').count()).toBe(LESSONS.length);
    expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(await violations()).toEqual([]);
  }, 30_000);

  it('says of a live run that its environment refuses it', async () => {
    await open('#/live/vpc-that-drops?t=0&alternative=aws-like-vpc/contiv-vlan');
    await page.waitForFunction('window.__viz.state() !== null');
    expect(await page.locator('.stage .notice').textContent()).toMatch(/refuses this alternative \(rule vlan-tags\)/);
    await open('#/live/first-steps?t=0');
    await page.waitForFunction('window.__viz.state() !== null');
    expect(await page.locator('.stage .notice').isHidden()).toBe(true);
  }, 60_000);

  it('runs a federation live to its end, on a narrow screen', async () => {
    await open('#/live/four-divisions?t=0');
    await page.waitForFunction('window.__viz.state() !== null');
    await page.evaluate('window.__viz.seek(window.__viz.state().endNs)');
    await page.waitForFunction('window.__viz.state().digest !== null', undefined, { timeout: 60_000 });
    expect(await page.locator('.listed-table').count()).toBe(2);
    expect(await page.locator('.listed-table tbody tr').count()).toBe(8);
    expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(await violations()).toEqual([]);
    expect(troubles).toEqual([]);
  }, 120_000);
});
