/** Recordings written by hand, as a run would write them: what checkers say of things that no run should do. */
import { CLOUD_CATALOG, PHASE } from '../../../models/world/catalog.ts';
import { Publication } from '../../../models/world/publication.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import type { ScenarioDocument } from '../../../scenarios/document/schema.ts';
import type { Checker, Finding } from '../../../scenarios/swarm/checker.ts';
import { look } from '../../../scenarios/swarm/trial.ts';
import { traceHeader } from '../../../sim/trace/header.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { Recorder } from '../../../sim/trace/recorder.ts';

const S = 1e9;

/** Two nodes of two cores, two pods of `web`, and callers; more sections and groups of pods as a test needs them. */
export function documentOf(more = '', groups = ''): ScenarioDocument {
  const text = `
wavetank: 1
title: staged
question: What do checkers say?
duration: 300s
cluster:
  nodes: [{ count: 2, name: node, cpu: 2, memory: 8Gi }]
  pods: [{ count: 2, name: web, cpu: 1, memory: 1Gi, replicas: 2 }${groups}]
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
load:
  start: 10s
  warmUp: 190s
  services: [{ name: web, requests: [{ cpu: { constant: 1ms } }] }]
  sources: [{ name: callers, to: web, rate: 1 }]
environment: machine-room-bgp
scheme: calico-bgp
${more}`;
  return loadScenario(text, 'staged.yaml', bundledLibrary);
}

/** A recording that is being written. */
export class StagedRun {
  readonly #source = new MemorySource();
  readonly #clock = { nowNs: 0, cause: -1 };
  readonly #publish: Publication;
  readonly #document: ScenarioDocument;
  #pods = 0;

  constructor(document: ScenarioDocument) {
    this.#document = document;
    const header = traceHeader({
      wavetank: '0',
      scenario: 'staged.yaml',
      title: 'staged',
      seed: '1',
      alternative: 'a',
      parameters: {},
    });
    this.#publish = new Publication(
      new Recorder({ catalog: CLOUD_CATALOG, clock: this.#clock, header, level: 'state', sink: this.#source }),
    );
    this.#publish.recorder.born(this.#publish.table('racks'), 0, 'rack-0');
    const members = document.federation?.clusters ?? [{}];
    const names = members.flatMap(() => document.cluster.pods.map(({ name }) => name));
    for (const [row, name] of names.entries()) this.#publish.recorder.born(this.#publish.table('workloads'), row, name);
  }

  /** Time goes on to this second. */
  at(seconds: number): this {
    this.#clock.nowNs = seconds * S;
    return this;
  }

  node(row: number, name = `node-${row}`): this {
    this.#publish.recorder.born(this.#publish.table('nodes'), row, name, 0);
    return this.set('nodes', row, { cpuMilliAllocatable: 2000, memoryMibAllocatable: 8192 });
  }

  member(row: number, name: string): this {
    this.#publish.recorder.born(this.#publish.table('clusters'), row, name);
    return this;
  }

  /** A pod that waits. */
  pod(group = 'web'): number {
    return this.named(`${group}-${this.#pods}`);
  }

  /** A pod of this name that waits. */
  named(name: string): number {
    const row = this.#pods++;
    this.#publish.recorder.born(this.#publish.table('pods'), row, name);
    this.set('pods', row, { cpuMilli: 1000, memoryMib: 1024 });
    return row;
  }

  /** It gets a node, which then has so many pods, and is Ready a millisecond later. */
  serve(pod: number, node: number, pods = 1): this {
    this.set('pods', pod, { phase: PHASE.starting, node });
    this.set('nodes', node, { cpuMilliRequested: 1000 * pods, memoryMibRequested: 1024 * pods, pods });
    this.#clock.nowNs += 1e6;
    return this.ready(pod);
  }

  ready(pod: number): this {
    return this.mark('pod-ready', pod).set('pods', pod, { phase: PHASE.running });
  }

  /** Its end is ordered. */
  end(pod: number): this {
    return this.mark('pod-unready', pod).set('pods', pod, { phase: PHASE.ending });
  }

  died(table: string, row: number): this {
    this.#publish.recorder.died(this.#publish.table(table), row);
    return this;
  }

  set(table: string, row: number, values: Readonly<Record<string, number>>): this {
    for (const [column, value] of Object.entries(values))
      this.#publish.recorder.set(this.#publish.column(`${table}.${column}`), row, value);
    return this;
  }

  mark(name: string, row: number, ...payload: (number | string)[]): this {
    const { recorder } = this.#publish;
    const numbers = payload.map((value) => (typeof value === 'string' ? recorder.text(value) : value));
    recorder.mark(this.#publish.mark(name), row, ...numbers);
    return this;
  }

  /** The run is over: what one checker has to say of it. */
  async saidBy(checker: Checker, metrics: Readonly<Record<string, number>> = {}): Promise<Finding[]> {
    this.at(300);
    this.#publish.recorder.finish();
    return await look(this.#document, this.#source, { metrics, simulatedNs: 300 * S }, [checker]);
  }
}

/** Two nodes with a pod of `web` each, both Ready from the first second on. */
export function wellRun(document = documentOf()): StagedRun {
  const run = new StagedRun(document);
  run.node(0).node(1);
  run.at(1);
  run.serve(run.pod(), 0).serve(run.pod(), 1);
  return run.mark('rollout', 0, 'complete');
}
