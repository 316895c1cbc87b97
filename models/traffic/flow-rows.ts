/**
 * Flows in the recording: a row for each call, from its arrival to its end.
 *
 * Left out: the bytes that a flow has moved so far (a viewer sees the loads of links instead).
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { FLOW_STATE } from '../world/catalog.ts';
import type { Publication } from '../world/publication.ts';

/** Writes the rows of table `flows`. */
export class FlowRows {
  readonly #publish: Publication;
  readonly #columns: Readonly<Record<'source' | 'destination' | 'talker' | 'bytes' | 'hops' | 'state', number>>;
  #rows = 0;

  constructor(publish: Publication) {
    this.#publish = publish;
    this.#columns = {
      source: publish.column('flows.source'),
      destination: publish.column('flows.destination'),
      talker: publish.column('flows.talker'),
      bytes: publish.column('flows.bytes'),
      hops: publish.column('flows.hops'),
      state: publish.column('flows.state'),
    };
  }

  /** A call of `bytes` payload by the pod whose row is `sourceRow`; returns the row of the flow. */
  bear(talker: string, sourceRow: number, bytes: number): number {
    const { recorder } = this.#publish;
    const row = this.#rows++;
    recorder.born(this.#publish.table('flows'), row, `${talker}-${row}`);
    recorder.set(this.#columns.source, row, sourceRow);
    recorder.set(this.#columns.talker, row, recorder.text(talker));
    recorder.set(this.#columns.bytes, row, bytes);
    return row;
  }

  /** The pod that is called, by its row. */
  destination(row: number, podRow: number): void {
    this.#publish.recorder.set(this.#columns.destination, row, podRow);
  }

  /** Links that the flow crosses. */
  hops(row: number, links: number): void {
    this.#publish.recorder.set(this.#columns.hops, row, links);
  }

  /** One of `FLOW_STATE`. */
  state(row: number, state: number): void {
    this.#publish.recorder.set(this.#columns.state, row, state);
  }

  /** The callee on `node` (-1: unknown) does not answer; the caller turns to another after `waitNs`. */
  waits(row: number, node: number, waitNs: TimeNs): void {
    this.state(row, FLOW_STATE.waiting);
    this.#publish.recorder.mark(this.#publish.mark('flow-retried'), row, node, waitNs);
  }

  /** All bytes have arrived. */
  done(row: number): void {
    this.state(row, FLOW_STATE.done);
    this.#publish.recorder.died(this.#publish.table('flows'), row);
  }

  /** The flow ends with `bytesLost` not delivered; `node` is the one that it went to, -1 when it reached none. */
  failed(row: number, bytesLost: number, node: number): void {
    this.state(row, FLOW_STATE.failed);
    this.#publish.recorder.mark(this.#publish.mark('flow-failed'), row, bytesLost, node);
    this.#publish.recorder.died(this.#publish.table('flows'), row);
  }
}
