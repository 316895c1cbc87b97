/** One seed gives one result in Node and in Chromium: numbers, traces and metrics, to the last bit. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageOutcome } from './determinism-page.ts';
import { type EngineAnswers, engineAnswers } from './engine-answers.ts';
import { chromium, launchChromium } from './find-chromium.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The page's script, bundled as the viewer is. */
async function pageScript(): Promise<string> {
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: `${ROOT}test/browser/determinism-page.ts`, formats: ['es'], fileName: 'page' },
    },
  });
  const files = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
  const script = files.find((file) => file.type === 'chunk');
  if (script === undefined) throw new Error('the page of the determinism test was not built');
  return script.code;
}

/** Serves the page on a free port of this machine. */
async function servePage(script: string): Promise<Server> {
  const page = '<!doctype html><title>Determinism</title><script type="module" src="page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(!chromium())('Node and Chromium', () => {
  let server: Server;
  let browser: Browser;
  let inNode: EngineAnswers;
  let inChromium: EngineAnswers;

  beforeAll(async () => {
    server = await servePage(await pageScript());
    browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // The page computes in its own process at the same time.
    inNode = engineAnswers();
    const outcome = await page.waitForFunction(() => window.result, undefined, { timeout: 60_000 });
    const result = (await outcome.jsonValue()) as PageOutcome;
    if ('problem' in result) throw new Error(`in Chromium: ${result.problem}`);
    inChromium = result.answers;
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('agree on log, exp and pow over two million inputs', () => {
    expect(inChromium.numeric).toMatch(/^[0-9a-f]{16}$/);
    expect(inChromium.numeric).toBe(inNode.numeric);
  });

  it('agree on every run: digest, events and metrics', () => {
    const names = Object.keys(inNode.runs);
    expect(names.filter((name) => name.startsWith('first-steps: ')).length).toBeGreaterThan(1);
    expect(inNode.runs['network-schemes: machine-room-bgp/calico-bgp']!.events).toBeGreaterThan(10_000);
    for (const name of names) expect({ name, ...inChromium.runs[name] }).toEqual({ name, ...inNode.runs[name] });
  });

  it('tell apart runs that are not alike', () => {
    const digests = Object.values(inChromium.runs).map((result) => result.digest);
    expect(new Set(digests).size).toBe(digests.length);
  });
});
