/**
 * tshark as a judge of captures: what it dissects, and every complaint that it has.
 *
 * Debian's tshark is wanted where `REQUIRE_TSHARK` is set, as the whole check does; elsewhere tests without it are skipped and
 * say so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether tshark is there. */
export const HAS_TSHARK = spawnSync('tshark', ['--version']).status === 0;

if (!HAS_TSHARK) {
  if (process.env['REQUIRE_TSHARK'] === '1') throw new Error('tshark is required here: apt-get install tshark');
  console.warn('tshark is not installed: its tests are skipped (apt-get install tshark)');
}

/** Sums are looked at; ports that tshark knows by another name are told. */
const SETTINGS = [
  ...['ip', 'udp', 'tcp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]),
  ...['-d', 'udp.port==8472,vxlan', '-d', 'udp.port==8285,ip'],
];

/** What tshark says of one frame. */
export interface Dissected {
  /** From the outside in, as `eth:ethertype:ip:udp:vxlan:eth:…`. */
  readonly protocols: string;
  /** Sentences of its experts that are a warning or an error, and malformed parts. */
  readonly complaints: readonly string[];
  /** By number of the field that was asked for: its values in the frame. */
  readonly fields: readonly string[];
}

/** Dissects a capture. */
export function dissect(capture: Uint8Array, fields: readonly string[] = []): Dissected[] {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-tshark-'));
  try {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, capture);
    const asked = ['frame.protocols', '_ws.expert.severity', '_ws.expert.message', '_ws.malformed', ...fields];
    const names = asked.flatMap((field) => ['-e', field]);
    const words = ['-r', file, ...SETTINGS, '-T', 'fields', '-E', 'separator=\t', '-E', 'aggregator=|', ...names];
    const out = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map(readLine);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Wireshark's numbers of severities: a warning, and from there on. Notes and chat (a SYN, a port reused) are no complaints. */
const WARNING = 0x00600000;

function readLine(line: string): Dissected {
  const [protocols = '', severities = '', messages = '', malformed = '', ...fields] = line.split('\t');
  const texts = messages.split('|');
  const grave = severities.split('|').flatMap((severity, i) => (Number(severity) >= WARNING ? [texts[i] ?? ''] : []));
  return { protocols, complaints: malformed === '' ? grave : [...grave, `malformed: ${malformed}`], fields };
}
