/** What is marked on the recording of one cluster, by the row that it concerns. */
import type { Residents } from '../../../models/cluster/residents.ts';
import type { RolloutState } from '../../../models/cluster/workload/deployment.ts';
import { WHOLE_CLUSTER } from '../../../models/world/marks.ts';
import type { Publication } from '../../../models/world/publication.ts';

const ROLLOUT_WORDS: Readonly<Record<RolloutState, string>> = {
  complete: 'complete',
  progressing: 'begins',
  'deadline-exceeded': 'makes no progress',
};

/** Where the rows of one cluster begin. */
export interface ClusterRows {
  readonly publish: Publication;
  readonly residents: Residents;
  /** The run's number of its first node. */
  readonly firstNode: number;
  /** The row of its first workload. */
  readonly firstWorkload: number;
}

/** Writes the marks of one cluster. */
export class ClusterMarks {
  readonly #rows: ClusterRows;

  constructor(rows: ClusterRows) {
    this.#rows = rows;
  }

  rollout(workload: number, state: RolloutState): void {
    this.words('rollout', this.#rows.firstWorkload + workload, ROLLOUT_WORDS[state]);
  }

  /** A Job of a workload has ended. */
  job(workload: number, how: string): void {
    this.words('job-ended', this.#rows.firstWorkload + workload, how);
  }

  /** A CronJob had missed so many instants when it began its next Job. */
  cronMissed(workload: number, missed: number): void {
    const { publish, firstWorkload } = this.#rows;
    publish.recorder.mark(publish.mark('cron-missed'), firstWorkload + workload, missed);
  }

  /** The drain of a node is over, with so many pods left on it. */
  drained(node: number, left: number): void {
    this.node('drain', node, left === 0 ? 'empty' : `given up with ${left} pods left`);
  }

  /** A workload is to have another number of pods. */
  scaled(workload: number, from: number, to: number, by: string): void {
    const { publish, firstWorkload } = this.#rows;
    publish.recorder.mark(publish.mark('scaled'), firstWorkload + workload, from, to, publish.recorder.text(by));
  }

  /** Something about one of its nodes. */
  node(name: string, node: number, words: string): void {
    this.words(name, this.#rows.residents.nodeRow(this.#rows.firstNode + node), words);
  }

  /** Something about the cluster as a whole. */
  whole(name: string, words: string): void {
    this.words(name, WHOLE_CLUSTER, words);
  }

  /** Something about a row of the run. */
  words(name: string, row: number, words: string): void {
    const { publish } = this.#rows;
    publish.recorder.mark(publish.mark(name), row, publish.recorder.text(words));
  }
}
