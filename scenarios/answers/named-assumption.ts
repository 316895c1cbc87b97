/** The named assumptions whose tipping points are sought: what each is today in a unit of the real world, and its words. */
import { meanRerouteNs } from '../../models/network/routing/mean-reroute.ts';
import { meanOf } from '../../sim/random/distributions.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { ASSUMPTION_TITLES, type AssumptionName } from './assumption-titles.ts';

/** One of them. */
export interface NamedAssumption {
  readonly name: AssumptionName;
  /** In words, plural or singular as the verbs need: "the time to reroute". */
  readonly title: string;
  /** What it does when its factor grows, and when it shrinks: "grows", "shrinks". */
  readonly verbs: { readonly up: string; readonly down: string };
  readonly unit: string;
  /** The value of the document, in `unit`. */
  valueOf(document: ScenarioDocument): number;
}

/** All of them, in the order of the answer. */
export const NAMED_ASSUMPTIONS: readonly NamedAssumption[] = [
  {
    name: 'rerouteTime',
    title: ASSUMPTION_TITLES.rerouteTime,
    verbs: { up: 'grows', down: 'shrinks' },
    unit: 'ns',
    valueOf: ({ assume }) => meanRerouteNs() * assume.rerouteTime,
  },
  {
    name: 'oversubscription',
    title: ASSUMPTION_TITLES.oversubscription,
    verbs: { up: 'grows', down: 'shrinks' },
    unit: 'to 1',
    valueOf: ({ assume, fabric }) =>
      ((fabric.nodesPerRack * fabric.hostLink) / (fabric.spines * fabric.uplink)) * assume.oversubscription,
  },
  {
    name: 'packetSize',
    title: ASSUMPTION_TITLES.packetSize,
    verbs: { up: 'grows', down: 'shrinks' },
    unit: 'B',
    valueOf: ({ assume, traffic }) => {
      const rate = traffic.talkers.reduce((sum, talker) => sum + talker.rate, 0);
      const bytes = traffic.talkers.reduce((sum, talker) => sum + talker.rate * meanOf(talker.size), 0);
      return (bytes / rate) * assume.packetSize;
    },
  },
  {
    name: 'nodeCpu',
    title: ASSUMPTION_TITLES.nodeCpu,
    verbs: { up: 'grows', down: 'falls' },
    unit: '× recorded',
    valueOf: ({ assume }) => assume.nodeCpu,
  },
];

/** The scenario with one assumption times `factor`, in all its variants. */
export function assuming(document: ScenarioDocument, name: AssumptionName, factor: number): ScenarioDocument {
  const changed = (one: ScenarioDocument): ScenarioDocument => ({
    ...one,
    assume: { ...one.assume, [name]: one.assume[name] * factor },
  });
  const variants = Object.entries(document.variantDocuments).map(([key, one]) => [key, changed(one)] as const);
  return { ...changed(document), variantDocuments: Object.fromEntries(variants) };
}
