/**
 * The replicas that a service offers to its callers: what the control plane believes, which may lag behind the truth.
 *
 * Source: Kubernetes EndpointSlices; a replica leaves when its node is believed not ready. Left out: the time from the
 * EndpointSlice to every node's proxy (about a second), readiness probes, session affinity.
 */
import type { Publication } from '../world/publication.ts';
import type { Service } from './services.ts';

/** The offers of all services of one run. */
export class Endpoints {
  readonly #ready: number[][];
  readonly #publish: Publication;

  constructor(services: readonly Service[], publish: Publication) {
    this.#ready = services.map(() => []);
    this.#publish = publish;
    const { recorder } = publish;
    services.forEach((service, row) => {
      recorder.born(publish.table('services'), row, service.name);
      recorder.set(publish.column('services.replicas'), row, service.replicas);
    });
  }

  /** Replicas on offer. */
  count(service: number): number {
    return this.#ready[service]!.length;
  }

  /** The pod at `index` of those on offer. */
  at(service: number, index: number): number {
    return this.#ready[service]![index]!;
  }

  /** Puts a pod at the end of the offer. */
  add(service: number, pod: number): void {
    this.#ready[service]!.push(pod);
    this.#write(service);
  }

  /** Takes a pod off the offer; nothing happens when it was not on it. */
  remove(service: number, pod: number): void {
    const ready = this.#ready[service]!;
    const index = ready.indexOf(pod);
    if (index < 0) return;
    ready.splice(index, 1);
    this.#write(service);
  }

  #write(service: number): void {
    this.#publish.recorder.set(this.#publish.column('services.ready'), service, this.#ready[service]!.length);
  }
}
