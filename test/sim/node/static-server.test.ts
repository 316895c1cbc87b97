import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShelf } from '../../../sim/node/shelf.ts';
import { isOwnName, type RunningServer, serveFiles } from '../../../sim/node/static-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let folder = '';
let server: RunningServer;

/** A request with the path just as it is: `fetch` would tidy `..` away before it is sent. */
function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('latin1'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

function put(path: string, content: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-view-'));
  put('viz/index.html', '<title>viewer</title>');
  put('viz/assets/app.js', 'export {};');
  put('viz/.vite/manifest.json', '{}');
  put('results/network-schemes/results.json', JSON.stringify({ scenario: { title: 'Which network?' } }));
  put('results/network-schemes/calico bgp.wtrace', '0123456789');
  put('results/network-schemes/report.html', '<script>1</script>');
  put('results/empty.wtrace', '');
  put('results/notes.txt', 'private notes');
  put('results/.hidden/results.json', '{}');
  put('results/broken/results.json', '{');
  put('secret/results.json', '{"secret":true}');
  symlinkSync(join(folder, 'secret/results.json'), join(folder, 'results/linked.results.json'));
  symlinkSync(join(folder, 'secret'), join(folder, 'results/linked-folder'));
  symlinkSync('network-schemes/results.json', join(folder, 'results/again.results.json'));
  server = await serveFiles({
    port: 0,
    pages: join(folder, 'viz'),
    shelves: [await openShelf(join(folder, 'results'))],
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the pages', () => {
  it('are served with their types and a policy that keeps to themselves', async () => {
    const page = await ask('/?x=1');
    expect([page.status, page.body]).toEqual([200, '<title>viewer</title>']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const script = await ask('/assets/app.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask('/assets')).status).toBe(404);
    expect((await ask('/nothing')).status).toBe(404);
  });

  it('answer GET and HEAD only', async () => {
    const head = await ask('/assets/app.js', { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '10']);
    const post = await ask('/', { method: 'POST' });
    expect([post.status, post.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the files', () => {
  it('are listed with kind, size and title; hidden, unknown and foreign ones are not', async () => {
    const { status, body, headers } = await ask('/files/index.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const title = 'Which network?';
    const results = { kind: 'results', bytes: 39, title };
    expect(JSON.parse(body)).toEqual([
      { name: 'again.results.json', ...results },
      { name: 'broken/results.json', kind: 'results', bytes: 1 },
      { name: 'empty.wtrace', kind: 'trace', bytes: 0 },
      { name: 'network-schemes/calico bgp.wtrace', kind: 'trace', bytes: 10 },
      { name: 'network-schemes/report.html', kind: 'report', bytes: 18 },
      { name: 'network-schemes/results.json', ...results },
    ]);
  });

  it('come whole, in parts, or as a head', async () => {
    const path = '/files/network-schemes/calico%20bgp.wtrace';
    const whole = await ask(path);
    expect([whole.status, whole.body, whole.headers['accept-ranges']]).toEqual([200, '0123456789', 'bytes']);
    const part = await ask(path, { headers: { Range: 'bytes=3-5' } });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '345', 'bytes 3-5/10']);
    const end = await ask(path, { headers: { Range: 'bytes=-2' } });
    expect([end.status, end.body]).toEqual([206, '89']);
    const beyond = await ask(path, { headers: { Range: 'bytes=10-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
    const head = await ask(path, { method: 'HEAD', headers: { Range: 'bytes=0-3' } });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([206, '', '4']);
  });

  it('give no part of a file that changed since', async () => {
    const path = '/files/network-schemes/calico%20bgp.wtrace';
    const tag = String((await ask(path)).headers['etag']);
    const same = await ask(path, { headers: { Range: 'bytes=0-1', 'If-Range': tag } });
    const other = await ask(path, { headers: { Range: 'bytes=0-1', 'If-Range': '"1-1"' } });
    expect([same.status, other.status]).toEqual([206, 200]);
  });

  it('may be empty', async () => {
    const empty = await ask('/files/empty.wtrace');
    expect([empty.status, empty.body, empty.headers['content-length']]).toEqual([200, '', '0']);
  });

  it('may be reports, which can run their own script but reach nothing', async () => {
    const report = await ask('/files/network-schemes/report.html');
    expect(report.status).toBe(200);
    expect(report.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox allow-scripts/);
  });
});

describe('what was not given', () => {
  it.each([
    '/../secret/results.json',
    '/files/../../secret/results.json',
    '/files/..%2f..%2fsecret%2fresults.json',
    '/files/%2e%2e/secret/results.json',
    '/files/network-schemes/../../secret/results.json',
    '/files/..%5c..%5csecret%5cresults.json',
    '/files//etc/passwd',
    '/files/%2fetc%2fpasswd',
    '/files/linked.results.json',
    '/files/linked-folder/results.json',
    '/files/.hidden/results.json',
    '/files/notes.txt',
    '/files/network-schemes',
    '/files/',
    '/files/results.json%00.wtrace',
    '/.vite/manifest.json',
    '/%2e%2e/secret/results.json',
    '//etc/passwd',
  ])('is not served: %s', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).toBe('There is no such file here.\n');
  });

  it('is not served for addresses that are no addresses', async () => {
    expect((await ask('/files/%zz')).status).toBe(400);
    expect((await ask('*')).status).toBe(400);
  });
});

describe('who is answered', () => {
  it.each(['localhost', '127.0.0.1:4173', '[::1]:80', 'LOCALHOST:1'])('this machine as %s', async (host) => {
    expect((await ask('/', { headers: { Host: host } })).status).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4173', '10.0.0.1', 'a@localhost'])(
    'nobody who calls it "%s"',
    async (host) => {
      const { status, body } = await ask('/files/index.json', { headers: { Host: host } });
      expect(status).toBe(403);
      expect(body).not.toContain('results');
    },
  );

  it('nobody who names no host', () => {
    expect([isOwnName(undefined), isOwnName('')]).toEqual([false, false]);
  });

  it('only the loopback address', async () => {
    // The whole of 127.0.0.0/8 is this machine on Linux; a server on all addresses would answer here.
    const refused = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: server.port });
      socket.on('error', () => resolve(true));
      socket.on('connect', () => {
        socket.destroy();
        resolve(false);
      });
    });
    expect(refused).toBe(true);
  });
});

describe('starting and ending', () => {
  it('names a port that is in use, and the remedy', async () => {
    const second = serveFiles({ port: server.port, pages: join(folder, 'viz'), shelves: [] });
    await expect(second).rejects.toThrow(
      new RegExp(`^Port ${server.port} is in use by another program\\. .*--port \\d+`),
    );
    await expect(second).rejects.toHaveProperty('name', 'FileProblem');
  });

  it('says when the viewer is not there', async () => {
    await expect(serveFiles({ port: 0, pages: join(folder, 'none'), shelves: [] })).rejects.toThrow(/does not exist/);
  });

  it('ends at once although a connection is open', async () => {
    const brief = await serveFiles({ port: 0, pages: join(folder, 'viz'), shelves: [] });
    const socket = connect({ host: '127.0.0.1', port: brief.port });
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await brief.close();
    await closed;
  });

  it('shows one file alone when one is given', async () => {
    const shelf = await openShelf(join(folder, 'results/network-schemes/calico bgp.wtrace'));
    expect((await shelf.list()).map((entry) => entry.name)).toEqual(['calico bgp.wtrace']);
    expect(await shelf.find('results.json')).toBeUndefined();
    await expect(openShelf(join(folder, 'nowhere'))).rejects.toThrow(/cannot be opened: it does not exist/);
  });
});
