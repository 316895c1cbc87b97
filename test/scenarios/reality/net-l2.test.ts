/** Recorded ARP and VXLAN broadcasts of a Linux kernel, replayed; and that the replay notices a wrong count. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const FOLDER = new URL('../../oracles/net/', import.meta.url);
type Row = Record<string, number | string>;
interface Case {
  readonly case: string;
  readonly rows: Row[];
}
const cases = readdirSync(FOLDER)
  .filter((name) => name.startsWith('l2-'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Case);

function verdict(json: unknown) {
  const { suites, problems, unknown } = validateCases([{ path: 'case.json', json }]);
  const quantities = suites.flatMap(({ details }) => details.flatMap((one) => one.quantities));
  const wrong = quantities.filter(({ agree }) => !agree).map(({ name }) => name);
  return { wrong, count: quantities.length, problems: problems.map(({ message }) => message), unknown };
}

describe('recorded layer 2', () => {
  it.each(cases.map((one) => [one.case, one] as const))('%s: every count is equal', (_, one) => {
    expect(verdict(one)).toMatchObject({ wrong: [], problems: [], unknown: [] });
  });

  it('compares every column of every row, but the one that the pace is read off', () => {
    const one = cases.find(({ case: name }) => name === 'arp-all-to-all-l2-a')!;
    const columns = one.rows.reduce((sum, row) => sum + Object.keys(row).length - 3, 0);
    const aged = one.rows.filter((row) => Number(row.arp_unicast_requests_received) > 0).length;
    expect(aged).toBe(2);
    expect(verdict(one).count).toBe(columns - aged);
  });

  it.each([
    ['arp-all-to-all-l2-a', 1, 'arp_requests_sent', 1],
    ['arp-all-to-all-l2-a', 5, 'arp_requests_sent', 1],
    ['arp-all-to-all-l2-a', 4, 'arp_broadcast_frames_received_total', -1],
    ['arp-all-to-all-routed-a', 5, 'arp_unicast_requests_received', 20],
    ['arp-to-one-l2-a', 2, 'arp_table_per_host_mean', 0.01],
    ['arp-ring-routed-a', 3, 'router_arp_entries', -1],
    ['arp-ring-l2-a', 3, 'ip_received', 3],
  ] as const)('%s row %d: %s off by %d is noticed', (name, row, field, change) => {
    const changed = structuredClone(cases.find((one) => one.case === name)!);
    const values = changed.rows[row]!;
    values[field] = Number(values[field]) + change;
    expect(verdict(changed).wrong.map((each) => each.split(' ').at(-1))).toContain(field);
  });

  it('says what it cannot read', () => {
    const one = structuredClone(cases.find(({ case: name }) => name === 'arp-ring-l2-a')!);
    one.rows[0]!.pattern = 'star';
    expect(verdict(one).problems[0]).toContain('"pattern" must be one of all-to-all');
    one.rows[0]!.pattern = 'ring';
    one.rows[0]!.hosts = 1;
    expect(verdict(one).problems[0]).toContain('"hosts" must be a whole number from 2');
  });

  it('a column that nobody knows is a disagreement', () => {
    const one = structuredClone(cases.find(({ case: name }) => name === 'arp-ring-l2-a')!);
    one.rows[0]!.weather = 7;
    expect(verdict(one).wrong).toEqual(['l2 ring 2 hosts weather']);
  });
});
