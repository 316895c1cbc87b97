/** Copies of broadcasts between tunnel ends, by method. */
import { describe, expect, it } from 'vitest';
import { replicate } from '../../../../models/network/overlay/replication.ts';

describe('a first packet between containers of two nodes', () => {
  it.each([2, 3, 7, 40])('%d ends: head-end replication sends a copy to each', (ends) => {
    expect(replicate({ ends, method: 'headend' })).toEqual({
      framesSentBySource: ends - 1 + 1,
      framesReceived: ends,
      requestsSeen: ends - 1,
      entriesAtSource: ends - 1 + 1,
      packetsReceived: 1,
    });
  });

  it.each([2, 3, 7, 40])('%d ends: a multicast group takes one copy, and all others hear it', (ends) => {
    const counts = replicate({ ends, method: 'multicast' });
    expect(counts).toMatchObject({ framesSentBySource: 2, framesReceived: ends, requestsSeen: ends - 1 });
    expect(counts.entriesAtSource).toBe(2);
  });

  it.each([2, 3, 7, 40])('%d ends: with written tables nobody is asked', (ends) => {
    const counts = replicate({ ends, method: 'suppress' });
    expect(counts).toMatchObject({ framesSentBySource: 1, framesReceived: 1, requestsSeen: 0, packetsReceived: 1 });
    expect(counts.entriesAtSource).toBe(2 * (ends - 1));
  });

  it('chatter teaches the source every other address, and changes no copy', () => {
    const quiet = replicate({ ends: 9, method: 'headend' });
    const chatty = replicate({ ends: 9, method: 'headend', chatty: true });
    expect(chatty).toEqual({ ...quiet, entriesAtSource: 16 });
  });
});
