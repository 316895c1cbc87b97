import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { poolTask } from '../../../sim/node/task.ts';

it('wraps a function into what the pool speaks', async () => {
  const task = poolTask((value: number, progress: (news: string) => void) => {
    progress('a');
    progress('b');
    return value + 1;
  });
  expect(await task({ index: 3, task: 41, shared: { name: 0, bytes: serialize(undefined) } })).toEqual({
    result: 42,
    told: 2,
  });
});
