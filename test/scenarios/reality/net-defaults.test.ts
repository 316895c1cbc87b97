/** Timers that untouched daemons showed: ours are the same, and a changed recording is noticed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const PATH = new URL('../../oracles/net/default-timers.json', import.meta.url);

type Json = Record<string, Record<string, unknown>>;

function wrong(change: (json: Json) => void): string[] {
  const json = JSON.parse(readFileSync(PATH, 'utf8')) as Json;
  change(json);
  const { suites } = validateCases([{ path: 'default-timers.json', json }]);
  expect(suites.map(({ suite, family, cases }) => [suite, family, cases])).toEqual([['net', 'defaults', 1]]);
  const { quantities } = suites[0]!.details[0]!;
  expect(quantities).toHaveLength(35);
  return quantities.filter(({ agree }) => !agree).map(({ name }) => name);
}

describe('default timers', () => {
  it('are those of the recorded daemons', () => {
    expect(wrong(() => {})).toEqual([]);
  });

  it('that were read otherwise are noticed, and figures that nobody models count against us', () => {
    const changed = wrong((json) => {
      json['gobgp_3.10']!.hold_s = 180;
      json.negotiation_seen!['bird-gobgp'] = 180;
      json['frr_8.4.4_bfd']!.tx_ms = 50;
      json['measured_internal_delays_frr']!.per_hop_update_processing_s = 'about 0.09';
      delete json['frr_8.4.4_traditional']!.mrai_ms;
      json['frr_8.4.4_traditional']!.open_delay_s = 1;
    });
    expect(changed).toEqual([
      'frr_8.4.4_traditional: open_delay_s',
      'frr_8.4.4_bfd: tx_ms',
      'gobgp_3.10: hold_s',
      'negotiated hold time, bird-gobgp',
      'measured_internal_delays_frr: per_hop_update_processing_s',
    ]);
  });
});
