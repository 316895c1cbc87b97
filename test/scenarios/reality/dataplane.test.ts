import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CaseFile, validateCases } from '../../../scenarios/reality/validate.ts';

const FOLDER = new URL('../../oracles/dataplane/', import.meta.url);
const files: CaseFile[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((path) => ({ path, json: JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) }));

const detailsOf = (given: readonly CaseFile[]) => validateCases(given).suites.flatMap(({ details }) => details);

type Row = Record<string, number | Record<string, number>>;
interface Ways {
  rows: Record<string, Row>;
  ratio_base: string;
}

function changed(name: string, change: (json: Ways) => void): CaseFile {
  const json = structuredClone(files.find(({ path }) => path.includes(name))!.json) as Ways;
  change(json);
  return { path: 'changed.json', json };
}

/** What does not come out, and nothing else. Names are of quantities. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  'mtu1500-nooffload': [
    'vxlan-bridge tcp_cpu_ns_per_kb, median',
    'tun-udp rtt1400_p10_us, ratio of medians',
    'tun-udp tcp_cpu_ns_per_kb, median',
  ],
  'mtu9000-offload': [
    'veth-direct udp64_tx_cpu_ns, median',
    'vxlan-routed udp8000_tx_cpu_ns, median',
    'tun-udp rtt64_cpu_us_per_rt, ratio of medians',
    'tun-udp rtt1400_cpu_us_per_rt, ratio of medians',
  ],
  'service-chains': ['nft-map 100 services full_reload_s'],
};

describe('the recorded ways and chains', () => {
  it.each(detailsOf(files))('$case: all but the named quantities agree', ({ case: name, quantities }) => {
    const wrong = quantities.filter(({ agree }) => !agree).map((quantity) => quantity.name);
    expect(wrong).toEqual(WRONG[name]);
  });

  it('compares every field of every row', () => {
    const { rows, ratio_base: base } = files.find(({ path }) => path.includes('04'))!.json as Ways;
    const fields = Object.entries(rows).flatMap(([kind, row]) => Object.keys(row).map((field) => `${kind} ${field}`));
    const { quantities } = detailsOf(files).find(({ case: name }) => name === 'mtu9000-offload')!;
    const compared = quantities.map(({ name }) => name.split(',')[0]);
    // How long the machine takes to wake is read off the reference row itself.
    const reference = fields.filter((field) => /^\S+ rtt\d+_(p10|p50|cpu)/.test(field) && field.startsWith(`${base} `));
    expect(compared).toEqual(fields.filter((field) => !reference.includes(field)));
    expect(reference.length).toBe(6);
  });

  it('sees a way that became dearer, slower or narrower', () => {
    const before = detailsOf([changed('04', () => undefined)])[0]!.quantities.filter(({ agree }) => !agree).length;
    const worse = (field: string, factor: number) =>
      detailsOf([
        changed('04', ({ rows }) => {
          const spread = rows['routed-crossnode']![field] as Record<string, number>;
          for (const name of ['min', 'median', 'max']) spread[name]! *= factor;
        }),
      ])[0]!.quantities.filter(({ agree }) => !agree).length;
    expect(worse('rtt64_min_us', 1.15)).toBe(before + 1);
    expect(worse('udp1400_tx_cpu_ns', 1.4)).toBe(before + 1);
    expect(worse('tcp_gbps', 0.7)).toBe(before + 1);
  });

  it('knows no way that is not in its list, and says what a case lacks', () => {
    const strange = detailsOf([changed('04', (json) => (json.rows['carrier-pigeon'] = json.rows['veth-direct']!))]);
    const pigeon = strange[0]!.quantities.filter(({ name }) => name.startsWith('carrier-pigeon'));
    expect(pigeon.every(({ agree, simulated }) => !agree && simulated === null)).toBe(true);
    const odd = detailsOf([
      changed('04', ({ rows }) => Object.assign(rows['veth-direct']!, { weather: 'fair', gone: null, deep: {} })),
    ]);
    const unknown = odd[0]!.quantities.filter(({ name }) => /weather|gone|deep/.test(name));
    expect(unknown.map(({ agree }) => agree)).toEqual([false, false, false]);
    const problem = validateCases([changed('04', (json) => (json.ratio_base = 'carrier-pigeon'))]).problems[0]!;
    expect(problem.message).toContain('names "carrier-pigeon"');
  });
});

describe('rules that do not match', () => {
  // The shape of the rows is that of the README; the figures follow the reference: 13 ns a rule and packet, sets flat.
  const row = (mode: string, rules: number, packetNs: number) => ({ mode, rules, udp64_tx_cpu_ns: packetNs });
  const verdict = (iptablesNs: number, setNs: number) =>
    detailsOf([
      {
        path: 'rules.json',
        json: {
          family: 'dataplane',
          case: 'netfilter-rules',
          rows: [row('none', 0, 7000), row('iptables', 1000, iptablesNs), row('nft-set', 1000, setNs)],
        },
      },
    ])[0]!.quantities.map(({ agree }) => agree);

  it('cost 13 ns each within a fifth, and nothing in a set', () => {
    expect(verdict(20_000, 7100)).toEqual([true, true]);
    expect(verdict(17_000, 7000)).toEqual([false, true]);
    expect(verdict(24_000, 7000)).toEqual([false, true]);
    expect(verdict(20_000, 9000)).toEqual([true, false]);
  });
});
