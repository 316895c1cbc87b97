/** Bytes on demand from where files are: a server with ranges, a file of the reader's disk. */
import type { ByteSource } from '../../sim/trace/reader.ts';
import type { FilePlace } from '../shell/page.ts';

/** Opens the bytes of a place. */
export function openPlace(place: FilePlace): Promise<ByteSource> {
  return place.kind === 'url' ? openUrl(place.url) : Promise.resolve(openBlob(place.blob));
}

/** Slices of a blob; nothing is read before it is asked for. */
export function openBlob(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length) {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}

/**
 * HTTP ranges. The first request asks for one byte and learns the size from the answer; a server that ignores ranges
 * sends the whole file then, and the file is kept.
 */
export async function openUrl(url: string): Promise<ByteSource> {
  const response = await request(url, { Range: 'bytes=0-0' });
  if (response.status === 200) return openBlob(await response.blob());
  const size = Number(response.headers.get('Content-Range')?.split('/')[1]);
  if (!Number.isSafeInteger(size)) throw new Error(`The server did not say how large ${url} is. Reload the page.`);
  return {
    size,
    async read(offset, length) {
      if (length <= 0 || offset >= size) return new Uint8Array(0);
      const end = Math.min(size, offset + length) - 1;
      const part = await request(url, { Range: `bytes=${offset}-${end}` });
      return new Uint8Array(await part.arrayBuffer());
    },
  };
}

async function request(url: string, headers: Record<string, string>): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers });
  } catch {
    throw new Error('The server does not answer. Check that "npm run view" still runs, then reload the page.');
  }
  // 416 is how a server says that an empty file has no first byte.
  if (response.status === 416) return new Response(new Blob([]), { status: 200 });
  if (!response.ok) {
    const name = decodeURIComponent(url.slice(url.indexOf('files/') + 'files/'.length));
    throw new Error(
      `The server has no file "${name}" (status ${response.status}). Choose one in the library, or drop the file on this page.`,
    );
  }
  return response;
}
