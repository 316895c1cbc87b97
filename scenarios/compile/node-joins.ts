/** Nodes that join while a run goes: which they are, and what their joining means to the rest of it. */
import type { Residents } from '../../models/cluster/residents.ts';
import type { ControlPlane } from '../../models/network/control-plane/control-plane.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { nodeCount } from '../document/cluster-size.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Telling } from './telling.ts';

/** The nodes that are not there from the start, in the order of their joining: the last ones of all. */
export function joiningNodes({
  cluster,
}: ScenarioDocument): readonly { readonly node: number; readonly atNs: TimeNs }[] {
  const later = cluster.joins.flatMap(({ at, count }) => Array.from({ length: count }, () => at));
  const first = nodeCount(cluster) - later.length;
  return later.map((atNs, index) => ({ node: first + index, atNs }));
}

/** The parts of one run that a node joins. */
export interface NodeJoinsSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly telling: Telling | undefined;
  /** Tells proxies of endpoints; undefined where they know at once. */
  readonly proxies: ControlPlane | undefined;
}

/** Schedules the joining of nodes. */
export function letNodesJoin(document: ScenarioDocument, at: NodeJoinsSurroundings): void {
  const { sim, publish } = at.world;
  const joins = sim.kind('node joins', (node) => {
    sim.cause = -1;
    at.residents.bearNode(node);
    publish.recorder.mark(publish.mark('node-joined'), node);
    at.telling?.nodeJoins(node);
    at.proxies?.nodeJoins(node);
  });
  for (const { node, atNs } of joiningNodes(document)) sim.at(atNs, joins, node);
}
