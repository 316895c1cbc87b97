/** What sentences of a recording say was done, and to how many nodes. */
import { describe, expect, it } from 'vitest';
import { readLife } from '../../../../scenarios/reality/node-life/recorded.ts';

const SETUP = 'six nodes in one cluster, leases renewed every 5 s';

const lifeOf = (action: string, setup = SETUP) => readLife({ setup, action, node: 'a', timeline: [] }, {});
const deeds = (action: string): string[] => lifeOf(action).deeds.map(({ seconds, what }) => `${what} ${seconds}`);

describe('what a case says was done', () => {
  it.each([
    ['at t=0 the lease of this node stops being renewed (last renewal 0..5 s earlier)', ['silence 0']],
    ['the lease is not renewed from t=2 on', ['silence 2']],
    ['at t=0 the node goes silent; at t=80 its lease is renewed again', ['silence 0', 'resume 80']],
    [
      'at t=0 the node reports Ready=False, at t=15 it reports Ready=True; its lease goes on',
      ['unready 0', 'ready 15'],
    ],
    ['at t=0 the node reports Ready=False and stays so; its lease goes on', ['unready 0']],
    ['at t=1 the node reports Ready=False for 15 s, then Ready=True; its heartbeats go on', ['unready 1', 'ready 16']],
    [
      'Ready=False is posted at t=0 and Ready=True at t=15, its lease is renewed all the time',
      ['unready 0', 'ready 15'],
    ],
    ['at t=0 the Node object is deleted', ['delete 0']],
  ])('%s', (action, found) => {
    expect(deeds(action)).toEqual(found);
  });

  it.each([
    ['6 nodes, all in one zone', 6],
    ['a cluster of twelve nodes', 12],
    ['one node in one cluster', 1],
  ])('%s', (setup, nodes) => {
    expect(lifeOf('at t=0 the node object is deleted', setup).nodes).toBe(nodes);
  });

  it('tells of sentences that say neither', () => {
    expect(() => deeds('at t=0 the moon rises')).toThrow('"at t=0 the moon rises"');
    expect(() => lifeOf('the node object is deleted', 'many machines')).toThrow('how many nodes');
  });
});
