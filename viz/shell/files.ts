/** The files that can be opened: those of the server behind this page, and those dropped on it. */
import { openPlace } from '../frame-source/byte-sources.ts';
import type { FileEntry, FileKind, FileLibrary, FilePlace } from './page.ts';

/** Says from a file's name what it is; `null` when it is nothing that can be opened. */
export function kindOfName(name: string): FileKind | null {
  if (name.endsWith('.wtrace')) return 'trace';
  if (name.endsWith('.json')) return 'results';
  return name.endsWith('.html') ? 'report' : null;
}

/** The library of one visit. Dropped files live until the tab is closed and win over the server's of the same name. */
export class VisitFiles implements FileLibrary {
  readonly #dropped = new Map<string, File>();

  async list(): Promise<readonly FileEntry[]> {
    return [...this.#droppedEntries(), ...(await serverEntries())];
  }

  async open(name: string) {
    return openPlace(this.place(name));
  }

  async json(name: string): Promise<unknown> {
    const source = await this.open(name);
    const text = new TextDecoder().decode(await source.read(0, source.size));
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`"${name}" is not valid JSON. Open the results.json that "wavetank compare" wrote.`);
    }
  }

  place(name: string): FilePlace {
    const file = this.#dropped.get(name);
    if (file) return { kind: 'blob', blob: file };
    return { kind: 'url', url: `files/${name.split('/').map(encodeURIComponent).join('/')}` };
  }

  add(file: File): string {
    this.#dropped.set(file.name, file);
    return file.name;
  }

  #droppedEntries(): FileEntry[] {
    return [...this.#dropped.values()].map((file) => ({
      name: file.name,
      kind: kindOfName(file.name) ?? 'trace',
      bytes: file.size,
    }));
  }
}

async function serverEntries(): Promise<readonly FileEntry[]> {
  try {
    const response = await fetch('files/index.json');
    if (!response.ok || !response.headers.get('Content-Type')?.includes('json')) return [];
    return (await response.json()) as FileEntry[];
  } catch {
    return [];
  }
}
