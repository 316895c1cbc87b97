/**
 * A recorded timeline of nodes, read: the cluster, what was done to it, and every transition that was seen.
 *
 * What was done is a sentence; its clauses are read by their verbs, and a clause that says none of them is a problem.
 */
import { type NodeLifeProfile, nodeLifeProfile } from '../../../models/cluster/node-life/profile.ts';
import { NS_PER_SECOND, secondsToNs } from '../../../sim/engine/sim-time.ts';
import { isObject, objectField, textField } from '../case-reader.ts';
import { CaseProblem, type JsonObject } from '../suite.ts';

/** A transition of a node or a pod. */
export interface Transition {
  readonly seconds: number;
  readonly kind: 'node' | 'pod';
  readonly name: string;
  readonly state: JsonObject;
}

/** Something that is done to the nodes of the case. */
export interface Deed {
  readonly seconds: number;
  readonly what: 'silence' | 'resume' | 'ready' | 'unready' | 'delete';
}

/** A case. */
export interface RecordedLife {
  readonly nodes: number;
  readonly profile: NodeLifeProfile;
  /** Nodes to which it is done. */
  readonly names: readonly string[];
  readonly deeds: readonly Deed[];
  /** Pods on the first of them. */
  readonly pods: readonly RecordedPod[];
  readonly timeline: readonly Transition[];
  /** Seconds count from the recovery of all nodes. */
  readonly afterRecovery: readonly Transition[];
  /** Whether other nodes of the same cluster were tried, too, and may have taken the token of the limiter. */
  readonly isOneOfMany: boolean;
}

/** A pod that stands on the node of the case. */
export interface RecordedPod {
  readonly name: string;
  /** Undefined: only what the API server adds. */
  readonly tolerationSeconds: number | undefined;
}

const TO_NINE = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const NUMBERS = [...TO_NINE, 'ten', 'eleven', 'twelve'];
const NODES_MAX = 10_000;

/** Reads a case. @throws CaseProblem */
export function readLife(json: JsonObject, file: JsonObject): RecordedLife {
  const setup = textField(json, 'setup');
  const nodes = countIn(setup, new RegExp(`\\b(\\d+|${NUMBERS.join('|')}) nodes?\\b`, 'i'));
  const timeline = transitionsIn(json, 'timeline');
  const afterRecovery = json.timelineAfterRecovery === undefined ? [] : transitionsIn(json, 'timelineAfterRecovery');
  const names = namesOf(json, timeline, nodes);
  return {
    nodes,
    profile: profileOf(setup, file),
    names,
    deeds: deedsOf(textField(json, 'action')),
    pods: json.node === undefined ? [] : podsOf(setup, names[0]!),
    timeline,
    afterRecovery,
    isOneOfMany: json.node !== undefined,
  };
}

function profileOf(setup: string, file: JsonObject): NodeLifeProfile {
  const version = isObject(file.meta) && typeof file.meta.kubernetes === 'string' ? file.meta.kubernetes : '1.34';
  const minor = Number(version.split('.')[1]);
  if (!Number.isInteger(minor) || minor < 24) throw new CaseProblem(`Kubernetes "${version}" is not known.`);
  const profile = nodeLifeProfile(minor);
  const number = (pattern: RegExp, instead: number): number => {
    const found = pattern.exec(setup)?.[1];
    return found === undefined ? instead : Number(found);
  };
  const seconds = (pattern: RegExp, instead: number): number =>
    secondsToNs(number(pattern, instead / NS_PER_SECOND) || instead / NS_PER_SECOND);
  const gap = (pattern: RegExp, instead: number): number =>
    Math.round(NS_PER_SECOND / (number(pattern, NS_PER_SECOND / instead) || NS_PER_SECOND / instead));
  return {
    ...profile,
    heartbeatPeriodNs: seconds(/renewed every ([\d.]+) s/, profile.heartbeatPeriodNs),
    monitorPeriodNs: seconds(/node-monitor-period ([\d.]+) s/, profile.monitorPeriodNs),
    graceNs: seconds(/node-monitor-grace-period ([\d.]+) s/, profile.graceNs),
    evictionGapNs: gap(/(?<!secondary-)node-eviction-rate ([\d.]+)/, profile.evictionGapNs),
    secondaryGapNs: gap(/secondary-node-eviction-rate ([\d.]+)/, profile.secondaryGapNs),
    unhealthyShare: number(/unhealthy-zone-threshold ([\d.]+)/, profile.unhealthyShare),
    largeZoneNodes: number(/large-cluster-size-threshold (\d+)/, profile.largeZoneNodes),
  };
}

function countIn(text: string, pattern: RegExp): number {
  const word = pattern.exec(text)?.[1] ?? '';
  const count = /^\d+$/.test(word) ? Number(word) : NUMBERS.indexOf(word.toLowerCase());
  if (count >= 1 && count <= NODES_MAX) return count;
  throw new CaseProblem(
    `It must say how many nodes there are, such as "six nodes", but it says "${text.slice(0, 60)}".`,
  );
}

function namesOf(json: JsonObject, timeline: readonly Transition[], nodes: number): string[] {
  if (json.node !== undefined) return [textField(json, 'node')];
  const seen = [...new Set(timeline.filter(({ kind }) => kind === 'node').map(({ name }) => name))].sort();
  const action = textField(json, 'action');
  const some = /(\w+) of (?:the )?\w+ nodes/.exec(action)?.[0];
  const count = some === undefined ? nodes : countIn(some, /^(\w+) of/);
  for (let i = 0; seen.length < count; i++) seen.push(`not seen ${i}`);
  return seen;
}

/** Names of pods say what they tolerate: the setup explains them. */
function podsOf(setup: string, node: string): RecordedPod[] {
  const kinds = [...new Set(setup.match(/\b(?:tol-\d+s|default-tol|tol-forever)\b/g) ?? [])];
  return kinds.map((kind) => ({
    name: `${node}-${kind}`,
    tolerationSeconds: kind === 'default-tol' ? undefined : Number(/\d+/.exec(kind)?.[0] ?? Number.POSITIVE_INFINITY),
  }));
}

const VERBS: readonly { readonly pattern: RegExp; readonly what: Deed['what'] | 'nothing' }[] = [
  {
    pattern:
      /(?:lease|heartbeats?|renewals?)\b.*\b(?:goe?s? on|all the time|throughout|unchanged)|nothing else|\bstays?\b|\bremains?\b|for good/i,
    what: 'nothing',
  },
  { pattern: /ready ?= ?true|\bready again|(?:becomes|is) ready\b/i, what: 'ready' },
  { pattern: /ready ?= ?false|not ?ready|\bunready\b/i, what: 'unready' },
  { pattern: /\bdeleted?\b/i, what: 'delete' },
  {
    pattern: /renewed again|renew\w* again|resum|comes? back|came back|recover|starts? again|go(?:es)? on again/i,
    what: 'resume',
  },
  {
    pattern:
      /stops?\b.*(?:renew|heartbeat)|heartbeats? stops?|no longer renewed|not renewed|no (?:more |further )?renewals|(?:fall|goe?)s? silent/i,
    what: 'silence',
  },
];

/** What was done, clause by clause; a clause without a time happens with the one before, or when that one's time is over. */
function deedsOf(action: string): Deed[] {
  const deeds: Deed[] = [];
  let seconds = 0;
  const clauses = action.replace(/\([^)]*\)/g, '').split(/[,;]|\bthen\b|\band\b/);
  for (const clause of clauses.map((each) => each.trim()).filter((each) => each !== '')) {
    const time = /\bt ?= ?([\d.]+)/.exec(clause)?.[1];
    if (time !== undefined) seconds = Number(time);
    const verb = VERBS.find(({ pattern }) => pattern.test(clause));
    if (verb === undefined)
      throw new CaseProblem(
        `"action" says "${clause}": known are leases that stop or resume, Ready reports, deletion.`,
      );
    if (verb.what !== 'nothing') deeds.push({ seconds, what: verb.what });
    seconds += Number(/\bfor ([\d.]+) ?s\b/.exec(clause)?.[1] ?? 0);
  }
  return deeds;
}

function transitionsIn(json: JsonObject, name: string): Transition[] {
  const list = json[name];
  if (!Array.isArray(list)) throw new CaseProblem(`"${name}" must be a list.`);
  return list.map((entry: unknown) => {
    const [seconds, kind, object, state] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const isNamed = typeof seconds === 'number' && (kind === 'node' || kind === 'pod') && typeof object === 'string';
    if (!isNamed) throw new CaseProblem(`"${name}" must hold [second, "node" or "pod", name, state].`);
    return { seconds, kind, name: object, state: objectField({ state }, 'state') };
  });
}
