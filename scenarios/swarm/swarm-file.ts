/** A drawn scenario before it is text: the sections that a swarm writes, in the words of scenario files. */
import { stringify } from 'yaml';

/** Keys and values as they stand in the file. */
export type Section = Readonly<Record<string, unknown>>;

/** A group of nodes. */
export interface NodeSection extends Section {
  readonly name: string;
  readonly count: number;
  /** Whole cores. */
  readonly cpu: number;
}

/** A group of pods; its workload has the same name. */
export interface PodSection extends Section {
  readonly name: string;
  readonly count: number;
  readonly priority?: number;
}

/** The whole file. */
export interface SwarmFile {
  readonly wavetank: 1;
  readonly title: string;
  readonly question: string;
  readonly seed: string;
  readonly replications: 1;
  readonly duration: string;
  readonly cluster: { readonly nodes: readonly NodeSection[]; readonly pods: readonly PodSection[] };
  readonly fabric: Section;
  readonly lifecycle: Section;
  readonly load: Section;
  readonly workloads: Readonly<Record<string, Section>>;
  readonly changes?: readonly Section[];
  readonly autoscalers?: readonly Section[];
  readonly nodeAutoscaler?: Section;
  readonly images?: Section;
  readonly eviction?: Section;
  readonly descheduler?: Section;
  readonly federation?: Section & {
    readonly clusters: readonly { readonly name: string }[];
    readonly faults?: readonly Section[];
  };
  readonly faults?: readonly Section[];
  readonly environment: string;
  readonly scheme: string;
}

/** The file as text. */
export function swarmText(file: SwarmFile, comment: string): string {
  return `# ${comment}\n${stringify(file, { lineWidth: 120 })}`;
}
