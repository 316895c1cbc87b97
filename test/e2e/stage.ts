/**
 * The stage of the end-to-end tests: the built program writes results and recordings, its `view` serves them, and a
 * browser opens them.
 *
 * Every visit keeps what a reader must never meet: errors on the console and requests to anywhere else.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, STEADY_PAGE } from '../browser/find-chromium.ts';
import { FRAME_WATCH, type TimedDigest } from './frame-watch.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = join(ROOT, 'dist/cli.js');
const MISSING_PROGRAM = 'dist/cli.js is missing: run "npm run build" first';
/** Git ignores this folder: pictures are looked at, and their differences are judged by people. */
const PICTURES = join(ROOT, 'test/screens/actual');
const WCAG_TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/** Nothing that a test waits for takes this long. */
const WAIT_MS = 10_000;

export type Theme = 'dark' | 'light';

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

/** How a page is looked at; dark on a wide screen when nothing is said. */
export interface Look {
  readonly theme?: Theme;
  readonly size?: (typeof SIZES)[number];
}

/** What the work screen says of itself through `window.__viz.state()`. */
export interface ScreenState {
  readonly timeNs: number;
  readonly requestedNs: number;
  readonly endNs: number;
  readonly edgeNs: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly selection: { readonly table: string; readonly row: number } | null;
  readonly view: { readonly k: number; readonly x: number; readonly y: number } | null;
  readonly detail: string | null;
  readonly marks: number;
  readonly digest: string | null;
}

/** Runs one command of the built program; paths are taken from `folder`. Gives its standard output. */
export async function wavetank(folder: string, ...words: readonly string[]): Promise<string> {
  if (!existsSync(PROGRAM)) throw new Error(MISSING_PROGRAM);
  const env = { ...process.env, INIT_CWD: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words], { cwd: folder, env });
  return stdout;
}

/** One page that was opened. */
export class Visit {
  readonly page: Page;
  /** Console errors, uncaught errors and requests outside of the origin, in their order. */
  readonly troubles: string[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, page: Page, isOwn: (url: string) => boolean) {
    this.#context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.troubles.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.troubles.push(`uncaught: ${error.message}`));
    context.on('request', (request) => {
      if (!isOwn(request.url())) this.troubles.push(`request: ${request.url()}`);
    });
  }

  /** Waits until nothing is loading and the last frame is drawn. */
  async idle(): Promise<void> {
    await this.page.waitForFunction(() => window.__viz !== undefined);
    await this.page.evaluate(() => window.__viz.idle());
  }

  /** Changes the system's theme while the page is shown, and waits until it is drawn in it. */
  async dress(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.evaluate(() => window.__viz?.idle());
  }

  /** Goes to a time and waits until it is shown. */
  async seek(timeNs: number): Promise<ScreenState> {
    await this.page.evaluate((time) => window.__viz.seek(time), timeNs);
    return this.state();
  }

  async state(): Promise<ScreenState> {
    return (await this.page.evaluate(() => window.__viz.state())) as ScreenState;
  }

  /** Waits until the state of the screen passes; fails in the end. */
  async until(passes: (state: ScreenState) => boolean, what: string): Promise<ScreenState> {
    const deadlineMs = performance.now() + WAIT_MS;
    for (;;) {
      const state = await this.state();
      if (passes(state)) return state;
      if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}: ${JSON.stringify(state)}`);
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** The digest of the frame that was shown last, as the page received it. */
  async shownFrame(): Promise<TimedDigest> {
    return this.page.evaluate(() => window.frameWatch!.digest());
  }

  /** Breaches of the accessibility rules, one line each. */
  async breaches(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(WCAG_TAGS).analyze();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.html}`));
  }

  /** Pixels by which the page is wider than the screen. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  /** Saves a picture of the screen for people to look at. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** A folder of results with a server and a browser on it. */
export class Stage {
  readonly folder: string;
  readonly #browser: Browser;
  readonly #server: ViewServer;
  #url = '';

  private constructor(folder: string, browser: Browser, server: ViewServer) {
    this.folder = folder;
    this.#browser = browser;
    this.#server = server;
  }

  /** Fills a new folder, then serves it. */
  static async open(fill: (folder: string) => Promise<void>): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'wavetank-e2e-'));
    await fill(folder);
    const stage = new Stage(folder, await launchChromium(), new ViewServer(folder));
    stage.#url = await stage.#server.address();
    return stage;
  }

  /** Opens a hash of the viewer and waits until it is drawn. */
  async visit(hash: string, look: Look = {}): Promise<Visit> {
    const origin = new URL(this.#url).origin;
    const visit = await this.#newVisit(look, (url) => url.startsWith(origin) || /^(data|blob):/.test(url));
    await visit.page.goto(this.#url + hash).catch((error: unknown) => this.#server.explain(error));
    await visit.idle();
    return visit;
  }

  /** Opens a file of the folder from the disk, without any server. */
  async visitFile(name: string, look: Look = {}): Promise<Visit> {
    const address = `file://${join(this.folder, name)}`;
    const visit = await this.#newVisit(look, (url) => url === address || url.startsWith('data:'));
    await visit.page.goto(address);
    return visit;
  }

  async #newVisit({ theme = 'dark', size = SIZES[0] }: Look, isOwn: (url: string) => boolean): Promise<Visit> {
    const context = await this.#browser.newContext({ ...STEADY_PAGE, viewport: size, colorScheme: theme });
    // Sooner than the test ends, so that a failure says what it waited for.
    context.setDefaultTimeout(WAIT_MS);
    await context.addInitScript({ content: FRAME_WATCH });
    return new Visit(context, await context.newPage(), isOwn);
  }

  async close(): Promise<void> {
    this.#server.close();
    await this.#browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The program's `view` in a process of its own. */
class ViewServer {
  readonly #process: ChildProcess;
  #said = '';
  #ended: string | null = null;

  constructor(folder: string) {
    if (!existsSync(PROGRAM)) throw new Error(MISSING_PROGRAM);
    const words = [PROGRAM, 'view', folder, '--port', '0'];
    this.#process = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.on('exit', (status, signal) => {
      this.#ended = `"view" ended (${signal ?? status}) after it said: ${this.#said}`;
    });
  }

  /** The address that it says, with a slash at the end. */
  address(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#process.stderr!.on('data', (bytes: Buffer) => {
        this.#said += bytes.toString();
        const address = /http:\/\/[^\s/]+\//.exec(this.#said)?.[0];
        if (address !== undefined) resolve(address);
      });
      this.#process.once('close', () => reject(new Error(this.#ended ?? '"view" ended')));
    });
  }

  /** Throws the error, and what became of the server if that is its cause. */
  explain(error: unknown): never {
    throw this.#ended === null ? error : new Error(this.#ended, { cause: error });
  }

  close(): void {
    this.#process.kill('SIGINT');
  }
}
