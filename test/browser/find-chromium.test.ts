import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './find-chromium.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

function program(name: string): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), '');
  chmodSync(at(name), 0o755);
  return at(name);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-browser-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

// A platform without known places, so that the machine of the test does not answer.
describe('finding a browser', () => {
  it('takes the one that is named, else the first of the PATH', () => {
    const named = program('named/my-chrome');
    const onPath = program('bin/google-chrome');
    const env = { CHROME_PATH: named, PATH: at('bin') };
    expect(findChromium(env, 'none')).toBe(named);
    expect(findChromium({ ...env, CHROMIUM: at('missing'), CHROME_PATH: '' }, 'none')).toBe(onPath);
  });

  it('finds nothing where there is nothing', () => {
    expect(findChromium({ PATH: at('empty') }, 'none')).toBeUndefined();
    writeFileSync(at('chromium'), 'not a program');
    chmodSync(at('chromium'), 0o644);
    expect(findChromium({ PATH: folder }, 'none')).toBeUndefined();
  });

  it("takes the newest of Playwright's downloads", () => {
    program('cache/chromium-9/chrome-mac/Chromium.app/Contents/MacOS/Chromium');
    const newest = program('cache/chromium-1200/chrome-win/chrome.exe');
    expect(findChromium({ PATH: at('empty'), PLAYWRIGHT_BROWSERS_PATH: at('cache') }, 'win32')).toBe(newest);
  });
});
