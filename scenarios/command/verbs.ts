/**
 * The table of verbs. A new verb is one file and one line here.
 *
 * Verbs are loaded when they are called, so that `--help` and a slip of the pen cost nothing.
 */
import type { VerbEntry } from './verb.ts';

/** All verbs in the order of the help. */
export const VERBS: readonly VerbEntry[] = [
  { name: 'run', summary: 'one run of one alternative', load: async () => (await import('./run.ts')).verb },
  {
    name: 'compare',
    summary: 'every alternative, several times, all on the same arrivals and failures: a decision table',
    load: async () => (await import('./compare.ts')).verb,
  },
  {
    name: 'report',
    summary: 'the report of a comparison again, from its results file',
    load: async () => (await import('./report.ts')).verb,
  },
  {
    name: 'explain',
    summary: 'why a pod is where it is, or what would let it run; what an autoscaler would do',
    load: async () => (await import('./explain.ts')).verb,
  },
  {
    name: 'walk',
    summary: 'one packet, hop by hop, header by header; a capture of it',
    load: async () => (await import('./walk.ts')).verb,
  },
  {
    name: 'check',
    summary: 'every fault of a scenario, before anything runs',
    load: async () => (await import('./check.ts')).verb,
  },
  {
    name: 'import',
    summary: 'a scenario from the files that people have',
    load: async () => (await import('./import.ts')).verb,
  },
  {
    name: 'export',
    summary: 'a recording in a format that other tools read',
    load: async () => (await import('./export.ts')).verb,
  },
  {
    name: 'validate',
    summary: 'replays recorded reality and prints the agreement',
    load: async () => (await import('./validate.ts')).verb,
  },
  {
    name: 'swarm',
    summary: 'random federations, workloads and faults, and checkers that look whether all is as it must be',
    load: async () => (await import('./swarm.ts')).verb,
  },
  {
    name: 'view',
    summary: 'the visualizer, on this machine only',
    load: async () => (await import('./view.ts')).verb,
  },
  {
    name: 'schemes',
    summary: 'the capability table of every network scheme',
    load: async () => (await import('./schemes.ts')).verb,
  },
];
