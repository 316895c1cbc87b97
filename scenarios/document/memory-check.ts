/** Checks of memory: limits that hold what is requested, and evictions of pods whose memory is followed. */
import type { CountedCluster } from './cluster-size.ts';
import type { Finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** Findings about the memory of living services; `evicts`: the file says when kubelets evict. */
export function checkMemory(
  { workloads = {} }: Partial<ScenarioFile>,
  pods: CountedCluster['pods'] | undefined,
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
  if (!evicts || files.some(([, { memoryUse, memoryLimit }]) => (memoryUse ?? memoryLimit) !== undefined))
    return findings;
  const hint = 'write workloads.NAME.memoryUse, or take eviction out';
  return [...findings, finding(['eviction'], 'no memory is followed', 'a workload with memoryUse', 'none', hint)];
}

function finding(path: Path, message: string, expected: string, got: string, hint: string): Finding {
  return { path, at: 'value', message, expected, got, hint };
}
