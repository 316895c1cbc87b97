/** What a walk leaves on the sender's cable, in every scheme and protocol, is dissected by tshark without a complaint. */
import { describe, expect, it } from 'vitest';
import { WALK_PROTOCOLS } from '../../../scenarios/compile/walk-messages.ts';
import { framesOf, type Walk, type WalkFrame } from '../../../scenarios/compile/walking.ts';
import { pcapFile } from '../../../scenarios/export/pcap.ts';
import { dissect, HAS_TSHARK } from '../export/tshark.ts';
import { ALTERNATIVES, SCHEME_NAMES, walkAt } from './walk-worlds.ts';

/** The first environment that does not refuse the scheme. */
function alternativeFor(scheme: string) {
  return ALTERNATIVES.find((one) => one.scheme.name === scheme && one.judgement.verdict !== 'refused')!;
}

function onWire(walk: Walk): WalkFrame[] {
  return framesOf(walk).filter(({ wire }) => wire === walk.wire);
}

/** Headers that the scheme's data path puts around pods' packets, as tshark names them. */
function wrapOf(protocols: string): string {
  if (protocols.includes('vxlan')) return 'vxlan';
  if (protocols.includes('geneve')) return 'geneve';
  if (protocols.includes('vlan')) return 'vlan';
  return /:ip:(udp:)?ip:/.test(protocols) ? 'ip' : 'none';
}

describe.skipIf(!HAS_TSHARK)('tshark reads the capture of', () => {
  it.each(SCHEME_NAMES)('%s', (scheme) => {
    const alternative = alternativeFor(scheme);
    const walks = WALK_PROTOCOLS.map((protocol) => walkAt(alternative, 'other rack', { protocol }));
    const frames = walks.flatMap(onWire);
    const read = dissect(pcapFile(frames));
    expect(read.length).toBe(frames.length);
    expect(read.flatMap(({ complaints }) => complaints)).toEqual([]);
    const carrying = WALK_PROTOCOLS.map((protocol) =>
      read.filter(({ protocols }) => protocols.includes(`:${protocol}`)),
    );
    // A question and an answer of each; tunnels in UDP count there, too.
    for (const some of carrying) expect(some.length).toBeGreaterThanOrEqual(2);
    const wraps = new Set([...carrying[0]!, ...carrying[2]!].map(({ protocols }) => wrapOf(protocols)));
    const packets = alternative.scheme.packets({
      sourcePod: '10.0.0.1',
      destinationPod: '10.0.1.1',
      sourceNode: '172.16.0.1',
      destinationNode: '172.16.1.1',
      router: '172.16.0.254',
      vlanId: 100,
      sameSubnet: alternative.environment.subnets === 'one',
    });
    const { frame } = packets.find((packet) => packet.frame.some(({ kind }) => kind === 'ipv4'))!;
    const kinds = frame.map(({ kind }) => kind as string);
    const tunnel = ['vxlan', 'geneve', 'vlan'].find((kind) => kinds.includes(kind));
    const inIp = kinds.filter((kind) => kind === 'ipv4').length > 1 ? 'ip' : 'none';
    expect([...wraps]).toEqual([tunnel ?? inIp]);
  });
});
