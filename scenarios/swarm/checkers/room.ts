/** What the pods of a node request is what the node says, and never more than it has to give. */
import type { Checker, Scene } from '../checker.ts';
import type { KnownPod } from '../onlooker.ts';
import type { Instant, Row } from '../playback.ts';

const RESOURCES = [
  { of: 'cpuMilli', unit: 'thousandths of a core' },
  { of: 'memoryMib', unit: 'MiB' },
] as const;

/** As the file says. */
export const room: Checker = {
  name: 'room',
  statement: 'What the pods of a node request is what the node says, and never more than it has to give.',
  watch: (scene) => ({
    instant: (now) => {
      for (const [node, pods] of touched(scene, now)) check(scene, now, node, pods);
    },
  }),
};

/** Nodes whose pods or figures changed, with all pods that stand there. A node that came back has the pods of its name. */
function touched({ onlooker }: Scene, { changes }: Instant): Map<Row, KnownPod[]> {
  const names = new Set<string>();
  const nodes = onlooker.tables.of('nodes');
  for (const { what, table, row, column } of changes) {
    if (table === 'nodes') names.add(row.name);
    const moves = table === 'pods' && (what === 'died' || column === 'node');
    const node = moves ? nodes[row.values['node']!] : undefined;
    if (node !== undefined) names.add(node.name);
  }
  const living = names.size === 0 ? [] : onlooker.living();
  return new Map(
    onlooker.tables
      .living('nodes')
      .filter(({ name }) => names.has(name))
      .map((node) => [node, living.filter((pod) => onlooker.nodeOf(pod)?.name === node.name)]),
  );
}

function check({ report }: Scene, { timeNs }: Instant, { name, values }: Row, pods: readonly KnownPod[]): void {
  for (const { of, unit } of RESOURCES) {
    const sum = pods.reduce((all, { row }) => all + row.values[of]!, 0);
    const [has, says] = [values[`${of}Allocatable`]!, values[`${of}Requested`]!];
    if (sum > has) report(timeNs, `at most ${has} ${unit} requested on ${name}`, String(sum));
    if (sum !== says) report(timeNs, `${name} says what its pods request: ${sum} ${unit}`, String(says));
  }
  if (values['pods'] !== pods.length)
    report(timeNs, `${name} says how many pods it has: ${pods.length}`, String(values['pods']));
}
