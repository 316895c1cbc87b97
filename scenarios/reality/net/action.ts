/**
 * What was done to the recorded network at an event, from its name and its words.
 */
import type { Prefix } from '../../../models/network/bgp/configuration.ts';
import { CaseProblem } from '../suite.ts';
import { addressOf, prefixOf } from './address.ts';
import type { RecordedEvent } from './recorded.ts';
import type { CaseTopology } from './topology.ts';

/** One action on our network. */
export type NetAction =
  | { readonly kind: 'start' | 'kill'; readonly node: number }
  | { readonly kind: 'announce' | 'withdraw'; readonly node: number; readonly prefix: Prefix }
  | { readonly kind: 'reset'; readonly node: number; readonly peer: number }
  | { readonly kind: 'port'; readonly node: number; readonly segment: number; readonly up: boolean }
  | { readonly kind: 'silence'; readonly node: number; readonly segment: number; readonly direction: 'in' | 'both' }
  | { readonly kind: 'heal' };

/** Reads the actions of an event. @throws CaseProblem when its words say nothing that is known here */
export function actionsOf(event: RecordedEvent, topology: CaseTopology): readonly NetAction[] {
  for (const reader of READERS) {
    const actions = reader(event, topology);
    if (actions !== undefined) return actions;
  }
  throw new CaseProblem(`The event "${event.name}: ${event.description.slice(0, 100)}" is not one that is known here.`);
}

type Reader = (event: RecordedEvent, topology: CaseTopology) => readonly NetAction[] | undefined;

const READERS: readonly Reader[] = [
  manyPrefixes,
  onePrefix,
  session,
  port,
  allPorts,
  named,
  silence,
  isolation,
  daemon,
];

const NETWORK = /(?:^(?<bird>static route)|'(?<no>no )?network) (?<prefix>\d[\d./]+)/;

function onePrefix({ description, name }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = NETWORK.exec(description);
  const node = /(?:^(\S+) runs|(?: on | of )([\w-]+))/.exec(description.replace(/configuration of/, 'on'));
  if (found === null || node === null) return undefined;
  const { no, prefix, bird } = found.groups!;
  const gone = bird === undefined ? no !== undefined : /removed/.test(description);
  if (gone !== name.startsWith('withdraw')) return undefined;
  const speaker = topology.nodeOf((node[1] ?? node[2])!);
  return [{ kind: gone ? 'withdraw' : 'announce', node: speaker, prefix: prefixOf(prefix!) }];
}

/** Their prefixes are named nowhere but in the messages that told them. */
function manyPrefixes(event: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /^(\d+) (?:new )?'(no )?network' statements on (\S+)/.exec(event.description);
  if (found === null) return undefined;
  const node = topology.nodeOf(found[3]!);
  const field = found[2] === undefined ? 'nlri' : 'withdrawn';
  const sent = event.messages.filter((message) => message.from === found[3] && Array.isArray(message[field]));
  const told = new Set(sent.flatMap((message) => message[field] as string[]));
  const kind = found[2] === undefined ? 'announce' : 'withdraw';
  return [...told].map((text): NetAction => ({ kind, node, prefix: prefixOf(text) }));
}

function session({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /'clear (?:ip )?bgp (\S+)'.* on (\S+)/.exec(description);
  if (found === null) return undefined;
  const peer = topology.nodeAt(addressOf(found[1]!));
  if (peer < 0) throw new CaseProblem(`No node has the address ${found[1]} that the event clears.`);
  return [{ kind: 'reset', node: topology.nodeOf(found[2]!), peer }];
}

function port({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /'ip link set (\S+) (up|down)' on (\S+)/.exec(description);
  if (found === null) return undefined;
  const node = topology.nodeOf(found[3]!);
  return [{ kind: 'port', node, segment: topology.segmentOf(node, found[1]!), up: found[2] === 'up' }];
}

/** `link x-r1 down on x`, and `link x-r1 up`, which its first node does. */
function named({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /^link ([^\s-]+)-([^\s-]+) (up|down)(?: on ([^\s-]+))?/.exec(description);
  if (found === null) return undefined;
  const node = topology.nodeOf((found[4] ?? found[1])!);
  const peer = found[4] === found[2] ? found[1] : found[2];
  return [{ kind: 'port', node, segment: topology.segmentOf(node, `to-${peer}`), up: found[3] === 'up' }];
}

function allPorts({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /^all links of (\S+) (?:go (down)|(up))/.exec(description);
  if (found === null) return undefined;
  const node = topology.nodeOf(found[1]!);
  return topology.segmentsOf(node).map((segment) => ({ kind: 'port', node, segment, up: found[3] !== undefined }));
}

function silence({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  if (/^nft table removed/.test(description)) return [{ kind: 'heal' }];
  const both = /drops every packet in and out on (\S+) interface (\S+?);/.exec(description);
  const oneWay = /^(\S+) drops everything it receives on (\S+?);/.exec(description);
  const found = both ?? oneWay;
  if (found === null) return undefined;
  const node = topology.nodeOf(found[1]!);
  const segment = topology.segmentOf(node, found[2]!);
  return [{ kind: 'silence', node, segment, direction: both === null ? 'in' : 'both' }];
}

function isolation({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const found = /^every (?:fabric )?link of (\S+) drops both ways/.exec(description);
  if (found === null) return undefined;
  const node = topology.nodeOf(found[1]!);
  return topology.segmentsOf(node).map((segment) => ({ kind: 'silence', node, segment, direction: 'both' }));
}

function daemon({ description }: RecordedEvent, topology: CaseTopology): readonly NetAction[] | undefined {
  const killed = /^SIGKILL to .*?(?:of|on) ([\w-]+)(?=[:\s]|$)/.exec(description);
  if (killed !== null) return [{ kind: 'kill', node: topology.nodeOf(killed[1]!) }];
  const started = /started again on (\S+)/.exec(description);
  return started === null ? undefined : [{ kind: 'start', node: topology.nodeOf(started[1]!) }];
}
