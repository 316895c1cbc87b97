/**
 * Where this machine has a Chromium, and how tests start it.
 *
 * Tests that need a browser say `describe.skipIf(!chromium())`; with REQUIRE_BROWSER=1 (continuous integration) a
 * missing browser is a failure instead.
 */
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';

/** Names under which distributions and vendors put it on the PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];

/** Where installers put it outside of the PATH. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  linux: ['/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** Playwright's own downloads, newest first, by system. */
const CACHES: Readonly<Record<string, { readonly folder: string; readonly program: readonly string[] }>> = {
  linux: { folder: '.cache/ms-playwright', program: ['chrome-linux/chrome', 'chrome-linux64/chrome'] },
  darwin: {
    folder: 'Library/Caches/ms-playwright',
    program: ['chrome-mac/Chromium.app/Contents/MacOS/Chromium'],
  },
  win32: { folder: 'AppData/Local/ms-playwright', program: ['chrome-win/chrome.exe', 'chrome-win64/chrome.exe'] },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The program of a Chromium, or undefined when this machine has none that is found. */
export function findChromium(env: Environment = process.env, platform: string = process.platform): string | undefined {
  const named = [env['CHROMIUM'], env['CHROME_PATH']].filter((path) => path !== undefined && path !== '');
  const suffix = platform === 'win32' ? '.exe' : '';
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  const candidates = [...named, ...onPath, ...(PLACES[platform] ?? []), ...playwrightCache(env, platform)];
  return candidates.find((path): path is string => path !== undefined && isProgram(path));
}

function playwrightCache(env: Environment, platform: string): string[] {
  const cache = CACHES[platform];
  if (cache === undefined) return [];
  const root = env['PLAYWRIGHT_BROWSERS_PATH'] || join(env['HOME'] ?? homedir(), cache.folder);
  try {
    const versions = readdirSync(root).filter((name) => /^chromium-\d+$/.test(name));
    const newestFirst = versions.sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
    return newestFirst.flatMap((version) => cache.program.map((program) => join(root, version, program)));
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let found: string | undefined;
let looked = false;

/**
 * The browser of the tests, looked for once. Says why when there is none.
 * @throws Error when there is none and REQUIRE_BROWSER=1.
 */
export function chromium(): string | undefined {
  if (!looked) {
    looked = true;
    found = findChromium();
    if (found === undefined) process.stderr.write(`Browser tests are skipped: ${MISSING}\n`);
  }
  if (found === undefined && process.env['REQUIRE_BROWSER'] === '1')
    throw new Error(`REQUIRE_BROWSER=1, but ${MISSING}`);
  return found;
}

const MISSING =
  'no Chromium was found. Set CHROMIUM to its program, or install one (Debian: apt-get install chromium; elsewhere: npx playwright-core install chromium).';

/** What makes pictures the same on every machine, and lets a container run it. */
const FLAGS = [
  '--disable-lcd-text',
  '--font-render-hinting=none',
  '--force-device-scale-factor=1',
  '--hide-scrollbars',
  '--js-flags=--random-seed=1',
  '--disable-dev-shm-usage',
];

/** Settings of a page context that keep pictures steady. */
export const STEADY_PAGE = {
  viewport: { width: 1440, height: 900 },
  reducedMotion: 'reduce',
  locale: 'en-GB',
  timezoneId: 'UTC',
} as const;

/** Starts the browser without a window. Close it after use. @throws Error when there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error(MISSING);
  const playwright = await import('playwright-core');
  // The sandbox does not start as root, and only there it is left out.
  const args = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  return await playwright.chromium.launch({ executablePath, headless: true, args });
}
