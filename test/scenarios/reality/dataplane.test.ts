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

describe('the recorded ways and chains', () => {
  it.each(detailsOf(files))('$case: every quantity agrees', ({ quantities }) => {
    expect(quantities.filter(({ agree }) => !agree)).toEqual([]);
  });

  it('marks the rows that a constant was calibrated on, and leaves most of them to be predicted', () => {
    const marks = (name: string) => {
      const { quantities } = detailsOf(files).find((each) => each.case === name)!;
      return { all: quantities.length, marked: quantities.filter(({ setsConstant }) => setsConstant) };
    };
    const { all, marked } = marks('mtu9000-offload');
    expect(marked.length).toBeLessThan(all / 3);
    const names = marked.map(({ name }) => name);
    expect(names).toContain('hostgw-bridge rtt64_min_us, least');
    expect(names).toContain('vxlan-bridge udp64_tx_cpu_ns, median');
    expect(names).not.toContain('vxlan-bridge rtt1400_min_us, least');
    expect(names).not.toContain('vxlan-bridge tcp_cpu_ns_per_kb, median');
    expect(marks('service-chains').marked.map(({ name }) => name)).toContain('iptables 500 services full_reload_s');
    const stranger = detailsOf([changed('04', (json) => Object.assign(json, { number: 77 }))])[0]!.quantities;
    expect(stranger.filter(({ setsConstant }) => setsConstant).map(({ name }) => name)).toEqual([
      'hostgw-bridge rtt64_min_us, least',
    ]);
  });

  it('compares every field of every row', () => {
    const { rows, ratio_base: base } = files.find(({ path }) => path.includes('04'))!.json as Ways;
    const fields = Object.entries(rows).flatMap(([kind, row]) => Object.keys(row).map((field) => `${kind} ${field}`));
    const { quantities } = detailsOf(files).find(({ case: name }) => name === 'mtu9000-offload')!;
    const compared = quantities
      .map(({ name }) => name.split(',')[0])
      .filter((name) => !name!.includes(' processor time'));
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

  it('sees a way whose datagrams drift within their repeats', () => {
    const drifted = detailsOf([
      changed('04', ({ rows }) => {
        for (const [field, value] of Object.entries(rows['routed-crossnode']!)) {
          if (!field.endsWith('_tx_cpu_ns')) continue;
          const spread = value as Record<string, number>;
          Object.assign(spread, { median: spread.median! * 1.45, max: spread.max! * 2 });
        }
      }),
    ])[0]!.quantities.filter(({ agree }) => !agree);
    expect(drifted.map(({ name }) => name)).toEqual([
      "routed-crossnode processor time of a datagram over hostgw-bridge's, median of sizes",
    ]);
  });

  it('takes a single reload of a map within the factor between two runs of the recording, and no further', () => {
    const reload = (seconds: number) => {
      const json = structuredClone(files.find(({ path }) => path.includes('06'))!.json) as {
        rows: { mode: string; services: number; full_reload_s: number }[];
      };
      json.rows.find(({ mode, services }) => mode === 'nft-map' && services === 1000)!.full_reload_s = seconds;
      const { quantities } = detailsOf([{ path: 'changed.json', json }])[0]!;
      return quantities.find(({ name }) => name === 'nft-map 1000 services full_reload_s')!.agree;
    };
    expect([0.027, 0.03, 0.2, 0.26].map(reload)).toEqual([false, true, true, false]);
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
