/** Checkers of what people do to members, and of an active place and its standby. */
import { describe, expect, it } from 'vitest';
import { HEALTH } from '../../../models/world/catalog.ts';
import { answers } from '../../../scenarios/swarm/checkers/answers.ts';
import { deletions } from '../../../scenarios/swarm/checkers/deletions.ts';
import { division } from '../../../scenarios/swarm/checkers/division.ts';
import { masters } from '../../../scenarios/swarm/checkers/masters.ts';
import { members } from '../../../scenarios/swarm/checkers/members.ts';
import { upgrades } from '../../../scenarios/swarm/checkers/upgrades.ts';
import { documentOf, StagedRun } from './staged-run.ts';

const seenIn = (findings: readonly { readonly seen: string }[]): string[] => findings.map(({ seen }) => seen);

/** Two members, of which each has a node; `more` goes into the federation, `changes` beside it. */
function federated(more = '', changes = ''): StagedRun {
  const federation = `federation: { clusters: [{ name: east }, { name: west }, { name: north }], division: { rule: webster }${more} }`;
  const run = new StagedRun(documentOf(`${federation}\nchanges: [${changes}]`));
  ['east', 'west', 'north'].forEach((name, row) => {
    run.member(row, name).node(row, `${name}-node-0`);
  });
  return run;
}

describe('masters', () => {
  const pair = (more = '', faults = '') =>
    federated(`, activeStandby: { workload: web, active: east, standby: west${more} }, faults: [${faults}]`).at(100);
  const takesOver = (run: StagedRun) => run.mark('member', 1, 'is the active place of web now');
  const stops = (run: StagedRun) => run.mark('member', 0, 'stops to serve web');

  it('are one, whoever it is', async () => {
    expect(await takesOver(stops(pair())).saidBy(masters)).toEqual([]);
    expect(seenIn(await stops(pair()).saidBy(masters))).toEqual(['none']);
  });

  it('are two only while they do not hear each other and nobody else is asked', async () => {
    const CUT = '{ at: 90s, for: 20s, cut: [east, west] }';
    const cut = (more: string, faults: string) => stops(takesOver(pair(more, faults)).at(105)).saidBy(masters);
    expect(await cut('', CUT)).toEqual([]);
    expect(await cut('', '{ at: 90s, for: 20s, isolate: west }')).toEqual([]);
    expect(seenIn(await cut('', '{ at: 90s, for: 20s, cut: [east, north] }'))).toEqual(['east and west']);
    expect(seenIn(await cut('', '{ at: 90s, for: 5s, cut: [east, west] }'))).toEqual(['east and west']);
    expect(seenIn(await cut(', witness: north', CUT))).toEqual(['east and west']);
  });

  it('answer, and others need not', async () => {
    const figures = { requestsOffered: 1, requestErrors: 0.5, requestsAnswered: 0.5 };
    const served = (member: number) => {
      const run = pair();
      run.serve(run.pod(), member);
      for (const row of [0, 1, 2]) run.mark('rollout', row, 'complete');
      return run.saidBy(answers, figures);
    };
    expect(seenIn(await served(0).then((all) => all))).toEqual([]);
    const early = (member: number) => {
      const run = federated(
        ', activeStandby: { workload: web, active: east, standby: west }, discovery: { ttl: 10s }',
      ).at(100);
      run.serve(run.pod(), member);
      return run.saidBy(answers, figures);
    };
    expect(seenIn(await early(0))).toEqual(['50.00 % fail']);
    expect(await early(1)).toEqual([]);
  });
});

describe('members', () => {
  it('get every version', async () => {
    const rolled = (...rows: number[]) => {
      const run = federated('', '{ at: 50s, roll: web }').at(60);
      for (const row of rows) run.mark('member', row, 'a new version of web has come');
      return run.saidBy(members);
    };
    expect(await rolled(0, 1, 2)).toEqual([]);
    expect(seenIn(await rolled(0, 2))).toEqual(['0']);
  });

  it('that workloads were told to leave have none', async () => {
    const left = (changes: string, replicas: number, more = ', migration: { mode: directly }') =>
      federated(more, changes).at(100).mark('scaled', 1, 2, replicas, 'federation').saidBy(members);
    const GO = '{ at: 50s, evacuate: west }';
    expect(await left(GO, 0)).toEqual([]);
    expect(seenIn(await left(`${GO}`, 2, ', migration: { mode: gracefully, timeout: 60s }'))).toEqual(['2']);
    expect(await left(`${GO}, { at: 70s, admit: west }`, 2, ', migration: { mode: gracefully, timeout: 60s }')).toEqual(
      [],
    );
    expect(await left(GO, 2, ', migration: { mode: never }')).toEqual([]);
  });

  it('keep old copies where nothing migrates, and else do not', async () => {
    const kept = (mode: string) => {
      const run = federated(`, migration: { mode: ${mode} }`).at(1);
      run.mark('divided', 0, 'web', 0, 2, 'a rule').set('clusters', 0, { assigned: 2 });
      run.at(2).mark('scaled', 0, 0, 2, 'federation').mark('scaled', 1, 0, 2, 'federation');
      return run.saidBy(division);
    };
    expect(await kept('never')).toEqual([]);
    expect(seenIn(await kept('directly'))).toEqual(['2, ordered at 2 s']);
  });
});

describe('deletions', () => {
  const deleted = (more: string) => {
    const run = federated('', `{ at: 50s, delete: web${more} }`).at(10);
    run.serve(run.pod(), 0);
    return run;
  };

  it('leave nothing', async () => {
    expect(await deleted('').at(60).died('pods', 0).saidBy(deletions)).toEqual([]);
    expect(seenIn(await deleted('').saidBy(deletions))).toEqual(['1']);
    expect(await deleted(', orphan: true').saidBy(deletions)).toEqual([]);
    const blocked = await deleted('').at(60).died('pods', 0).saidBy(deletions, { deletionsBlocked: 1 });
    expect(seenIn(blocked)).toEqual(['1']);
  });
});

describe('upgrades', () => {
  const upgrading = (fields = '') =>
    federated(
      '',
      `{ at: 20s, upgrade: { to: "1.35", waves: [[east], [west]], controlPlane: 1s, node: 1s, soak: 1s${fields} } }`,
    );
  const control = (run: StagedRun, row: number, minor = 35) =>
    run
      .mark('member', row, 'its control plane is being upgraded')
      .mark('member', row, `its control plane runs 1.${minor}`);
  const node = (run: StagedRun, row: number) =>
    run
      .mark('drain', row, 'takes no new pods')
      .mark('drain', row, 'its kubelet runs 1.35')
      .mark('drain', row, 'takes pods again');
  const whole = (run: StagedRun, row: number) => node(control(run, row), row);

  it('go wave by wave to their end', async () => {
    expect(await whole(whole(upgrading().at(20), 0).at(40), 1).saidBy(upgrades)).toEqual([]);
    expect(seenIn(await whole(upgrading().at(20), 0).saidBy(upgrades))).toEqual(['not all of it is']);
    expect(seenIn(await whole(whole(upgrading().at(20), 1).at(40), 0).saidBy(upgrades))).toContain('west has begun');
  });

  it('may wait for a member that is not well', async () => {
    const run = whole(upgrading().at(20), 0).mark('scaled', 0, 0, 1, 'federation');
    expect(await run.saidBy(upgrades)).toEqual([]);
  });

  it('may wait for a budget on a node that people have drained too, and for no node that is open', async () => {
    const shared = (more: string): StagedRun => {
      const file = '{ to: "1.35", waves: [[east], [west]], controlPlane: 1s, node: 1s, soak: 1s }';
      const run = federated('', `{ at: 15s, drain: west-node-0 }, { at: 20s, upgrade: ${file} }`);
      const begun = control(whole(run.at(20), 0).at(40), 1).mark('drain', 1, 'takes no new pods');
      return (more === '' ? begun : begun.mark('drain', 1, more)).at(45).serve(run.pod(), 1);
    };
    expect(await shared('').saidBy(upgrades)).toEqual([]);
    expect(seenIn(await shared('takes pods again').saidBy(upgrades))).toEqual(['not all of it is']);
  });

  it('touch nodes after their control plane, and no more of them than they may', async () => {
    expect(seenIn(await whole(node(upgrading().at(20), 0).at(30), 0).saidBy(upgrades))).toContain(
      'its kubelet runs 1.35',
    );
    const two = upgrading().node(3, 'east-node-1').at(20);
    const away = control(two, 0).mark('drain', 0, 'takes no new pods').mark('drain', 3, 'takes no new pods');
    expect(seenIn(await away.set('nodes', 3, { health: HEALTH.ready }).saidBy(upgrades))).toContain('2');
  });
});
