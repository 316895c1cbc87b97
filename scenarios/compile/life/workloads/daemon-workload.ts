/** DaemonSets of a document: nodes as their controller sees them. */
import { taintsOf } from '../../../../models/cluster/node-life/node-conditions.ts';
import { matchesSelector, matchesTerm } from '../../../../models/cluster/node-selector.ts';
import { type Taint, toleratesAny } from '../../../../models/cluster/toleration.ts';
import { DAEMON_SET_DEFAULTS, type DaemonNodes, DaemonSet } from '../../../../models/cluster/workload/daemon-set.ts';
import { OwnedPods } from './owned-pods.ts';
import type { WorkloadGround } from './scaled-workload.ts';

/** A DaemonSet at work. */
export class DaemonWorkload extends OwnedPods {
  readonly #set: DaemonSet;
  /** Nodes that want a pod, as of that many changes of nodes. */
  #wanted: ReadonlySet<number> = new Set();
  #wantedAt = -1;
  /** Nodes on which a pod of it has been Ready since they want one. */
  readonly #served = new Set<number>();

  constructor(ground: WorkloadGround) {
    super(ground);
    const { name, file, versions } = ground.workload;
    const spec = {
      name,
      template: versions[0]!,
      maxUnavailable: file.maxUnavailable ?? DAEMON_SET_DEFAULTS.maxUnavailable,
      minReadyNs: file.minReady,
    };
    const { manager } = ground.cluster;
    const nodes = nodesOf(ground);
    this.#set = manager.add((object) => new DaemonSet(manager, object, spec, nodes));
    this.rolls(spec.template);
  }

  get object(): number {
    return this.#set.object;
  }

  /** Nodes that are to have a pod. */
  get replicas(): number {
    return this.#wantedNodes().size;
  }

  /** A pod is missed where one has been: not on a node that is lost or that has only just come. */
  override get isWhole(): boolean {
    const wanted = this.#wantedNodes();
    for (const node of this.#served) if (!wanted.has(node)) this.#served.delete(node);
    const { pods } = this.ground.cluster;
    const ready = new Set(this.active().flatMap((pod) => (pods.ready[pod] === 1 ? [pods.node[pod]!] : [])));
    return [...this.#served].every((node) => ready.has(node));
  }

  /** As the interface says. */
  override podsChanged(): void {
    const { pods } = this.ground.cluster;
    for (const pod of this.active()) if (pods.ready[pod] === 1) this.#served.add(pods.node[pod]!);
    super.podsChanged();
  }

  #wantedNodes(): ReadonlySet<number> {
    const { changes } = this.ground.cluster.scheduler.marks;
    if (this.#wantedAt !== changes) this.#wanted = new Set(this.#set.wantedNodes());
    this.#wantedAt = changes;
    return this.#wanted;
  }

  /** As the interface says. */
  nodesChanged(): void {
    this.#set.nodesChanged();
  }

  /** As the interface says. */
  override rollTo(template: number): void {
    this.rolls(template);
    this.#set.rollTo(template);
  }

  protected owners(): readonly number[] {
    return [this.#set.object];
  }
}

function nodesOf({ place, cluster, roster, shapeOf }: WorkloadGround): DaemonNodes {
  const fits = (node: number, template: number, effects: readonly string[]): boolean => {
    if (!roster.exists(node)) return false;
    const { labels, name, taints } = place.nodes[node]!;
    const { nodeSelector, nodeAffinity, tolerations } = shapeOf(template);
    const { required } = nodeAffinity;
    const bears = (taint: Taint): boolean => !effects.includes(taint.effect) || toleratesAny(tolerations, taint);
    return (
      matchesSelector(nodeSelector, labels) &&
      (required.length === 0 || required.some((term) => matchesTerm(term, labels, name))) &&
      [...taints, ...taintsOf(cluster.scheduler.marks.taints[node]!)].every(bears)
    );
  };
  return {
    nodes: () => [...place.nodes.keys()].filter((node) => roster.exists(node)),
    mayStart: (node, template) => fits(node, template, ['NoSchedule', 'NoExecute']),
    mayStay: (node, template) => fits(node, template, ['NoExecute']),
  };
}
