/** Limits over several parts of a scenario: how long placing takes, and how many services call each other. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';
import { seedProblem } from '../../../scenarios/document/seed.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;

function problemsIn(text: string): readonly string[] {
  try {
    loadScenario(text, 'a.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.path}: ${p.message}; ${p.expected}; ${p.hint}`);
  }
}

/** The first library scenario with 60 pods and 10 s, placed at this rate. */
const placedAt = (rate: number, more = '') => `${FIRST}scheduling: { rate: ${rate}${more} }\n`;

describe('placing', () => {
  it('must be over before the run ends', () => {
    expect(problemsIn(placedAt(6))).toEqual([]);
    expect(problemsIn(placedAt(5))).toEqual([
      'scheduling.rate: placing 60 pods takes 12 s from 0 s on, but the run ends at 10 s; at least 6; ' +
        'write a higher rate, or a longer duration',
    ]);
    expect(problemsIn(placedAt(6, ', start: 1s'))[0]).toContain('at least 7');
  });

  it('that never begins is told once', () => {
    expect(problemsIn(placedAt(1, ', start: 11s')).map((text) => text.split(':')[0])).toEqual(['scheduling.start']);
  });
});

describe('datagrams', () => {
  const talker = (more: string) => FIRST.replace(/measures: (\w+)/, `measures: $1, ${more}`);

  it('are for UDP, and hold what IPv4 lets them', () => {
    expect(problemsIn(talker('protocol: udp'))).toEqual([]);
    expect(problemsIn(talker('protocol: udp, datagram: 1200B'))).toEqual([]);
    expect(problemsIn(talker('datagram: 1200B'))).toEqual([
      'traffic.talkers.0.datagram: TCP has no datagrams; nothing, or protocol: udp; write protocol: udp, or leave datagram out',
    ]);
    expect(problemsIn(talker('protocol: udp, datagram: 64KiB'))[0]).toMatch(/datagram: .*65507|datagram: .*65,507/);
    expect(problemsIn(talker('protocol: sctp'))[0]).toContain('traffic.talkers.0.protocol');
  });
});

describe('calls', () => {
  const many = (count: number, services: string) =>
    FIRST.replace(/pods: .*/, `pods: [{ count: ${count}, name: p, cpu: 1m, memory: 1Mi, replicas: 1 }]`)
      .replace('services: { fanout: 2 }', `services: ${services}`)
      .concat('scheduling: { rate: 1000000 }\n');

  it('are bounded by services times fanout', () => {
    expect(problemsIn(many(1000, '{ fanout: 1000 }'))).toEqual([]);
    expect(problemsIn(many(2000, '{ fanout: 1000 }'))).toEqual([
      'services.fanout: 2000 services with a fanout of 1000 and 0 named pairs make 2000000 calls between services; ' +
        'at most 1000000; write a larger replicasMax, a smaller fanout, or pairing: same-index',
    ]);
  });

  it('are bounded by named pairs', () => {
    const calls = (pairing: string) => `{ calls: [{ from: p, to: p, pairing: ${pairing} }] }`;
    expect(problemsIn(many(2000, calls('all')))[0]).toMatch(/^services\.calls: .* 4000000 calls/);
    expect(problemsIn(many(2000, calls('same-index')))).toEqual([]);
  });
});

it('says what is wrong with a seed', () => {
  expect(seedProblem('1')).toBeUndefined();
  expect(seedProblem('x'.repeat(100))).toBeUndefined();
  expect(seedProblem('')).toBe('A seed has 1 to 100 characters, but this one has 0.');
  expect(seedProblem('x'.repeat(101))).toMatch(/this one has 101/);
});

describe('routing', () => {
  it('refuses timers that routers refuse, and silence of what cannot be silent', () => {
    expect(problemsIn(`${FIRST}routing: { hold: 0s, bfd: { interval: 300ms } }\n`)).toEqual([]);
    expect(problemsIn(`${FIRST}routing: { hold: 2s }\n`)[0]).toContain('routing.hold: a hold time that routers refuse');
    expect(problemsIn(`${FIRST}routing: { keepalive: 1500ms }\n`)[0]).toContain('routing.keepalive: not whole seconds');
    expect(problemsIn(FIRST.replace('node: any }', 'node: any, silent: true }'))[0]).toContain(
      'faults.0.silent: only a link dies in silence',
    );
  });
});
