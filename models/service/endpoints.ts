/**
 * The replicas that a service offers to its callers: what the control plane believes, which may lag behind the truth.
 *
 * Source: Kubernetes EndpointSlices; a replica leaves when its node is believed not ready. A caller is dealt a place among
 * all replicas and takes the next one on offer from there, so that one missing replica does not re-deal all callers.
 * What is on offer holds everywhere at once, unless proxies of nodes are told of it and each deals by what it has been told.
 * Left out: readiness probes, session affinity.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Publication } from '../world/publication.ts';
import type { Service } from './services.ts';

/** What proxies on nodes have been told of replicas. */
export interface EndpointViews {
  /** A pod was put on offer or taken off it. */
  changed(pod: number, offered: boolean): void;
  /** Whether the proxy of a node deals callers to a pod, or to one that stood in its place before. */
  deals(node: number, pod: number): boolean;
  /** Whether it does so by an address that a pod in its place had before. */
  isStale(node: number, pod: number): boolean;
}

/** Replicas on offer, by service. */
export class Endpoints {
  readonly #services: readonly Service[];
  readonly #offered: Uint8Array;
  readonly #count: Uint32Array;
  readonly #publish: Publication;
  readonly #views: EndpointViews | undefined;

  /** Without `views` every node deals by what is on offer now. */
  constructor(services: readonly Service[], publish: Publication, views?: EndpointViews) {
    this.#services = services;
    this.#views = views;
    this.#publish = publish;
    this.#count = new Uint32Array(services.length);
    this.#offered = new Uint8Array(services.reduce((end, { first, replicas }) => Math.max(end, first + replicas), 0));
    const { recorder } = publish;
    services.forEach((service, row) => {
      recorder.born(publish.table('services'), row, service.name);
      recorder.set(publish.column('services.replicas'), row, service.replicas);
    });
  }

  /** Replicas on offer, as the proxy of the caller's node has it. */
  count(service: number, node: number): number {
    if (this.#views === undefined) return this.#count[service]!;
    const { first, replicas } = this.#services[service]!;
    let count = 0;
    for (let pod = first; pod < first + replicas; pod++) if (this.#views.deals(node, pod)) count++;
    return count;
  }

  /**
   * The pod that a caller on `node` reaches who was dealt `place` (any whole number) and has tried `tried` replicas before: from
   * that place on, the first on offer after those. Asserts that the service offers somebody.
   */
  reached(service: number, place: number, tried: number, node: number): number {
    const { first, replicas } = this.#services[service]!;
    const count = this.count(service, node);
    assert(count > 0, () => `service ${service} offers nobody`);
    let skip = tried % count;
    for (let step = 0; step < replicas; step++) {
      const pod = first + ((place + step) % replicas);
      if (this.#deals(node, pod) && skip-- === 0) return pod;
    }
    assert(false, () => `service ${service} counts ${count} replicas on offer and has fewer`);
  }

  /** Whether the proxy of a node deals callers to an address that nobody has any more. */
  isStale(node: number, pod: number): boolean {
    return this.#views?.isStale(node, pod) ?? false;
  }

  #deals(node: number, pod: number): boolean {
    return this.#views === undefined ? this.#offered[pod] === 1 : this.#views.deals(node, pod);
  }

  /** Offers a pod of a service; nothing happens when it is on offer. */
  add(service: number, pod: number): void {
    this.#change(service, pod, 1);
  }

  /** Takes a pod off the offer; nothing happens when it was not on it. */
  remove(service: number, pod: number): void {
    this.#change(service, pod, 0);
  }

  #change(service: number, pod: number, offered: 0 | 1): void {
    if (this.#offered[pod] === offered) return;
    this.#offered[pod] = offered;
    this.#count[service]! += offered === 1 ? 1 : -1;
    this.#views?.changed(pod, offered === 1);
    this.#publish.recorder.set(this.#publish.column('services.ready'), service, this.#count[service]!);
  }
}
