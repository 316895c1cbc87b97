import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { outputStream } from '../../../scenarios/command/output-stream.ts';

/** A stream that keeps what it is given, or throws. */
class Stream extends EventEmitter {
  readonly said: string[] = [];
  fault: Error | undefined;

  write(text: string): void {
    if (this.fault !== undefined) throw this.fault;
    this.said.push(text);
  }
}

const fault = (code: string) => Object.assign(new Error(`${code}: write`), { code });

function opened() {
  const stream = new Stream();
  const lost: string[] = [];
  return { stream, lost, sink: outputStream(stream, 'Standard output', (sentence) => lost.push(sentence)) };
}

it('drops the rest in silence when the reader has gone', () => {
  const { stream, lost, sink } = opened();
  sink.write('a');
  stream.emit('error', fault('EPIPE'));
  sink.write('b');
  expect([stream.said, lost]).toEqual([['a'], []]);
});

it.each(['ENOSPC', 'EIO'])('tells once that text was lost (%s), also when the fault is thrown', (code) => {
  const { stream, lost, sink } = opened();
  stream.fault = fault(code);
  sink.write('a');
  stream.emit('error', fault(code));
  sink.write('b');
  expect(lost).toHaveLength(1);
  expect(lost[0]).toMatch(/^Standard output cannot be written: /);
});
