/** The lesson on the wrap quotes what tshark says of the capture that `walk --pcap` writes: field by field, and nothing else. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { invoke } from '../../scenarios/command/invocation.ts';
import { verb as walk } from '../../scenarios/command/walk.ts';
import { recordedIo } from '../scenarios/command/recorded-io.ts';
import { dissect, HAS_TSHARK } from '../scenarios/export/tshark.ts';
import { commandsOf, documentAt, wavetankWords } from './documents.ts';

const LESSON = documentAt('scenarios/library/vxlan-wrap.md');
const folder = mkdtempSync(join(tmpdir(), 'wrap-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows of the table: a field of tshark, and its values. */
const QUOTED = [...LESSON.text.matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm)].map(
  ([, field, value]) => [field!, value!.trim().replaceAll(', ', '|')] as const,
);

/** The command that the lesson tells to type, with the capture in a folder of ours. */
async function capture(...more: string[]): Promise<Uint8Array> {
  const typed = commandsOf(LESSON)
    .map(wavetankWords)
    .find((words) => words?.[0] === 'walk')!;
  const file = join(folder, 'wrap.pcap');
  const words = typed.map((word) => (word === 'wrap.pcap' ? file : word));
  const status = await invoke([...words, ...more], recordedIo(), [
    { name: 'walk', summary: '', load: async () => walk },
  ]);
  expect(status).toBe(0);
  return readFileSync(file);
}

describe.skipIf(!HAS_TSHARK)('the capture of the lesson', () => {
  it('is taken apart as the table says, without a complaint', async () => {
    const frames = dissect(
      await capture(),
      QUOTED.map(([field]) => field),
    );
    expect(frames.flatMap(({ complaints }) => complaints)).toEqual([]);
    const first = frames.find(({ fields }) => fields.some((value) => value.endsWith(':tcp')))!;
    const flags = (text: string): string => text.replaceAll('True', '1').replaceAll('False', '0');
    expect(QUOTED.length).toBeGreaterThan(8);
    expect(first.fields.map(flags).map((value, i) => [QUOTED[i]![0], value])).toEqual(QUOTED.map((row) => [...row]));
  });

  it('of a long packet in a tunnel that is too large is two frames, put together in the second', async () => {
    const words = ['--alternative', 'flannel-vxlan/cut', '--size', '1500'];
    const frames = dissect(await capture(...words), ['ip.flags.mf', 'ip.frag_offset', 'ip.len']);
    expect(frames.flatMap(({ complaints }) => complaints)).toEqual([]);
    const [first, second] = frames.filter(({ protocols }) => protocols.includes(':ip'));
    // 1,480 bytes of payload, which the header counts in eights; then the 50 bytes that are left, and the whole inside.
    expect(first!.fields).toEqual(['1', '0', '1500']);
    expect(second!.fields).toEqual(['0|0', '185|0', '70|1500']);
    expect(second!.protocols).toMatch(/:tcp$/);
  });
});
