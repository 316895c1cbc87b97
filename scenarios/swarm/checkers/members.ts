/** Every version of a workload has come to every member in the end, and a member that workloads were told to leave has none. */
import { PROFILES } from '../../../models/federation/profiles/index.ts';
import type { Checker, Scene } from '../checker.ts';
import { isDeleted } from './deletions.ts';

/** Moving gracefully ends after this if the document says nothing else (Karmada's `gracePeriodSeconds`). */
export const GRACEFUL_NS = 600e9;

/** As the file says. */
export const members: Checker = {
  name: 'members',
  statement:
    'Every version of a workload has come to every member in the end, and a member that workloads were told to leave has none.',
  watch: (scene) => {
    if (scene.document.federation === undefined) return {};
    /** By member and workload, versions that have come. */
    const come = new Map<string, number>();
    return {
      instant: ({ marks }) => {
        for (const { name, row, payload } of marks) {
          const news = name === 'member' ? /^a new version of (.*) has come$/.exec(String(payload[0])) : null;
          if (news !== null) come.set(`${row} ${news[1]}`, (come.get(`${row} ${news[1]}`) ?? 0) + 1);
        }
      },
      end: () => {
        scene.document.cluster.pods.forEach((_, workload) => {
          checkVersions(scene, workload, come);
        });
        scene.onlooker.clusters.forEach((_, member) => {
          checkLeft(scene, member);
        });
      },
    };
  },
};

function checkVersions(
  { document, onlooker, endNs, report }: Scene,
  workload: number,
  come: ReadonlyMap<string, number>,
): void {
  const name = onlooker.nameOf(workload);
  const rolls = document.changes.filter(({ roll }) => roll === name).length;
  onlooker.clusters.forEach((member, row) => {
    const has = come.get(`${row} ${name}`) ?? 0;
    if (has !== rolls) report(endNs, `${rolls} new versions of ${name} have come to ${member}`, String(has));
  });
}

function checkLeft(scene: Scene, member: number): void {
  const { onlooker, document, endNs, report } = scene;
  const { migration, profile } = document.federation!;
  const sinceNs = evacuatedNs(scene, onlooker.clusters[member]!);
  if (sinceNs === undefined || migration.mode === 'never') return;
  // Some federations never plan again for what they have placed once.
  if (profile !== undefined && !PROFILES[profile]!().replansOn.includes('clusterLost')) return;
  if (endNs - sinceNs < (migration.timeout ?? GRACEFUL_NS) + 60e9) return;
  for (const order of onlooker.orders[member]!)
    if (order.wanted > 0 && !isDeleted(scene, order.workload, endNs))
      report(
        endNs,
        `${onlooker.clusters[member]} has no ${onlooker.nameOf(order.workload)}, for it is evacuated`,
        `${order.wanted}`,
      );
}

/** Since when workloads are told to leave a member; undefined: they are not. */
export function evacuatedNs(
  { document }: Pick<Scene, 'document'>,
  member: string,
  atNs = Number.POSITIVE_INFINITY,
): number | undefined {
  const last = document.changes
    .filter(({ evacuate, admit, at }) => (evacuate === member || admit === member) && at <= atNs)
    .sort((a, b) => a.at - b.at)
    .at(-1);
  return last?.evacuate === member ? last.at : undefined;
}
