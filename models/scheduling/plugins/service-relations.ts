/** Which services a term of affinity means, in both directions, and where the pods of a service run. */
import type { Demands } from '../demands.ts';
import type { AffinityTerm, SchedulerOptions } from '../options.ts';

/** Lists of services by service. */
export class ServiceRelations {
  private readonly talkers: readonly (readonly number[])[];
  private readonly talkedTo: readonly number[][];
  private readonly self: readonly (readonly number[])[];
  private readonly podsOf: readonly number[][];

  constructor(demands: Demands, talkersOf: SchedulerOptions['talkersOf']) {
    const services = Array.from({ length: demands.services }, (_, service) => service);
    this.self = services.map((service) => [service]);
    // Services without pods can be named by the document; they have nothing to be near to.
    this.talkers = services.map((service) => [...new Set(talkersOf(service))].filter((other) => other in services));
    this.talkedTo = services.map(() => []);
    this.talkers.forEach((others, service) => {
      for (const other of others) this.talkedTo[other].push(service);
    });
    this.podsOf = services.map(() => []);
    demands.serviceOf.forEach((service, pod) => {
      if (service >= 0) this.podsOf[service].push(pod);
    });
  }

  /** Services whose pods match the term when a pod of `service` carries it. */
  meantBy(service: number, to: AffinityTerm['to']): readonly number[] {
    return to === 'replicas' ? this.self[service] : this.talkers[service];
  }

  /** Services whose pods carry a term that matches a pod of `service`. */
  meaning(service: number, to: AffinityTerm['to']): readonly number[] {
    return to === 'replicas' ? this.self[service] : this.talkedTo[service];
  }

  /** All pods of a service, placed or not. */
  pods(service: number): readonly number[] {
    return this.podsOf[service];
  }
}
