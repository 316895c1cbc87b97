/** The question and the answer of a walk, as a program in a pod would send them. */

import { flowHash } from '../../models/network/walking/trip.ts';
import type { Message } from '../../models/network/walking/walker.ts';
import { icmpEcho } from '../../models/network/wire/icmp.ts';
import { ipv4, PROTOCOL } from '../../models/network/wire/ipv4.ts';
import type { WireHeader } from '../../models/network/wire/packet.ts';
import { TCP_FLAG, type TcpOption } from '../../models/network/wire/tcp.ts';

/** Protocols that a walk can send. */
export const WALK_PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
/** A protocol of a walk. */
export type WalkProtocol = (typeof WALK_PROTOCOLS)[number];

/** Bytes of headers that a packet has at least. */
export const HEADER_BYTES_OF: Readonly<Record<WalkProtocol, number>> = { tcp: 52, udp: 28, icmp: 28 };

/** A web server, and the echo service. */
const PORTS = { tcp: 80, udp: 7 } as const;
/** As `ping` sends it if nothing is said. */
const BYTES_DEFAULT = 84;
/** Ports of programs (Linux: ip_local_port_range). */
const PORTS_FROM = 32_768;
const PORTS_COUNT = 28_232;
const WINDOW = 64_240;

/** What is sent. */
export interface MessageChoices {
  readonly protocol: WalkProtocol;
  /** Length of the IP packet; the protocol's usual one if left out. */
  readonly bytes?: number;
  readonly dontFragment: boolean;
  readonly mtu: number;
}

/** Question, answer, and what switches hash. */
export interface Messages {
  readonly question: Message;
  readonly answer: Message;
  readonly hash: number;
}

/** Makes them for two addresses. */
export function messagesBetween(from: number, to: number, choices: MessageChoices): Messages {
  const { protocol } = choices;
  const port = PORTS_FROM + (flowHash(from, to) % PORTS_COUNT);
  const far = protocol === 'icmp' ? 0 : PORTS[protocol];
  return {
    question: message(from, to, choices, 'question', port, far),
    answer: message(to, from, choices, 'answer', far, port),
    hash: flowHash(from, to, PROTOCOL[protocol], port, far),
  };
}

function message(
  source: number,
  destination: number,
  choices: MessageChoices,
  role: 'question' | 'answer',
  sourcePort: number,
  destinationPort: number,
): Message {
  const { protocol, dontFragment } = choices;
  // Linux sets the bit for TCP unless told otherwise.
  const outer = ipv4({
    source,
    destination,
    protocol: PROTOCOL[protocol],
    identification: 1,
    dontFragment: protocol === 'tcp' || dontFragment,
  });
  const inner = innerOf(choices, role, sourcePort, destinationPort);
  const isBare = protocol === 'tcp' && (choices.bytes === undefined || role === 'answer');
  const payloadBytes = isBare ? 0 : (choices.bytes ?? BYTES_DEFAULT) - HEADER_BYTES_OF[protocol];
  const payload = Uint8Array.from({ length: payloadBytes }, (_, i) => i % 256);
  return { packet: { headers: [outer, inner], payload }, payloadBytes };
}

function innerOf(
  { protocol, bytes, mtu }: MessageChoices,
  role: 'question' | 'answer',
  sourcePort: number,
  destinationPort: number,
): WireHeader {
  if (protocol === 'icmp') return icmpEcho(role, 1, 1);
  if (protocol === 'udp') return { kind: 'udp', sourcePort, destinationPort, summed: true };
  const opens = bytes === undefined;
  const carried = opens ? 1 : bytes - HEADER_BYTES_OF.tcp;
  return {
    kind: 'tcp',
    sourcePort,
    destinationPort,
    sequence: 1,
    acknowledgement: role === 'answer' ? 1 + carried : opens ? 0 : 1,
    flags: flagsOf(opens, role, carried),
    window: WINDOW,
    urgent: 0,
    options: opens ? openingOptions(mtu, role) : stamps(role),
  };
}

function flagsOf(opens: boolean, role: 'question' | 'answer', carried: number): number {
  if (opens) return role === 'question' ? TCP_FLAG.syn : TCP_FLAG.syn | TCP_FLAG.ack;
  return role === 'question' && carried > 0 ? TCP_FLAG.psh | TCP_FLAG.ack : TCP_FLAG.ack;
}

function openingOptions(mtu: number, role: 'question' | 'answer'): TcpOption[] {
  const stamp: TcpOption = { kind: 'timestamps', value: 1, echo: role === 'answer' ? 1 : 0 };
  return [
    { kind: 'mss', bytes: Math.max(1, mtu - 40) },
    { kind: 'sack-permitted' },
    stamp,
    { kind: 'nop' },
    { kind: 'window-scale', shift: 7 },
  ];
}

function stamps(role: 'question' | 'answer'): TcpOption[] {
  return [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'timestamps', value: 2, echo: role === 'answer' ? 2 : 1 }];
}
