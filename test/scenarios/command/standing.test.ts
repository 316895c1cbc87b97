/** Verbs that need standing pods refuse scenarios whose pods come and go. */
import { describe, expect, it } from 'vitest';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { verb as walk } from '../../../scenarios/command/walk.ts';
import { recordedIo } from './recorded-io.ts';

describe('a scenario of living services', () => {
  it.each([['walk', walk, ['--from', 'shop-0', '--to', 'shop-3']]] as const)(
    'is not for %s, which says what to do instead',
    async (name, verb, options) => {
      const io = recordedIo();
      const status = await invoke([name, 'rolling-update', ...options], io, [
        { name, summary: '', load: async () => verb },
      ]);
      expect(status).toBe(2);
      expect(io.said.err).toContain('the pods of');
      expect(io.said.err).toContain('--trace FILE');
      expect(io.said.out).toBe('');
    },
  );
});
