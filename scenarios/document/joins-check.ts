/** Checks of nodes that join while a run goes: that some are there before, and that times go up. */
import { type CountedCluster, nodeCount } from './cluster-size.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

const PATH: Path = ['cluster', 'joins'];

/** Findings about `cluster.joins`. */
export function checkJoins(file: Partial<ScenarioFile>, cluster: CountedCluster | undefined): Finding[] {
  const joins = file.cluster?.joins ?? [];
  if (joins.length === 0) return [];
  const findings = checkTimes(joins, file.duration);
  if (file.load !== undefined)
    findings.push(
      finding(PATH, 'nodes do not join by hand where services live', 'no `load`', 'a load', 'leave it out'),
    );
  if (cluster === undefined) return findings;
  if (cluster.manifests !== undefined)
    findings.push(
      finding(PATH, 'nodes of manifests are there', 'no `manifests`', 'manifests', 'write nodes as groups'),
    );
  const later = joins.reduce((sum, { count }) => sum + count, 0);
  const nodes = nodeCount(cluster);
  if (later >= nodes)
    findings.push(
      finding(PATH, 'no node is there from the start', `fewer than ${nodes} nodes`, `${later}`, 'let fewer nodes join'),
    );
  return findings;
}

function checkTimes(joins: ScenarioFile['cluster']['joins'], durationNs: number | undefined): Finding[] {
  return joins.flatMap(({ at }, i): Finding[] => {
    const path = [...PATH, i, 'at'];
    const got = formatQuantity('duration', at);
    const before = i === 0 ? 0 : joins[i - 1]!.at;
    if (at < before)
      return [
        finding(
          path,
          'nodes join in the order of the list',
          `not before ${formatQuantity('duration', before)}`,
          got,
          'sort the list by time',
        ),
      ];
    if (durationNs === undefined || at < durationNs) return [];
    const end = formatQuantity('duration', durationNs);
    return [
      finding(
        path,
        `nodes join at ${got}, but the run ends at ${end}`,
        `less than ${end}`,
        got,
        'write an earlier time',
      ),
    ];
  });
}
