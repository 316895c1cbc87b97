/**
 * Division invents no replica, and loses none as long as all members are well; in the end every member has the order that it was given.
 *
 * Who divides by what is free gives nothing to a member that it believes full: Karmada's scheduler lets a workload wait for which the members
 * have not room enough in all (`pkg/scheduler/core/assignment.go`, dynamic weights). Replicas may then be left over, but not in the end, when all
 * has been at rest for longer than estimates are old and there is room for all of them.
 */
import { MEMBER_HEALTH } from '../../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene, Watch } from '../checker.ts';
import { fitting } from '../fit.ts';
import { seconds } from '../onlooker.ts';
import type { Instant } from '../playback.ts';
import { isDeleted } from './deletions.ts';
import { evacuatedNs, GRACEFUL_NS } from './members.ts';

/** From a change to the plan that follows it. */
const PLANNING_NS = 3 * NS_PER_SECOND;

/** From a plan to the orders in the members, which may have to be sent again. */
const WRITING_NS = 10 * NS_PER_SECOND;

/** Estimates are posted every ten seconds; pods that find no node are told of after a minute, and what is planned then must come. */
const ESTIMATED_NS = 90 * NS_PER_SECOND;

/** Federations that give every member the whole manifest, and divide nothing. */
const COPYING = ['karmadaFrom16Duplicated', 'ocm'];

/** As the file says. */
export const division: Checker = {
  name: 'division',
  statement:
    'Division invents no replica, and loses none while all members are well; in the end every member has its order.',
  watch: (scene) => (scene.document.federation === undefined ? {} : new Divided(scene)),
};

class Divided implements Watch {
  readonly #scene: Scene;
  /** By workload and cluster. */
  readonly #assigned: number[][];
  #believedNs: TimeNs = 0;
  #dividedNs: TimeNs = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#assigned = scene.document.cluster.pods.map(() => scene.onlooker.clusters.map(() => 0));
  }

  instant({ timeNs, marks, changes }: Instant): void {
    if (changes.some(({ table, column }) => table === 'clusters' && column === 'believed')) this.#believedNs = timeNs;
    const divided = new Set<number>();
    for (const { name, row, payload } of marks) {
      if (name !== 'divided') continue;
      const workload = this.#scene.document.cluster.pods.findIndex((group) => group.name === payload[0]);
      this.#check(timeNs, workload, row, Number(payload[1]));
      this.#assigned[workload]![row] = Number(payload[2]);
      divided.add(workload);
      this.#dividedNs = timeNs;
    }
    for (const workload of divided) if (!isDeleted(this.#scene, workload, timeNs)) this.#sum(timeNs, workload);
    this.#published(timeNs, divided.size > 0);
  }

  end(): void {
    const { onlooker, document, endNs, report } = this.#scene;
    this.#assigned.forEach((assigned, workload) => {
      if (isDeleted(this.#scene, workload, endNs)) return;
      this.#sum(endNs, workload);
      if (endNs - this.#dividedNs < WRITING_NS) return;
      const isScaled = document.autoscalers.some(({ target }) => target === onlooker.nameOf(workload));
      assigned.forEach((replicas, cluster) => {
        const { wanted, orderedNs } = onlooker.orders[cluster]![workload]!;
        // Where an autoscaler of the member owns the number, the federation says whether there are any.
        if (wanted > replicas && this.#mayKeep()) return;
        if (isScaled ? wanted > 0 !== replicas > 0 : wanted !== replicas)
          report(
            endNs,
            `${onlooker.clusters[cluster]} has the order for ${replicas} of ${onlooker.nameOf(workload)}`,
            `${wanted}, ordered at ${seconds(orderedNs)}`,
          );
      });
    });
  }

  /** Copies that leave a member gracefully stay until others are Ready, or for a while; where nothing migrates they stay. */
  #mayKeep(): boolean {
    const { profile = '', migration } = this.#scene.document.federation!;
    const mode = migration.mode ?? (profile.startsWith('karmada') ? 'gracefully' : 'directly');
    if (mode === 'directly') return false;
    return mode === 'never' || this.#scene.endNs - this.#dividedNs < (migration.timeout ?? GRACEFUL_NS);
  }

  #check(timeNs: TimeNs, workload: number, cluster: number, before: number): void {
    const known = this.#assigned[workload]![cluster]!;
    if (known !== before)
      this.#scene.report(timeNs, `a plan begins with the ${known} replicas of the plan before`, `${before}`);
  }

  #sum(timeNs: TimeNs, workload: number): void {
    const { onlooker, report } = this.#scene;
    const asked = this.#asked(timeNs, workload);
    const assigned = this.#assigned[workload]!;
    const words = `${assigned.join(' + ')} of ${onlooker.nameOf(workload)}`;
    if (COPYING.includes(this.#scene.document.federation!.profile ?? '')) {
      if (!assigned.every((one) => one === 0 || asked.includes(one)))
        report(timeNs, `each member has all ${asked[0]}, or none`, words);
      return;
    }
    const sum = assigned.reduce((all, one) => all + one, 0);
    if (sum > Math.max(...asked) && !this.#mayOverflow()) report(timeNs, `at most ${Math.max(...asked)} in all`, words);
    const missing = Math.min(...asked) - sum;
    if (missing > 0 && this.#mustPlaceAll(timeNs, workload, missing))
      report(timeNs, `${Math.min(...asked)} in all, for every member is well`, words);
  }

  /** KubeFed gives replicas that find no node to others too, and leaves them where they are. */
  #mayOverflow(): boolean {
    const { profile = '' } = this.#scene.document.federation!;
    const refused = this.#scene.onlooker.pods.some((pod) => pod.refusal !== '');
    return (profile.startsWith('kubefed') || profile === 'federationV1') && refused;
  }

  /** Nobody is believed lost, nobody has a limit, and nobody asks how much room there is, or there is enough. */
  #mustPlaceAll(timeNs: TimeNs, workload: number, missing: number): boolean {
    const { document } = this.#scene;
    const { clusters, profile, division: own, detection } = document.federation!;
    const { tables } = this.#scene.onlooker;
    if (clusters.some(({ max }) => max !== undefined)) return false;
    if (!tables.living('clusters').every(({ values }) => values['believed'] === MEMBER_HEALTH.up)) return false;
    if (clusters.some(({ name }) => evacuatedNs(this.#scene, name, timeNs) !== undefined)) return false;
    const admittedNs = Math.max(
      0,
      ...document.changes.filter(({ at, admit }) => admit !== undefined && at <= timeNs).map(({ at }) => at),
    );
    if (timeNs - Math.max(admittedNs, this.#believedNs) <= (detection.returnAfter ?? 0) + PLANNING_NS) return false;
    const asksRoom =
      profile === undefined
        ? own.heedsCapacity || own.weights !== 'static'
        : !/Static$|^kubefed|^federationV1/.test(profile);
    return !asksRoom || this.#hasHadRoom(timeNs, workload, missing);
  }

  /** Nothing has moved for so long that everybody knows what is free, and it is enough for so many more. */
  #hasHadRoom(timeNs: TimeNs, workload: number, missing: number): boolean {
    const { onlooker, document } = this.#scene;
    const moved = onlooker.pods.some(
      ({ row, readyNs, endsNs = 0 }) => timeNs - Math.max(row.bornNs, row.diedNs ?? 0, readyNs, endsNs) < ESTIMATED_NS,
    );
    if (moved) return false;
    const { clusters, profile, division: own } = document.federation!;
    // Who has no weight gets nothing, whatever room it has.
    const counts = (member: number): boolean =>
      profile !== undefined || own.weights !== 'static' || clusters[member]!.weight > 0;
    const open = onlooker.tables
      .living('nodes')
      .filter((node) => onlooker.isOpen(node) && counts(onlooker.clusterOf(node)));
    return open.reduce((sum, node) => sum + fitting(onlooker, workload, node), 0) >= missing;
  }

  /** The total that was asked for; a moment after a change the one before will do too. */
  #asked(timeNs: TimeNs, workload: number): number[] {
    const { document } = this.#scene;
    const { name, count } = document.cluster.pods[workload]!;
    const scales = document.changes
      .filter(({ at, scale }) => scale === name && at <= timeNs)
      .sort((a, b) => a.at - b.at);
    const totals = [count, ...scales.map(({ to }) => to!)];
    const young = scales.filter(({ at }) => timeNs - at < PLANNING_NS).length;
    return totals.slice(totals.length - 1 - young).reverse();
  }

  /** What the table of members says is the sum of what was published. */
  #published(timeNs: TimeNs, isDivided: boolean): void {
    if (!isDivided) return;
    const { onlooker, report } = this.#scene;
    for (const { row, name, values } of onlooker.tables.living('clusters')) {
      const sum = this.#assigned.reduce((all, assigned) => all + assigned[row]!, 0);
      if (values['assigned'] !== sum) report(timeNs, `${name} has ${sum} assigned in all`, `${values['assigned']}`);
    }
  }
}
