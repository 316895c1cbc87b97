/** Which services a term of affinity means, in both directions, and where the pods of a service run. */
import type { Demands } from '../demands.ts';
import type { AffinityTerm, SchedulerOptions } from '../options.ts';

/** Lists of services by service. */
export class ServiceRelations {
  private readonly demands: Demands;
  private readonly talkersOf: SchedulerOptions['talkersOf'];
  private talkers: readonly (readonly number[])[] = [];
  private talkedTo: readonly number[][] = [];
  private self: readonly (readonly number[])[] = [];
  private readonly podsOf: number[][] = [];
  /** Pods that are in the lists. */
  private listed = 0;

  constructor(demands: Demands, talkersOf: SchedulerOptions['talkersOf']) {
    this.demands = demands;
    this.talkersOf = talkersOf;
  }

  /** Takes in pods that were added since. */
  update(): void {
    const { demands } = this;
    if (this.self.length < demands.services) this.relate(demands.services);
    for (; this.listed < demands.pods; this.listed++) {
      const service = demands.serviceOf[this.listed];
      if (service >= 0) this.podsOf[service].push(this.listed);
    }
  }

  private relate(count: number): void {
    const services = Array.from({ length: count }, (_, service) => service);
    this.self = services.map((service) => [service]);
    // Services without pods can be named by the document; they have nothing to be near to.
    this.talkers = services.map((service) =>
      [...new Set(this.talkersOf(service))].filter((other) => other in services),
    );
    this.talkedTo = services.map(() => []);
    this.talkers.forEach((others, service) => {
      for (const other of others) this.talkedTo[other].push(service);
    });
    while (this.podsOf.length < count) this.podsOf.push([]);
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
