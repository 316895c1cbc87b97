import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileProblem, fileProblem } from '../../../sim/node/file-problem.ts';
import { FileSink } from '../../../sim/node/file-sink.ts';
import { openFileSource } from '../../../sim/node/file-source.ts';
import { ensureFolder, readText, TEXT_BYTES_MAX, writeWhole } from '../../../sim/node/files.ts';
import { openShelf } from '../../../sim/node/shelf.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('writing a whole file', () => {
  it('makes the folders above it, replaces an older one and leaves nothing beside it', async () => {
    await writeWhole(at('a/b/results.json'), 'one');
    await writeWhole(at('a/b/results.json'), Uint8Array.of(0x74, 0x77, 0x6f));
    expect(readFileSync(at('a/b/results.json'), 'utf8')).toBe('two');
    expect(readdirSync(at('a/b'))).toEqual(['results.json']);
  });

  it('keeps the older file whole, and no part of the new one, when it fails', async () => {
    writeFileSync(at('old'), 'old');
    // A folder with something in it cannot be replaced by a file: the rename at the end fails.
    mkdirSync(at('old-folder/inside'), { recursive: true });
    await expect(writeWhole(at('old-folder'), 'new')).rejects.toThrow(FileProblem);
    expect(readdirSync(folder).sort()).toEqual(['old', 'old-folder']);
  });

  it('says what is wrong with the place and what to do', async () => {
    writeFileSync(at('file'), '');
    await expect(writeWhole(at('file/results.json'), 'x')).rejects.toThrow(
      /cannot be made a folder: .* Choose another path/,
    );
    await expect(ensureFolder(at('file/deeper'))).rejects.toThrow(/a file where a folder is needed/);
    if (existsSync('/proc/self')) {
      await expect(writeWhole('/proc/nowhere/x', 'x')).rejects.toThrow(
        /nothing can be made there. Choose another place/,
      );
    }
  });

  it('says when there is no permission', () => {
    // Tests may run as root, whom no permission stops.
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    expect(fileProblem(denied, 'be written', '/x')).toHaveProperty('message', expect.stringContaining('no permission'));
  });

  it('says when the disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const problem = fileProblem(full, 'be written', '/data/x.wtrace');
    expect(problem).toBeInstanceOf(FileProblem);
    expect((problem as FileProblem).message).toBe(
      '/data/x.wtrace cannot be written: the disk is full. Make room, or choose a place on another disk.',
    );
    const odd = new Error('odd');
    expect(fileProblem(odd, 'be written', 'x')).toBe(odd);
  });
});

describe('reading a text', () => {
  it('drops the mark that some editors put first', async () => {
    writeFileSync(at('a.yaml'), '\uFEFFname: ü');
    expect(await readText(at('a.yaml'))).toBe('name: ü');
  });

  it('says what is missing', async () => {
    await expect(readText(at('none.yaml'))).rejects.toThrow(/none\.yaml cannot be read: it does not exist\. Check/);
    await expect(readText(folder)).rejects.toThrow(/it is a folder and not a file/);
  });
});

describe('what must not be read whole', () => {
  it('is refused before it is opened: pipes, devices and huge files', async () => {
    execFileSync('mkfifo', [at('pipe.yaml')]);
    await expect(readText(at('pipe.yaml'))).rejects.toThrow(
      /pipe\.yaml cannot be read: it is a pipe or a device\. Name/,
    );
    await expect(readText('/dev/zero')).rejects.toThrow(/it is a pipe or a device/);
    writeFileSync(at('huge.yaml'), '');
    truncateSync(at('huge.yaml'), TEXT_BYTES_MAX + 1);
    await expect(readText(at('huge.yaml'))).rejects.toThrow(/it has 16000001 bytes, and at most 16000000 are read/);
    await expect(openShelf(at('pipe.yaml'))).rejects.toThrow(/it is a pipe or a device/);
  });
});

describe('a file as a source of bytes', () => {
  it('gives the bytes asked for, and fewer at the end', async () => {
    writeFileSync(at('bytes'), Uint8Array.of(1, 2, 3, 4, 5));
    const source = await openFileSource(at('bytes'));
    expect(source.size).toBe(5);
    expect([...(await source.read(1, 3))]).toEqual([2, 3, 4]);
    expect([...(await source.read(3, 100))]).toEqual([4, 5]);
    expect([...(await source.read(9, 1))]).toEqual([]);
    await source.close();
  });

  it('tells when the file was cut meanwhile, and refuses folders and what is not there', async () => {
    writeFileSync(at('bytes'), new Uint8Array(100));
    const source = await openFileSource(at('bytes'));
    truncateSync(at('bytes'), 10);
    await expect(source.read(0, 100)).rejects.toThrow(/became shorter/);
    await source.close();
    await expect(openFileSource(folder)).rejects.toThrow(/is a folder/);
    await expect(openFileSource(at('none'))).rejects.toThrow(FileProblem);
  });
});

describe('a file as a sink', () => {
  it('grows by what is written, and can be read before its end', () => {
    const sink = new FileSink(at('new/run.wtrace'));
    sink.write(Uint8Array.of(1, 2));
    expect([...readFileSync(at('new/run.wtrace'))]).toEqual([1, 2]);
    sink.write(Uint8Array.of(3));
    sink.close();
    expect([...readFileSync(at('new/run.wtrace'))]).toEqual([1, 2, 3]);
    expect(sink.bytes).toBe(3);
  });

  it('leaves an older file to those who have it open', () => {
    const older = new FileSink(at('run.wtrace'));
    const newer = new FileSink(at('run.wtrace'));
    older.write(Uint8Array.of(1, 1, 1));
    newer.write(Uint8Array.of(2));
    older.close();
    newer.close();
    expect([...readFileSync(at('run.wtrace'))]).toEqual([2]);
  });

  it('says why it cannot begin, and why it cannot go on', () => {
    writeFileSync(at('file'), '');
    expect(() => new FileSink(at('file/run.wtrace'))).toThrow(FileProblem);
    expect(() => new FileSink(folder)).toThrow(/is a folder/);
    if (!existsSync('/dev/full')) return;
    const sink = new FileSink('/dev/full');
    expect(() => sink.write(Uint8Array.of(1))).toThrow(/the disk is full/);
    sink.close();
  });
});
