/**
 * The self-contained report in a real browser: opened from a file, dark and light, wide and narrow.
 *
 * Skipped where no Chromium is installed, unless REQUIRE_BROWSER=1 asks for it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillReport } from '../../../scenarios/answers/report.ts';
import { type ReportAssets, reportShell } from '../../../viz/report/template.ts';
import { sampleComparison, sampleManySchemes, samplePlacements, sampleTipping } from '../compare/sample-results.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM) || process.env['REQUIRE_BROWSER'] === '1';
const ROOT = join(import.meta.dirname, '../../..');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

describe.skipIf(!present)('the report in Chromium', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavetank-report-'));
    const assets = await bundled(folder);
    const hostile = sampleComparison();
    const title = '</script><img src=x onerror="document.title=1">\u2028';
    writeFileSync(join(folder, 'schemes.html'), fillReport(reportShell(assets), sampleComparison()));
    writeFileSync(join(folder, 'tipping.html'), fillReport(reportShell(assets), sampleTipping()));
    writeFileSync(join(folder, 'many.html'), fillReport(reportShell(assets), sampleManySchemes()));
    writeFileSync(join(folder, 'placements.html'), fillReport(reportShell(assets), samplePlacements()));
    writeFileSync(
      join(folder, 'hostile.html'),
      fillReport(reportShell(assets), { ...hostile, scenario: { ...hostile.scenario, title } }),
    );
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(
    name: string,
    colorScheme: 'dark' | 'light',
    width: number,
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== page.url() && !/^(data|file):/.test(request.url())) troubles.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, name)).href);
    await use(page);
    expect(troubles).toEqual([]);
    await context.close();
  }

  it.each([
    ['schemes.html', 'dark', 1440],
    ['schemes.html', 'light', 390],
    ['tipping.html', 'light', 1440],
    ['tipping.html', 'dark', 390],
    ['placements.html', 'light', 1440],
    ['placements.html', 'dark', 390],
  ] as const)(
    '%s, %s, %d px: whole, accessible, inside the screen',
    (name, scheme, width) =>
      opened(name, scheme, width, async (page) => {
        expect(await page.locator('h1').count()).toBe(1);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      }),
    60_000,
  );

  it(
    'filters and sorts by keyboard, and keeps the focus',
    () =>
      opened('schemes.html', 'light', 1440, async (page) => {
        const rows = page.locator('.decision .alternative');
        await page.getByLabel('Environment').first().selectOption('aws-like-vpc');
        expect(await rows.count()).toBe(5);
        await page.getByRole('checkbox', { name: 'refused' }).focus();
        await page.keyboard.press('Space');
        expect(await rows.count()).toBe(4);
        await page.getByRole('button', { name: 'Throughput of a bulk flow' }).focus();
        await page.keyboard.press('Enter');
        expect(await rows.locator('.name-words').first().textContent()).toBe('Custom static routing');
        await page.keyboard.press('Enter');
        expect(await rows.locator('.name-words').first().textContent()).toBe('OpenShift SDN');
        expect(await page.locator('th[aria-sort=ascending]').textContent()).toContain('Throughput');
      }),
    30_000,
  );

  it(
    'lights one path of the wiring diagram from the list',
    () =>
      opened('schemes.html', 'light', 1440, async (page) => {
        await page.getByText('All 20 paths as a list').click();
        await page.locator('.wiring-list button').first().focus();
        await page.keyboard.press('ArrowDown');
        expect(await page.locator('.wires .wire.is-lit').count()).toBe(1);
        expect(await page.locator('.wiring-detail').textContent()).toContain('Calico BGP: layer 3, underlay');
      }),
    30_000,
  );

  it(
    'begins a large wiring diagram with one environment, and shows one family where that is asked',
    () =>
      opened('many.html', 'light', 1440, async (page) => {
        const wires = page.locator('.wires .wire');
        expect(await wires.count()).toBe(35);
        await page.locator('.wiring').getByLabel('Family of schemes').selectOption('calico');
        expect(await wires.count()).toBe(7);
        await page.locator('.wiring').getByLabel('Environment').selectOption('');
        expect(await wires.count()).toBe(28);
        const table = page.locator('.table-section');
        const rows = page.locator('.decision .alternative');
        expect(await rows.count()).toBe(35);
        await table.getByLabel('Family of schemes').selectOption('calico');
        expect(await rows.count()).toBe(7);
        await table.getByLabel('Environment').selectOption('');
        expect(await rows.count()).toBe(28);
      }),
    60_000,
  );

  it(
    'opens with what is recommended, and draws what would change it',
    () =>
      opened('tipping.html', 'light', 1440, async (page) => {
        expect(await page.locator('.recommendations li').count()).toBe(4);
        expect(await page.locator('.tipping tbody tr').count()).toBe(2);
        expect(await page.locator('.tipping-flip').count()).toBe(1);
        expect(await page.locator('.tipping').textContent()).toContain('then Flannel VXLAN');
      }),
    30_000,
  );

  it(
    'shows hostile words as words',
    () =>
      opened('hostile.html', 'light', 1440, async (page) => {
        expect(await page.locator('.kicker').textContent()).toContain('</script><img src=x');
        expect(await page.locator('img').count()).toBe(0);
      }),
    30_000,
  );
});

/** Builds the report's script and style as the project's build does. */
async function bundled(folder: string): Promise<ReportAssets> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: join(folder, 'assets'),
      emptyOutDir: false,
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: join(ROOT, 'viz/report/main.ts'),
        output: { format: 'iife', entryFileNames: 'report.js', assetFileNames: 'report.[ext]' },
      },
    },
  });
  const text = (name: string): string => readFileSync(join(folder, 'assets', name), 'utf8');
  return { script: text('report.js'), style: text('report.css') };
}
