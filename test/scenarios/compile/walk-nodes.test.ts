/** Walks between a pod and a node, in both directions: who is hidden behind whom, and that the packets on the wires are real. */
import { describe, expect, it } from 'vitest';
import type { Ipv4Header } from '../../../models/network/wire/ipv4.ts';
import { decodePacket } from '../../../models/network/wire/packet.ts';
import type { PlannedAlternative } from '../../../scenarios/compile/index.ts';
import { framesOf, type Walk, walkBetween, walkProblem } from '../../../scenarios/compile/walking.ts';
import { pcapFile } from '../../../scenarios/export/pcap.ts';
import { dissect, HAS_TSHARK } from '../export/tshark.ts';
import { alternativeOf, placesOf, SCHEME_NAMES } from './walk-worlds.ts';

/** A pod of the first node, and a node: its own, one of its rack, or one of another rack. */
function ends(alternative: PlannedAlternative, far: 0 | 1 | 9) {
  const { machines, podsOf } = placesOf(alternative);
  const [pod] = podsOf(machines[0]!);
  const machine = machines[far]!;
  const { name, ip, mac } = machine;
  return { pod: pod!, node: { kind: 'node' as const, name, ip, mac, machine, ordinal: 0 } };
}

function walks(alternative: PlannedAlternative, far: 0 | 1 | 9): Walk[] {
  const { pod, node } = ends(alternative, far);
  const places = placesOf(alternative);
  if (walkProblem(alternative, places, pod, node) !== undefined) return [];
  const choices = { protocol: 'tcp' as const, dontFragment: true };
  return [walkBetween(alternative, places, pod, node, choices), walkBetween(alternative, places, node, pod, choices)];
}

const headerOf = (packet: Walk['frames'][number]['packet']): Ipv4Header | undefined =>
  packet.headers.find((header): header is Ipv4Header => header.kind === 'ipv4');

describe('a pod and a node', () => {
  it.each(SCHEME_NAMES)('%s: question and answer arrive where pods reach each other, and frames are real', (scheme) => {
    for (const environment of ['machine-room-bgp', 'machine-room-flat', 'gcp-like-vpc', 'aws-like-vpc']) {
      const alternative = alternativeOf(environment, scheme);
      if (alternative.judgement.verdict === 'refused') continue;
      for (const far of [0, 1, 9] as const)
        for (const walk of walks(alternative, far)) {
          const where = `${alternative.name} ${walk.from.name} ${walk.to.name}`;
          expect([where, walk.question.died, walk.answer?.died]).toEqual([where, null, null]);
          framesOf(walk).forEach((frame, i) => {
            expect(decodePacket(frame.bytes).headers).toEqual(walk.frames[i]!.packet.headers);
          });
          const hops = [...walk.question.hops, ...walk.answer!.hops];
          for (const [i, hop] of hops.entries()) if (i > 0) expect(hop.atNs).toBeGreaterThanOrEqual(hops[i - 1]!.atNs);
        }
    }
  });

  it('on the cable a pod behind a tunnel is hidden behind its node, and one that the network knows is not', () => {
    for (const [scheme, hidden] of [
      ['flannel-vxlan', true],
      ['calico-ipip', true],
      ['calico-tor', false],
    ] as const) {
      const [walk] = walks(alternativeOf('machine-room-bgp', scheme), 9);
      const cable = walk!.frames.filter(({ wire, packet }) => wire === walk!.wire && headerOf(packet) !== undefined);
      const [asked, answered] = cable.map(({ packet }) => headerOf(packet)!);
      const own = hidden ? walk!.from.machine.ip : walk!.from.ip;
      expect([asked!.source, asked!.destination]).toEqual([own, walk!.to.machine.ip]);
      expect([answered!.source, answered!.destination]).toEqual([walk!.to.machine.ip, own]);
      const hops = [...walk!.question.hops, ...walk!.answer!.hops];
      expect(hops.filter(({ part }) => part === 'masquerading')).toHaveLength(hidden ? 2 : 0);
    }
  });

  it('a way without the tunnel costs nothing for it', () => {
    const [walk] = walks(alternativeOf('machine-room-bgp', 'flannel-vxlan'), 9);
    const tunnelled = walks(alternativeOf('machine-room-bgp', 'flannel-vxlan'), 9)[1]!;
    const own = ({ hops }: Walk['question']): number => hops.at(-1)!.processorNs;
    expect(own(walk!.answer!)).toBe(own(tunnelled.question));
    expect(walk!.question.processorNs).toBeLessThan(tunnelled.question.processorNs);
  });

  it('a node calls a pod behind a tunnel through the tunnel, under an address of its own block', () => {
    const [, walk] = walks(alternativeOf('machine-room-bgp', 'flannel-vxlan'), 9);
    const { packet } = walk!.frames.find(({ wire, packet }) => wire === walk!.wire && headerOf(packet) !== undefined)!;
    expect(packet.headers.map(({ kind }) => kind)).toEqual([
      'ethernet',
      'ipv4',
      'udp',
      'vxlan',
      'ethernet',
      'ipv4',
      'tcp',
    ]);
    const inner = packet.headers[5] as Ipv4Header;
    expect(inner.destination).toBe(walk!.to.ip);
    expect(inner.source).not.toBe(walk!.from.machine.ip);
  });

  it
    .skipIf(!HAS_TSHARK)
    .each(['flannel-vxlan', 'calico-ipip', 'calico-bgp', 'ovn-kubernetes', 'cilium-geneve', 'flannel-udp'])(
    'tshark reads the frames of %s on the cable without a complaint',
    (scheme) => {
      const all = walks(alternativeOf('machine-room-flat', scheme), 9).flatMap((walk) =>
        framesOf(walk).filter(({ wire }) => wire === walk.wire),
      );
      expect(dissect(pcapFile(all)).flatMap(({ complaints }) => complaints)).toEqual([]);
      expect(all.length).toBeGreaterThan(5);
    },
  );
});
