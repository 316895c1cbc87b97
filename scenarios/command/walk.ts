/**
 * `walk SCENARIO --from A --to B`: one packet and its answer, hop by hop: which table sent it where, what was put around it, what
 * it cost, and where it died. `--pcap FILE` keeps the frames as they stood on a wire.
 */
import { ipText } from '../../models/network/address-book.ts';
import type { Station } from '../../models/network/walking/ground.ts';
import { writeWhole } from '../../sim/node/files.ts';
import { walkText } from '../answers/walk-text.ts';
import { compile } from '../compile/index.ts';
import { type WalkPlaces, walkPlaces } from '../compile/walk-ends.ts';
import { HEADER_BYTES_OF, WALK_PROTOCOLS, type WalkProtocol } from '../compile/walk-messages.ts';
import { framesOf, type Walk, walkBetween, walkProblem } from '../compile/walking.ts';
import { loadScenario } from '../document/load.ts';
import { nearestWord } from '../document/nearest.ts';
import { pcapFile } from '../export/pcap.ts';
import { ArgumentProblem, callerPath, flag, operand, seedOption, textOption, textOptions } from './arguments.ts';
import { chosenAlternative } from './chosen-alternative.ts';
import { readScenario } from './library-files.ts';
import { needsStandingPods } from './standing.ts';
import type { Io, Verb } from './verb.ts';

/** The longest IPv4 packet. */
const BYTES_MAX = 65_535;
/** IPv4 carries so much everywhere (RFC 791 asks hosts for 576). */
const MTU_MIN = 576;

/** Walks a packet through the network of a scenario. */
export const verb: Verb = {
  name: 'walk',
  summary: 'one packet, hop by hop, header by header; a capture of it',
  usage: 'walk SCENARIO --from A --to B [options]',
  details:
    'SCENARIO is a file, or a name of the library; A and B are pods or nodes. Status 0: question and answer arrived; 1: one of them died on the way; 2: the input is wrong.',
  options: {
    from: { type: 'string', value: 'A', help: 'the pod or node that sends' },
    to: { type: 'string', value: 'B', help: 'the pod or node that answers' },
    protocol: {
      type: 'string',
      value: 'NAME',
      help: 'tcp (the first packet of a connection), udp or icmp; tcp if left out',
    },
    size: { type: 'string', value: 'BYTES', help: 'length of the IP packet; what the program sends if left out' },
    df: { type: 'boolean', help: 'the packet must not be cut on the way (TCP never lets it)' },
    'pod-mtu': { type: 'string', value: 'BYTES', help: 'MTU that somebody has set in pods by hand' },
    pcap: { type: 'string', value: 'FILE', help: 'write the frames on a wire to this file, for tshark or Wireshark' },
    wire: { type: 'string', value: 'NAME', help: "whose frames: all wires' names are told; the sender's if left out" },
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    alternative: { type: 'string', value: 'NAME', help: 'which alternative; the first if left out' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    json: { type: 'boolean', help: 'print the walk as JSON' },
  },
  async run(args, io) {
    const { text, file, library } = await readScenario(operand(args, 'SCENARIO'), io);
    const document = loadScenario(text, file, library, textOptions(args, 'set'));
    needsStandingPods(document, 'walk');
    const alternative = chosenAlternative(compile(document), textOption(args, 'alternative'));
    const places = walkPlaces(alternative, seedOption(args) ?? `${document.seed}/0`);
    const from = endNamed(places, textOption(args, 'from'), '--from');
    const to = endNamed(places, textOption(args, 'to'), '--to');
    if (from.name === to.name) throw new ArgumentProblem('--from and --to are the same; a walk needs two ends.');
    const problem = walkProblem(alternative, places, from, to);
    if (problem !== undefined) throw new ArgumentProblem(problem);
    const protocol = protocolOption(textOption(args, 'protocol'));
    const bytes = numberOption(textOption(args, 'size'), '--size', HEADER_BYTES_OF[protocol], BYTES_MAX);
    const podMtu = numberOption(textOption(args, 'pod-mtu'), '--pod-mtu', MTU_MIN, BYTES_MAX);
    const walk = walkBetween(alternative, places, from, to, {
      protocol,
      dontFragment: flag(args, 'df') || protocol === 'tcp',
      ...(bytes === undefined ? {} : { bytes }),
      ...(podMtu === undefined ? {} : { podMtu }),
    });
    const capture = textOption(args, 'pcap');
    if (capture !== undefined) await writeCapture(walk, textOption(args, 'wire') ?? walk.wire, capture, io);
    io.out.write(flag(args, 'json') ? `${JSON.stringify(asJson(walk), null, 2)}\n` : walkText(walk));
    return walk.question.died === null && walk.answer?.died === null ? 0 : 1;
  },
};

async function writeCapture(walk: Walk, wire: string, path: string, io: Io): Promise<void> {
  const all = framesOf(walk);
  const wires = [...new Set(all.map((frame) => frame.wire))];
  const frames = all.filter((frame) => frame.wire === wire);
  if (frames.length === 0)
    throw new ArgumentProblem(`No frame was on the wire "${wire}". Frames were on: ${wires.join(', ')}.`);
  await writeWhole(callerPath(io, path), pcapFile(frames));
  io.err.write(`${frames.length} frames on the ${wire} are in ${path}\n`);
}

function endNamed(places: WalkPlaces, name: string | undefined, option: string): Station {
  if (name === undefined) throw new ArgumentProblem(`walk needs ${option} with a pod or a node.`);
  const end = places.find(name);
  if (end.kind === 'station') return end.station;
  if (end.kind === 'waits') throw new ArgumentProblem(`${name} cannot be walked to: ${end.why}.`);
  if (end.kind === 'several')
    throw new ArgumentProblem(`Several namespaces have "${name}". Write one of ${end.names.slice(0, 5).join(', ')}.`);
  const nearest = nearestWord(name, end.names);
  const hint = nearest === undefined ? `It has ${end.names.slice(0, 3).join(', ')}, …` : `Did you mean ${nearest}?`;
  throw new ArgumentProblem(`The scenario has no pod or node "${name}". ${hint}`);
}

function protocolOption(text: string | undefined): WalkProtocol {
  const protocol = WALK_PROTOCOLS.find((each) => each === (text ?? 'tcp'));
  if (protocol !== undefined) return protocol;
  throw new ArgumentProblem(`--protocol is one of ${WALK_PROTOCOLS.join(', ')}, got "${text}".`);
}

function numberOption(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ArgumentProblem(`${option} is a whole number of bytes from ${least} to ${most}, got "${text}".`);
}

/** What scripts read: names, addresses and hops; frames as hexadecimal digits. */
function asJson(walk: Walk): unknown {
  const { from, to, protocol, bytes, podMtu, underlayMtu, question, answer } = walk;
  const end = ({ name, kind, ip, machine }: Station) => ({ name, kind, address: ipText(ip), node: machine.name });
  const frames = framesOf(walk).map((frame) => ({
    wire: frame.wire,
    timeNs: frame.timeNs,
    hex: Array.from(frame.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  }));
  return { from: end(from), to: end(to), protocol, bytes, podMtu, underlayMtu, question, answer, frames };
}
