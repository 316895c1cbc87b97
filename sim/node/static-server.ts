/**
 * The server behind `view`: the viewer's own files, and below `/files/` the results that it was given. For this machine
 * only: it listens on 127.0.0.1, and it answers only requests that name this machine, so that no page of the web can
 * read results through a name that it points at 127.0.0.1 (DNS rebinding).
 *
 * Left out: several ranges in one request, compression, caching beyond revalidation. Nothing of it pays on loopback.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readRange } from './byte-range.ts';
import { codeOf, FileProblem, fileProblem } from './file-problem.ts';
import { fileInside, type Shelf, type ShelfEntry } from './shelf.ts';

/** Where to listen and what to serve. */
export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the built viewer, with `index.html`. */
  readonly pages: string;
  /** What is shown below `/files/`; where two hold one name, the first counts. */
  readonly shelves: readonly Shelf[];
}

/** A server that answers until it is closed. */
export interface RunningServer {
  /** The port that it really has, also when any free one was asked for. */
  readonly port: number;
  /** Address for a browser, with a slash at the end. */
  readonly url: string;
  /** Ends at once, open connections too. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Content types by suffix. What is not here is sent as bytes that a browser saves and does not run. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** The viewer may use what it brought itself, and nothing else. */
const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A report carries its script and style inside. It may run them, alone: it can reach neither this server nor another. */
const REPORT_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox allow-scripts allow-downloads allow-modals allow-popups',
].join('; ');

/** Starts the server. @throws FileProblem with what to do when the port is taken or the viewer is not built. */
export async function serveFiles(options: ServerOptions): Promise<RunningServer> {
  const pages = await realpath(options.pages).catch((error) => {
    throw fileProblem(error, 'be served', options.pages);
  });
  const server = createServer((request, response) => {
    answer(request, response, pages, options.shelves).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'This file could not be read.');
      else response.destroy();
    });
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://localhost:${port}/`, close: () => closeServer(server) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function portProblem(error: unknown, port: number): unknown {
  const remedy = `Choose another one: --port ${port < 65_535 ? Math.max(port + 1, 4174) : 4174}, or --port 0 for any that is free.`;
  if (codeOf(error) === 'EADDRINUSE') {
    return new FileProblem(`Port ${port} is in use by another program. ${remedy}`, `${HOST}:${port}`, error);
  }
  if (codeOf(error) === 'EACCES') {
    return new FileProblem(`Port ${port} may not be used without special rights. ${remedy}`, `${HOST}:${port}`, error);
  }
  return error;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: string,
  shelves: readonly Shelf[],
): Promise<void> {
  if (!isOwnName(request.headers.host)) {
    return refuse(response, 403, 'This server answers only to localhost, 127.0.0.1 and [::1].');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Only GET and HEAD are answered.');
  }
  const path = decodedPath(request.url ?? '/');
  if (path === undefined) return refuse(response, 400, 'The address is not well formed.');
  if (path === '/files/index.json') return sendText(request, response, JSON.stringify(await listAll(shelves)));
  const isResult = path.startsWith('/files/');
  const file = isResult ? await findOn(shelves, path.slice('/files/'.length)) : await findPage(pages, path);
  if (file === undefined) return refuse(response, 404, 'There is no such file here.');
  await sendFile(request, response, file, isResult && file.endsWith('.html') ? REPORT_POLICY : PAGE_POLICY);
}

/** Whether the Host header names this machine, with any port (a tunnel may bring another one). */
export function isOwnName(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}

function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}

async function findPage(pages: string, path: string): Promise<string | undefined> {
  return await fileInside(pages, path === '/' ? 'index.html' : path.slice(1));
}

async function findOn(shelves: readonly Shelf[], name: string): Promise<string | undefined> {
  for (const shelf of shelves) {
    const file = await shelf.find(name);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function listAll(shelves: readonly Shelf[]): Promise<readonly ShelfEntry[]> {
  const byName = new Map<string, ShelfEntry>();
  for (const shelf of shelves) {
    for (const entry of await shelf.list()) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  }
  return [...byName.values()];
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  policy: string,
): Promise<void> {
  const { size, mtimeMs } = await stat(file);
  const tag = `"${size}-${Math.floor(mtimeMs)}"`;
  setHeaders(response, TYPES[extname(file)] ?? 'application/octet-stream', policy);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', tag);
  // A part of a file that changed since must not be joined to the old one.
  const known = request.headers['if-range'];
  const range = known === undefined || known === tag ? readRange(request.headers.range, size) : 'whole';
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return refuse(response, 416, 'The file has no such bytes.');
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range;
  if (range !== 'whole') response.setHeader('Content-Range', `bytes ${first}-${last}/${size}`);
  response.setHeader('Content-Length', last - first + 1);
  response.writeHead(range === 'whole' ? 200 : 206);
  if (request.method === 'HEAD' || size === 0) response.end();
  // A reader that goes away in the middle is nothing to report.
  else await pipeline(createReadStream(file, { start: first, end: last }), response).catch(() => response.destroy());
}

function sendText(request: IncomingMessage, response: ServerResponse, json: string): void {
  setHeaders(response, TYPES['.json'], PAGE_POLICY);
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.writeHead(200);
  response.end(request.method === 'HEAD' ? undefined : json);
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  setHeaders(response, TYPES['.txt'], PAGE_POLICY);
  response.setHeader('Content-Length', Buffer.byteLength(sentence) + 1);
  response.writeHead(status);
  response.end(response.req.method === 'HEAD' ? undefined : `${sentence}\n`);
}

function setHeaders(response: ServerResponse, type: string, policy: string): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-cache');
}
