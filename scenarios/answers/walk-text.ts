/** A walk in words: one paragraph a place, with the tables that matched, what was put around the packet, and where it died. */
import type { Hop, LegReport } from '../../models/network/walking/hop.ts';
import { formatTime } from '../../sim/engine/sim-time.ts';
import type { Walk } from '../compile/walking.ts';

/** The whole walk, as a terminal shows it. */
export function walkText(walk: Walk): string {
  const { from, to, protocol, bytes, podMtu, underlayMtu, question, answer } = walk;
  const head = [
    `${protocol.toUpperCase()}, ${bytes} bytes of IP, from ${from.name} (on ${from.machine.name}) to ${to.name} (on ${to.machine.name})`,
    `MTU of pods ${podMtu}, of the network below ${underlayMtu} bytes`,
    '',
  ];
  const back = answer === null ? [] : ['', 'The answer', ...legLines(answer)];
  return `${[...head, 'The question', ...legLines(question), ...back, '', verdict(walk)].join('\n')}\n`;
}

function verdict({ question, answer, told }: Walk): string {
  if (question.died !== null) {
    const news = told === null ? '' : ' The sender is told so by ICMP.';
    return `The question died: ${question.died.words}.${news}`;
  }
  if (answer === null) return 'The question arrived.';
  if (answer.died !== null) return `The question arrived and the answer died: ${answer.died.words}.`;
  const total = formatTime(question.tookNs + answer.tookNs);
  const processor = formatTime(Math.round(question.processorNs + answer.processorNs));
  const asking = Math.round(question.arpProcessorNs + answer.arpProcessorNs);
  const arp = asking === 0 ? '' : `, and ${formatTime(asking)} for ARP`;
  return `Question and answer arrived after ${total}; processors worked ${processor} for them${arp}.`;
}

function legLines({ hops }: LegReport): string[] {
  return hops.flatMap((hop, index) => hopLines(hop, index + 1));
}

function hopLines(hop: Hop, number: number): string[] {
  const title = `${String(number).padStart(3)}. ${formatTime(hop.atNs)}  ${hop.device}, ${hop.part}`;
  const cost = hop.processorNs > 0 ? [`processor ${formatTime(Math.round(hop.processorNs))}`] : [];
  const arp = hop.arpProcessorNs > 0 ? [`ARP took processors ${formatTime(Math.round(hop.arpProcessorNs))}`] : [];
  const cut = hop.packets > 1 ? [`cut into ${hop.packets} packets`] : [];
  const mtu = hop.mtu === null ? [] : [`goes on as ${hop.ipBytes} bytes of IP, MTU ${hop.mtu}`];
  const facts = [
    ...hop.matches.map(({ table, entry }) => `${table}: ${entry}`),
    ...hop.rules.map(({ rule, words }) => `rule ${rule}: ${words}`),
    ...(hop.unwrapped.length > 0 ? [`takes off ${hop.unwrapped.join(', ')}`] : []),
    ...(hop.wrapped.length > 0 ? [`puts on ${hop.wrapped.join(', ')}`] : []),
    ...hop.notes,
    ...[[...cost, ...arp, ...cut, ...mtu].join('; ')].filter((line) => line !== ''),
    ...(hop.died === null ? [] : [`DIES HERE: ${hop.died.words}`]),
  ];
  return [title, ...facts.map((fact) => `       ${fact}`)];
}
