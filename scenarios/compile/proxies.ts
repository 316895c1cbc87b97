/** Proxies of nodes are told of endpoints by the Kubernetes API, and deal callers by what they have been told. */
import { NO_PLACE } from '../../models/network/control-plane/change-log.ts';
import { ControlPlane } from '../../models/network/control-plane/control-plane.ts';
import { CONTROL_PLANES } from '../../models/network/control-plane/profiles.ts';
import type { EndpointViews } from '../../models/service/endpoints.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { quantileOfSorted } from '../../sim/stats/quantile.ts';

/** kube-proxy on every node of one run. */
export class Proxies implements EndpointViews {
  readonly plane: ControlPlane;
  readonly #nodes: number;
  /** How often each pod was put on offer: a pod that is made anew has another address. */
  readonly #lives = new Map<number, number>();

  constructor(world: World, nodes: number, oneWayNs: TimeNs, absent: readonly number[]) {
    const { sim, streams } = world;
    this.plane = new ControlPlane(CONTROL_PLANES['kube-proxy'], { sim, streams, nodes, oneWayNs, name: 'endpoints' });
    this.#nodes = nodes;
    this.plane.begin([], absent);
  }

  /** @inheritdoc */
  changed(pod: number, offered: boolean): void {
    if (offered) this.#lives.set(pod, (this.#lives.get(pod) ?? 0) + 1);
    this.plane.announce(pod, offered ? this.#placeOf(pod) : NO_PLACE);
  }

  /** Behind no node, or that node would know at once; and another place for each life. */
  #placeOf(pod: number): number {
    return this.#nodes + (this.#lives.get(pod) ?? 0);
  }

  /** @inheritdoc */
  deals(node: number, pod: number): boolean {
    return this.plane.believed(node, pod) !== NO_PLACE;
  }

  /** @inheritdoc */
  isStale(node: number, pod: number): boolean {
    return this.plane.believed(node, pod) !== this.#placeOf(pod);
  }

  /** How long it took until all proxies knew of a new endpoint. */
  metrics(): Record<string, number> {
    const times = this.plane.toldNs().sort();
    return times.length === 0 ? {} : { endpointToldP99: quantileOfSorted(times, 0.99) };
  }
}
