/** `walk`, called in-process: in words, as JSON, as a capture that tshark reads, and what it says of wrong ends. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { verb as walk } from '../../../scenarios/command/walk.ts';
import { recordedIo } from './recorded-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'walk-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

async function call(...words: string[]) {
  const io = recordedIo();
  const status = await invoke(['walk', ...words], io, [{ name: 'walk', summary: '', load: async () => walk }]);
  return { status, ...io.said };
}

const ENDS = ['first-steps', '--from', 'web-00', '--to', 'web-05'];

describe('a walk', () => {
  it('tells each table that matched, the wrap and the cost', async () => {
    const { status, out } = await call(...ENDS);
    expect(status).toBe(0);
    expect(out).toContain('MTU of pods 1450, of the network below 1500 bytes');
    expect(out).toMatch(/forwarding database of flannel\.1: .* behind node-\d\d/);
    expect(out).toContain('VXLAN VNI 1');
    expect(out).toMatch(
      /Question and answer arrived after [\d.]+ us; processors worked [\d.]+ us for them, and [\d.]+ us for ARP\./,
    );
  });

  it('tells where a packet dies, and ends with 1', async () => {
    const { status, out } = await call(...ENDS, '--protocol', 'udp', '--size', '3000', '--df');
    expect(status).toBe(1);
    expect(out).toContain('DIES HERE: 3000 bytes do not fit');
  });

  it('is JSON with the frames of all wires', async () => {
    const { out } = await call(...ENDS, '--alternative', 'calico-bgp', '--json');
    const told = JSON.parse(out) as { podMtu: number; frames: { hex: string }[]; answer: { died: unknown } };
    expect([told.podMtu, told.answer.died]).toEqual([1500, null]);
    expect(told.frames.length).toBeGreaterThan(4);
    expect(told.frames.every(({ hex }) => /^([0-9a-f]{2}){28,}$/.test(hex))).toBe(true);
  });

  it('writes the frames of a wire', async () => {
    const file = join(folder, 'w.pcap');
    const { status, err } = await call(...ENDS, '--pcap', file);
    expect([status, err]).toEqual([0, expect.stringMatching(/frames on the cable of node-\d\d are in/)]);
    expect(readFileSync(file).readUInt32LE(0)).toBe(0xa1b23c4d);
    if (!hasTshark) return;
    const decode = ['-d', 'udp.port==8472,vxlan', '-T', 'fields', '-e', 'frame.protocols'];
    const { stdout } = spawnSync('tshark', ['-r', file, ...decode], { encoding: 'utf8' });
    expect(stdout).toContain('eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp');
    expect(stdout).not.toContain('malformed');
  });
});

describe('ends that are wrong', () => {
  it.each([
    [['first-steps', '--from', 'wob-00', '--to', 'web-05'], 'Did you mean web-00'],
    [['first-steps', '--from', 'web-00', '--to', 'web-00'], 'a walk needs two ends'],
    [
      ['every-scheme', '--alternative', 'macvlan', '--from', 'web-00', '--to', 'node-01'],
      "stands on its node's card itself",
    ],
    [['first-steps', '--from', 'web-00'], 'walk needs --to'],
    [[...ENDS, '--size', '5'], '--size is a whole number of bytes from 52'],
    [[...ENDS, '--pod-mtu', '500'], '--pod-mtu is a whole number of bytes from 576'],
    [[...ENDS, '--protocol', 'sctp'], '--protocol is one of tcp, udp, icmp'],
    [[...ENDS, '--pcap', join(folder, 'x.pcap'), '--wire', 'none'], 'Frames were on: '],
  ])('%s', async (words, said) => {
    const { status, err } = await call(...words);
    expect(status).toBe(2);
    expect(err).toContain(said);
  });
});
