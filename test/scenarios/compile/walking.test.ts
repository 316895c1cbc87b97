import { describe, expect, it } from 'vitest';
import { datagramCost } from '../../../models/machine/datagram.ts';
import { subnetOf } from '../../../models/network/address-book.ts';
import type { Frame, Header } from '../../../models/network/frames.ts';
import { decodePacket, type WireHeader } from '../../../models/network/wire/packet.ts';
import { framesOf, type Walk } from '../../../scenarios/compile/walking.ts';
import { ALTERNATIVES, alternativeOf, DISTANCES, SCHEME_NAMES, walkAt } from './walk-worlds.ts';

const BETWEEN = ['same rack', 'other rack'] as const;

describe('a walk agrees with the verdict', () => {
  it.each(SCHEME_NAMES)('%s', (scheme) => {
    for (const alternative of ALTERNATIVES.filter((one) => one.scheme.name === scheme)) {
      const { verdict, because } = alternative.judgement;
      const deaths = BETWEEN.flatMap((distance) => {
        const { question, answer } = walkAt(alternative, distance);
        return question.died ?? answer?.died ?? [];
      });
      const rules = because.map(({ rule }) => rule as string);
      const where = alternative.name;
      if (verdict !== 'refused') expect([where, deaths.map(({ words }) => words)]).toEqual([where, []]);
      for (const death of deaths) expect([where, rules]).toEqual([where, expect.arrayContaining([death.rule])]);
    }
  });
});

describe('a walk costs what a run charges', () => {
  it.each(SCHEME_NAMES)('%s', (scheme) => {
    for (const environment of [
      'machine-room-bgp',
      'machine-room-flat',
      'aws-like-vpc',
      'azure-like-vpc',
      'gcp-like-vpc',
    ]) {
      const alternative = alternativeOf(environment, scheme);
      if (alternative.judgement.verdict === 'refused') continue;
      for (const distance of DISTANCES) {
        const { question, answer, podMtu } = walkAt(alternative, distance, { protocol: 'udp', bytes: 1000 });
        const { paths, chains } = alternative.scheme;
        const across = alternative.environment.subnets === 'per-rack' && distance === 'other rack';
        const path =
          distance === 'same node' ? paths.sameNode : (across ? paths.acrossSubnets : paths.sameSubnet).dataPath;
        const { offload } = alternative.document.machine;
        const cost = datagramCost(path, { offload, podMtu, chains: chains ?? 'none' }, 972);
        const where = `${alternative.name} ${distance}`;
        for (const leg of [question, answer!]) {
          const off = Math.abs(leg.processorNs - cost.cpuNsPerByte * 972);
          expect([where, off < leg.hops.length]).toEqual([where, true]);
          const takes = leg.hops.reduce((sum, hop) => sum + hop.takesNs, 0);
          expect([where, takes <= leg.tookNs]).toEqual([where, true]);
        }
      }
    }
  });
});

describe('the frame on the cable is the one that the verdict was derived from', () => {
  it.each(SCHEME_NAMES)('%s', (scheme) => {
    for (const environment of ['machine-room-bgp', 'machine-room-flat', 'gcp-like-vpc']) {
      const alternative = alternativeOf(environment, scheme);
      for (const distance of BETWEEN) {
        const walk = walkAt(alternative, distance);
        if (walk.question.died !== null) continue;
        const sameSubnet = alternative.environment.subnets === 'one' || distance === 'same rack';
        const cable = walk.frames.filter(({ wire }) => wire === walk.wire).map(({ packet }) => packet);
        const sent = cable.filter(({ headers }) => headers.some(({ kind }) => kind === 'tcp'))[0]!;
        expect(sent.headers.map(wordOf)).toEqual(expectedFrame(alternative, walk, sameSubnet).map(wordOfExample));
      }
    }
  });
});

function expectedFrame(alternative: (typeof ALTERNATIVES)[number], walk: Walk, sameSubnet: boolean): Frame {
  const text = (ip: number): string => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.');
  const packets = alternative.scheme.packets({
    sourcePod: text(walk.from.ip),
    destinationPod: text(walk.to.ip),
    sourceNode: text(walk.from.machine.ip),
    destinationNode: text(walk.to.machine.ip),
    router: text(walk.from.machine.router),
    vlanId: 100,
    sameSubnet,
  });
  return packets.at(-1)!.frame;
}

function wordOf(header: WireHeader): string {
  switch (header.kind) {
    case 'ipv4':
      return `ipv4 ${header.source} ${header.destination} ${header.protocol}`;
    case 'udp':
    case 'tcp':
      return `${header.kind} ${header.destinationPort}`;
    case 'vxlan':
      return `vxlan ${header.vni}`;
    case 'geneve':
      return `geneve ${header.vni} ${header.options.reduce((sum, { bytes }) => sum + 4 + bytes.length, 0)}`;
    case 'vlan':
      return `vlan ${header.id}`;
    default:
      return header.kind;
  }
}

function wordOfExample(header: Header): string {
  const number = (address: string): number => subnetOf(`${address}/32`).address;
  switch (header.kind) {
    case 'ipv4':
      return `ipv4 ${number(header.source.address)} ${number(header.destination.address)} ${header.protocol}`;
    case 'udp':
    case 'tcp':
      return `${header.kind} ${header.destinationPort}`;
    case 'vxlan':
      return `vxlan ${header.vni}`;
    case 'geneve':
      return `geneve ${header.vni} ${header.optionBytes}`;
    case 'vlan':
      return `vlan ${header.id}`;
    default:
      return header.kind;
  }
}

describe('frames', () => {
  it('are bytes that decode to the same headers, in order of time', () => {
    for (const scheme of SCHEME_NAMES) {
      const walk = walkAt(alternativeOf('machine-room-flat', scheme), 'other rack', { protocol: 'udp', bytes: 300 });
      const bytes = framesOf(walk);
      bytes.forEach((frame, i) => {
        expect(decodePacket(frame.bytes).headers).toEqual(walk.frames[i]!.packet.headers);
        expect(frame.timeNs).toBeGreaterThanOrEqual(bytes[i - 1]?.timeNs ?? 0);
      });
    }
  });
});

describe('the clock of a walk', () => {
  it.each(SCHEME_NAMES)('%s: goes on from the question to the answer, and ARP takes time and processors', (scheme) => {
    for (const environment of ['machine-room-bgp', 'machine-room-flat', 'gcp-like-vpc']) {
      const alternative = alternativeOf(environment, scheme);
      if (alternative.judgement.verdict === 'refused') continue;
      for (const distance of DISTANCES) {
        const { question, answer, frames } = walkAt(alternative, distance);
        const hops = [...question.hops, ...answer!.hops];
        for (const [i, hop] of hops.entries()) {
          if (i > 0) expect(hop.atNs).toBeGreaterThanOrEqual(hops[i - 1]!.atNs + hops[i - 1]!.takesNs);
        }
        expect(answer!.hops[0]!.atNs).toBeGreaterThanOrEqual(question.tookNs);
        expect(hops.at(-1)!.atNs + hops.at(-1)!.takesNs).toBe(question.tookNs + answer!.tookNs);
        const isArp = (packet: Walk['frames'][number]['packet']) => packet.headers.some(({ kind }) => kind === 'arp');
        const asked = frames.some(({ packet }) => isArp(packet));
        // Stations of one card ask each other on no wire that could be seen.
        if (asked) expect(question.arpProcessorNs + answer!.arpProcessorNs).toBeGreaterThan(0);
        expect(frames.every(({ timeNs }) => timeNs <= question.tookNs + answer!.tookNs)).toBe(true);
      }
    }
  });

  it('an ARP exchange of two machines costs four ends of a packet', () => {
    const { question, answer } = walkAt(alternativeOf('machine-room-flat', 'flannel-vxlan'), 'same node');
    // The pod asks its bridge, the bridge asks the other pod: four messages, each sent and taken, half of 0.58 packets of 8,994 ns.
    const end = (0.58 * 8_994) / 2;
    const asked = question.hops.filter(({ arpProcessorNs }) => arpProcessorNs > 0).map((hop) => hop.arpProcessorNs);
    for (const ns of asked) expect(Math.abs(ns - 4 * end)).toBeLessThan(1);
    expect(asked.length).toBeGreaterThan(0);
    expect(answer!.arpProcessorNs).toBe(0);
  });
});
