/** Checks of memory: limits that hold what is requested, and evictions of pods whose memory is followed. */
import type { CountedCluster } from './cluster-size.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** Findings about the memory of living services; `evicts`: the file says when kubelets evict. */
export function checkMemory(
  { workloads = {}, eviction, images }: Partial<ScenarioFile>,
  { nodes, pods }: { readonly [Part in 'nodes' | 'pods']: CountedCluster[Part] | undefined },
  evicts: boolean,
): Finding[] {
  const files = Object.entries(workloads);
  const findings = files.flatMap(([name, { memoryLimit }]): Finding[] => {
    const memory = pods?.find((group) => group.name === name)?.shape.memoryMib ?? 0;
    if (memoryLimit === undefined || memoryLimit >= memory) return [];
    const [expected, got] = [formatQuantity('memory', memory), formatQuantity('memory', memoryLimit)];
    const path: Path = ['workloads', name, 'memoryLimit'];
    return [finding(path, 'less than a pod requests', `at least ${expected}`, got, 'write a larger limit')];
  });
  findings.push(...(evicts ? checkThresholds(eviction, nodes) : []));
  // Disks go by its transition.
  const isFollowed = images?.disk !== undefined;
  if (!evicts || isFollowed || files.some(([, { memoryUse, memoryLimit }]) => (memoryUse ?? memoryLimit) !== undefined))
    return findings;
  const hint = 'write workloads.NAME.memoryUse, or take eviction out';
  return [...findings, finding(['eviction'], 'no memory is followed', 'a workload with memoryUse', 'none', hint)];
}

/** A soft threshold comes before the hard one, and a node has more memory than either. */
function checkThresholds(
  eviction: ScenarioFile['eviction'] | undefined,
  nodes: CountedCluster['nodes'] | undefined,
): Finding[] {
  if (eviction === undefined) return [];
  const { hard, soft } = eviction;
  const findings: Finding[] = [];
  if (soft !== undefined && soft.available <= hard) {
    const [expected, got] = [`more than ${formatQuantity('memory', hard)}`, formatQuantity('memory', soft.available)];
    const hint = 'the hard threshold acts first: write a larger one';
    findings.push(finding(['eviction', 'soft', 'available'], 'it is never crossed alone', expected, got, hint));
  }
  const smallest = Math.min(...(nodes ?? []).map(({ shape }) => shape.memoryMib));
  if (hard >= smallest) {
    const [expected, got] = [`less than ${formatQuantity('memory', smallest)}`, formatQuantity('memory', hard)];
    findings.push(finding(['eviction', 'hard'], 'a node has no more memory than that', expected, got, 'write less'));
  }
  return findings;
}
