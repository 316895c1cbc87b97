/**
 * The replicas that a service offers to its callers: what the control plane believes, which may lag behind the truth.
 *
 * Source: Kubernetes EndpointSlices; a replica leaves when its node is believed not ready. A caller is dealt a place among
 * all replicas and takes the next one on offer from there, so that one missing replica does not re-deal all callers.
 * Left out: the time from the EndpointSlice to every node's proxy (about a second), readiness probes, session affinity.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Publication } from '../world/publication.ts';
import type { Service } from './services.ts';

/** Replicas on offer, by service. */
export class Endpoints {
  readonly #services: readonly Service[];
  readonly #offered: Uint8Array;
  readonly #count: Uint32Array;
  readonly #publish: Publication;

  constructor(services: readonly Service[], publish: Publication) {
    this.#services = services;
    this.#publish = publish;
    this.#count = new Uint32Array(services.length);
    this.#offered = new Uint8Array(services.reduce((end, { first, replicas }) => Math.max(end, first + replicas), 0));
    const { recorder } = publish;
    services.forEach((service, row) => {
      recorder.born(publish.table('services'), row, service.name);
      recorder.set(publish.column('services.replicas'), row, service.replicas);
    });
  }

  /** Replicas on offer. */
  count(service: number): number {
    return this.#count[service]!;
  }

  /**
   * The pod that a caller reaches who was dealt `place` (any whole number) and has tried `tried` replicas before: from
   * that place on, the first on offer after those. Asserts that the service offers somebody.
   */
  reached(service: number, place: number, tried: number): number {
    const { first, replicas } = this.#services[service]!;
    const count = this.#count[service]!;
    assert(count > 0, () => `service ${service} offers nobody`);
    let skip = tried % count;
    for (let step = 0; step < replicas; step++) {
      const pod = first + ((place + step) % replicas);
      if (this.#offered[pod] === 1 && skip-- === 0) return pod;
    }
    assert(false, () => `service ${service} counts ${count} replicas on offer and has fewer`);
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
    this.#publish.recorder.set(this.#publish.column('services.ready'), service, this.#count[service]!);
  }
}
