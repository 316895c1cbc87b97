/**
 * The control plane believes a node lost when it was silent for the time that its version waits, and not before; and it gives up the pods of a
 * node only after it was believed lost for as long as they tolerate.
 *
 * Nodes report every ten seconds and are looked at every five (Kubernetes 1.34, `pkg/controller/nodelifecycle`). One that is within reach
 * again says so with its next report: if it falls silent before that, its silence goes on. The taint that drives pods away goes with the
 * next look after a node is Ready again; pods that get the node meanwhile, and tolerate the taint for no time, are given up too.
 */
import { type NodeLifeProfile, nodeLifeProfile } from '../../../models/cluster/node-life/profile.ts';
import { HEALTH } from '../../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { minorOf } from '../../document/fabric-schema.ts';
import type { Checker, Scene, Watch } from '../checker.ts';
import { seconds } from '../onlooker.ts';
import type { Instant, SeenMark } from '../playback.ts';

/** A node may have reported so long before it fell silent. */
const EARLY_NS = 11 * NS_PER_SECOND;
/** A look, a report that was under way. */
const LATE_NS = 16 * NS_PER_SECOND;

/** As the file says. */
export const belief: Checker = {
  name: 'belief',
  statement:
    'A node is believed lost when it was silent for so long, and not before; its pods are given up only when it was believed lost for as long as they tolerate.',
  watch: (scene) => new Believed(scene),
};

/** Why a node is silent, and since when it is. */
interface Silence {
  readonly off: boolean;
  readonly cut: boolean;
  readonly sinceNs: TimeNs;
  /** It may have said nothing since then already. */
  readonly unheardNs: TimeNs;
}

/** A silence that is over. */
interface Ended {
  readonly unheardNs: TimeNs;
  readonly untilNs: TimeNs;
  /** A kubelet that starts is heard at once; one that is within reach again, with its next report. */
  readonly isHeard: boolean;
}

class Believed implements Watch {
  readonly #scene: Scene;
  readonly #profile: NodeLifeProfile;
  readonly #graceNs: TimeNs;
  /** The last ones that are over, by the row of a node. */
  readonly #ended = new Map<number, Ended>();
  /** By the row of a node. */
  readonly #silent = new Map<number, Silence>();
  readonly #lostNs = new Map<number, TimeNs>();
  /** When a node was last believed well again: its taint goes with the next look. */
  readonly #backNs = new Map<number, TimeNs>();

  constructor(scene: Scene) {
    this.#scene = scene;
    const { kubernetes, notReadyAfter } = scene.document.lifecycle;
    this.#profile = nodeLifeProfile(minorOf(kubernetes));
    this.#graceNs = notReadyAfter ?? this.#profile.graceNs;
  }

  instant({ timeNs, changes, marks }: Instant): void {
    for (const mark of marks) this.#hear(mark, timeNs);
    for (const { table, row, column } of changes)
      if (table === 'nodes' && column === 'healthBelieved') this.#believed(row.row, timeNs);
    for (const { name, row } of marks) if (name === 'evicted') this.#evicted(row, timeNs);
    for (const [node, { sinceNs }] of this.#silent) this.#overdue(node, timeNs - sinceNs, timeNs);
  }

  #hear({ name, row }: SeenMark, timeNs: TimeNs): void {
    const before = this.#silent.get(row) ?? this.#begun(row, timeNs);
    if (name === 'node-left') this.#silent.delete(row);
    const after = heard(name, before);
    if (after === undefined) return;
    if (after.off || after.cut) {
      this.#silent.set(row, after);
      return;
    }
    this.#silent.delete(row);
    this.#ended.set(row, { unheardNs: before.unheardNs, untilNs: timeNs, isHeard: name === 'node-up' });
  }

  /** A silence that begins before the next report goes on from the one before. */
  #begun(node: number, timeNs: TimeNs): Silence {
    const ended = this.#ended.get(node);
    const goesOn = ended !== undefined && !ended.isHeard && timeNs - ended.untilNs <= this.#profile.heartbeatPeriodNs;
    return { off: false, cut: false, sinceNs: timeNs, unheardNs: goesOn ? ended.unheardNs : timeNs };
  }

  #believed(node: number, timeNs: TimeNs): void {
    const { tables } = this.#scene.onlooker;
    const { name, values } = tables.of('nodes')[node]!;
    if (values['healthBelieved'] === HEALTH.ready) {
      this.#lostNs.delete(node);
      this.#backNs.set(node, timeNs);
      return;
    }
    this.#lostNs.set(node, timeNs);
    const ended = this.#ended.get(node);
    const isOver = ended === undefined || timeNs - ended.untilNs > EARLY_NS;
    const sinceNs = this.#silent.get(node)?.unheardNs ?? (isOver ? timeNs : ended.unheardNs);
    const silentNs = timeNs - sinceNs;
    if (silentNs < this.#graceNs - EARLY_NS)
      this.#scene.report(timeNs, `${name} is believed until ${seconds(this.#graceNs)} of silence`, seconds(silentNs));
  }

  #overdue(node: number, silentNs: TimeNs, timeNs: TimeNs): void {
    if (this.#lostNs.has(node) || silentNs < this.#graceNs + LATE_NS) return;
    const { name } = this.#scene.onlooker.tables.of('nodes')[node]!;
    this.#lostNs.set(node, timeNs);
    this.#scene.report(timeNs, `${name} is believed lost after ${seconds(this.#graceNs)} of silence`, 'it is not');
  }

  /** From a node being Ready until no pod is given up for it any more: the next look, who hears of it, and what it writes. */
  #taintGoesNs(): TimeNs {
    const { monitorPeriodNs, lookNs, hearNs, writeNs } = this.#profile;
    return monitorPeriodNs + lookNs + hearNs + writeNs;
  }

  /** A pod was given up for its node's sake. */
  #evicted(row: number, timeNs: TimeNs): void {
    const { onlooker, document, report } = this.#scene;
    const pod = onlooker.pods[row]!;
    const node = onlooker.nodeOf(pod);
    if (node === undefined || node.diedNs !== undefined) return;
    const lostNs = this.#lostNs.get(node.row);
    const toleratedNs = document.lifecycle.evictionAfter;
    if (lostNs === undefined && timeNs - (this.#backNs.get(node.row) ?? 0) <= this.#taintGoesNs()) return;
    if (lostNs === undefined) report(timeNs, `${pod.row.name} stays, for ${node.name} is believed well`, 'given up');
    else if (timeNs - lostNs < toleratedNs)
      report(timeNs, `${pod.row.name} tolerates ${seconds(toleratedNs)}`, `given up after ${seconds(timeNs - lostNs)}`);
  }
}

/** What a mark makes of a node's silence; undefined: nothing. */
function heard(name: string, silence: Silence): Silence | undefined {
  if (name === 'node-down') return { ...silence, off: true };
  if (name === 'node-up') return { ...silence, off: false };
  if (name === 'node-cut-off') return { ...silence, cut: true };
  if (name === 'node-heard') return { ...silence, cut: false };
  return undefined;
}
