/** Each checker is silent about what is well, and speaks of what is not. */
import { describe, expect, it } from 'vitest';
import { HEALTH, MEMBER_HEALTH, PHASE } from '../../../models/world/catalog.ts';
import { answers } from '../../../scenarios/swarm/checkers/answers.ts';
import { belief } from '../../../scenarios/swarm/checkers/belief.ts';
import { bounds } from '../../../scenarios/swarm/checkers/bounds.ts';
import { budgets } from '../../../scenarios/swarm/checkers/budgets.ts';
import { division } from '../../../scenarios/swarm/checkers/division.ts';
import { drains } from '../../../scenarios/swarm/checkers/drains.ts';
import { figures } from '../../../scenarios/swarm/checkers/figures.ts';
import { CHECKERS } from '../../../scenarios/swarm/checkers/index.ts';
import { phases } from '../../../scenarios/swarm/checkers/phases.ts';
import { placing } from '../../../scenarios/swarm/checkers/placing.ts';
import { quiet } from '../../../scenarios/swarm/checkers/quiet.ts';
import { rollouts } from '../../../scenarios/swarm/checkers/rollouts.ts';
import { room } from '../../../scenarios/swarm/checkers/room.ts';
import { settled } from '../../../scenarios/swarm/checkers/settled.ts';
import { documentOf, StagedRun, wellRun } from './staged-run.ts';

const seenIn = (findings: readonly { readonly seen: string }[]): string[] => findings.map(({ seen }) => seen);
const BUDGET = 'workloads: { web: { disruptionBudget: { maxUnavailable: 1 }, maxSurge: 1, maxUnavailable: 0 } }';
const FEDERATION = 'federation: { clusters: [{ name: east }, { name: west }], division: { rule: webster } }';

describe('a run in which all is well', () => {
  it.each(CHECKERS)('has nothing to say to $name', async (checker) => {
    expect(await wellRun().saidBy(checker, { requestsOffered: 1, requestsAnswered: 1 })).toEqual([]);
  });
});

describe('phases', () => {
  it('never start a pod again that was told to end', async () => {
    const run = wellRun().at(50).end(0).at(51).set('pods', 0, { phase: PHASE.starting });
    expect(seenIn(await run.saidBy(phases))).toContain('web-0 is starting');
  });

  it('do not let a pod run before it starts', async () => {
    const run = new StagedRun(documentOf());
    run.set('pods', run.pod(), { phase: PHASE.running });
    expect(seenIn(await run.saidBy(phases))).toEqual(['web-0 is running']);
  });

  it('let pods stand in the first instant where the document says so, and those are Ready', async () => {
    const document = documentOf();
    const run = new StagedRun({ ...document, load: { ...document.load!, standing: true } });
    run.set('pods', run.pod(), { phase: PHASE.running });
    run.at(1).set('pods', run.pod(), { phase: PHASE.running });
    run.at(50).set('pods', 0, { phase: PHASE.starting });
    expect(seenIn(await run.saidBy(phases))).toEqual(['web-1 is running', 'web-0 is starting']);
  });

  it('say of a Ready pod that it runs', async () => {
    const run = wellRun().at(50).set('pods', 0, { phase: PHASE.starting });
    expect(seenIn(await run.saidBy(phases))).toEqual(['web-0 is starting']);
  });
});

describe('placing', () => {
  it('puts no pod on a node that is not there', async () => {
    const run = new StagedRun(documentOf()).node(0).at(1).died('nodes', 0);
    run.at(2).set('pods', run.pod(), { node: 0 });
    expect(seenIn(await run.saidBy(placing))).toEqual(['a node that is not there']);
  });

  it('puts no pod on a node that is drained or believed dead', async () => {
    const run = wellRun().at(50).mark('drain', 0, 'takes no new pods').set('nodes', 1, { healthBelieved: HEALTH.dead });
    run.at(60).set('pods', run.pod(), { node: 0 });
    run.set('pods', run.pod(), { node: 1 });
    expect(seenIn(await run.saidBy(placing))).toEqual(['node-0, which is drained', 'node-1, which is believed dead']);
  });

  it('heeds taints and labels, and moves nobody', async () => {
    const document = documentOf();
    const [{ shape }] = document.cluster.nodes as [(typeof document.cluster.nodes)[number]];
    const tainted = { ...shape, taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' as const }] };
    const nodes = [{ ...document.cluster.nodes[0]!, shape: tainted }];
    const run = wellRun({ ...document, cluster: { ...document.cluster, nodes } })
      .at(50)
      .set('pods', 0, { node: 1 });
    const seen = seenIn(await run.saidBy(placing));
    expect(seen).toContain('it is moved to another');
    expect(seen).toContain('node-0, whose taint dedicated it does not tolerate');
  });
});

describe('room', () => {
  it('is never given twice', async () => {
    const run = wellRun();
    run.at(50).serve(run.pod(), 0, 2).at(51).serve(run.pod(), 0, 3);
    expect(seenIn(await run.saidBy(room))).toEqual(['3000']);
  });

  it('is what the pods request', async () => {
    const run = wellRun().at(50).set('nodes', 0, { cpuMilliRequested: 0, pods: 2 });
    expect(seenIn(await run.saidBy(room))).toEqual(['0', '2']);
  });
});

describe('budgets', () => {
  const drained = () =>
    wellRun(documentOf(BUDGET)).at(50).mark('drain', 0, 'takes no new pods').mark('drain', 1, 'takes no new pods');

  it('hold when the last Ready pod is taken from a drained node', async () => {
    expect(await drained().at(60).end(0).saidBy(budgets)).toEqual([]);
    expect(seenIn(await drained().at(60).end(0).at(70).end(1).saidBy(budgets))).toEqual(['0']);
  });

  it('have no say when a node is lost, or when fewer were ordered', async () => {
    expect(await drained().at(60).end(0).at(70).mark('evicted', 1).end(1).saidBy(budgets)).toEqual([]);
    expect(await drained().at(60).mark('scaled', 0, 2, 0, 'a person').end(0).end(1).saidBy(budgets)).toEqual([]);
  });
});

describe('rollouts', () => {
  const rolling = () => wellRun(documentOf(BUDGET)).at(50).mark('rollout', 0, 'begins');

  it('bring a new pod before they take an old one, if none may lack', async () => {
    expect(seenIn(await rolling().at(60).end(0).saidBy(rollouts))).toEqual(['1']);
    const run = rolling();
    run.at(55).serve(run.pod(), 0, 2).at(60).end(0);
    expect(await run.saidBy(rollouts)).toEqual([]);
  });

  it('may cost pods that were not Ready for long enough to count, and so many others, but no more', async () => {
    const slow = 'workloads: { web: { maxSurge: 1, maxUnavailable: 0, minReady: 10s } }';
    const young = () => wellRun(documentOf(slow)).at(50).end(1).mark('evicted', 1);
    const replaced = (run: StagedRun) => run.at(80).serve(run.pod(), 1).mark('rollout', 0, 'begins');
    expect(await replaced(young()).at(85).end(2).saidBy(rollouts)).toEqual([]);
    expect(await replaced(young()).at(85).end(0).saidBy(rollouts)).toEqual([]);
    expect(seenIn(await replaced(young()).at(85).end(0).end(2).saidBy(rollouts))).toEqual([]);
    expect(seenIn(await replaced(young()).at(95).end(2).saidBy(rollouts))).toEqual(['1']);
  });

  it('have no more pods than they may', async () => {
    const run = rolling();
    run.at(55).pod();
    run.at(56).pod();
    expect(seenIn(await run.saidBy(rollouts))).toEqual(['4']);
  });
});

describe('division', () => {
  const federated = () => new StagedRun(documentOf(FEDERATION)).member(0, 'east').member(1, 'west');
  const divided = (east: number, west: number) =>
    federated()
      .at(1)
      .mark('divided', 0, 'web', 0, east, 'a rule')
      .mark('divided', 1, 'web', 0, west, 'a rule')
      .set('clusters', 0, { assigned: east })
      .set('clusters', 1, { assigned: west });
  const ordered = (run: StagedRun, east: number, west: number) =>
    run.at(2).mark('scaled', 0, 0, east, 'federation').mark('scaled', 1, 0, west, 'federation');

  it('adds up, and every member hears of it', async () => {
    expect(await ordered(divided(1, 1), 1, 1).saidBy(division)).toEqual([]);
    expect(seenIn(await ordered(divided(1, 1), 1, 0).saidBy(division))).toEqual(['0, ordered at 2 s']);
  });

  it('invents none and loses none', async () => {
    expect(seenIn(await ordered(divided(2, 1), 2, 1).saidBy(division))).toContain('2 + 1 of web');
    expect(seenIn(await ordered(divided(1, 0), 1, 0).saidBy(division))).toContain('1 + 0 of web');
  });

  it('may leave out what nobody has room for, if it asks how much there is', async () => {
    const weighed = FEDERATION.replace('rule: webster', 'rule: webster, weights: availableReplicas');
    const run = (pods: number) => {
      const one = new StagedRun(documentOf(weighed)).member(0, 'east').member(1, 'west').node(0, 'east-node-0');
      one.at(1).mark('divided', 0, 'web', 0, 1, 'a rule').set('clusters', 0, { assigned: 1 });
      one.set('nodes', 0, { cpuMilliRequested: 1000 * pods });
      return one.at(2).mark('scaled', 0, 0, 1, 'federation');
    };
    expect(await run(2).saidBy(division)).toEqual([]);
    expect(seenIn(await run(1).saidBy(division))).toEqual(['1 + 0 of web']);
  });

  it('begins with what was before, and says the sum', async () => {
    const run = ordered(divided(1, 1), 1, 1).at(50).mark('divided', 0, 'web', 2, 1, 'a rule');
    const seen = seenIn(await run.set('clusters', 0, { assigned: 7 }).saidBy(division));
    expect(seen).toContain('2');
    expect(seen).toContain('7');
  });
});

describe('figures', () => {
  it('of workloads and racks are what can be counted', async () => {
    const run = wellRun().at(50).set('workloads', 0, { wanted: 2, exist: 2, ready: 2 });
    run.set('racks', 0, { podsRunning: 2 });
    run.at(60).set('workloads', 0, { wanted: 3, exist: 4, ready: 5 }).set('racks', 0, { podsRunning: 6 });
    expect(seenIn(await run.saidBy(figures))).toEqual(['3', '5', '4', '6']);
  });

  it('leave open whether a pod that ended on a node that was cut off still exists, and no other pod', async () => {
    const says = (exist: number, heard = true) => {
      const run = wellRun().at(50).mark('pod-succeeded', 1).at(60);
      return (heard ? run.mark('pod-unready', 1) : run)
        .set('workloads', 0, { wanted: 2, exist, ready: heard ? 1 : 2 })
        .saidBy(figures);
    };
    for (const exist of [1, 2]) expect(await says(exist)).toEqual([]);
    expect(seenIn(await says(0))).toEqual(['0']);
    expect(seenIn(await says(3))).toEqual(['3']);
    expect(await says(2, false)).toEqual([]);
    expect(seenIn(await says(1, false))).toEqual(['1']);
  });

  it('of members are the replicas that are Ready there', async () => {
    const run = new StagedRun(documentOf(FEDERATION)).member(0, 'east').member(1, 'west').node(0, 'east-node-0');
    run.at(1).serve(run.pod(), 0).set('clusters', 0, { ready: 1 });
    run.at(2).set('clusters', 1, { ready: 1 });
    expect(seenIn(await run.saidBy(figures))).toEqual(['1', '1']);
  });
});

describe('belief', () => {
  const down = () => wellRun().at(50).mark('node-down', 0).set('nodes', 0, { health: HEALTH.dead });
  const lost = () => down().at(95).set('nodes', 0, { healthBelieved: HEALTH.dead });

  it('follows the silence of a node, not too soon and not too late', async () => {
    expect(await lost().at(299).pod()).toBeDefined();
    expect(await lost().saidBy(belief)).toEqual([]);
    expect(seenIn(await down().at(60).set('nodes', 0, { healthBelieved: HEALTH.dead }).saidBy(belief))).toEqual([
      '10 s',
    ]);
    expect(seenIn(await down().at(150).mark('node-cut-off', 1).saidBy(belief))).toEqual(['it is not']);
    expect(await down().at(60).mark('node-up', 0).at(150).mark('node-cut-off', 1).saidBy(belief)).toEqual([]);
  });

  it('counts silence on where a node that was within reach again had no time to say so', async () => {
    const again = (at: number) => wellRun().at(50).mark('node-cut-off', 0).at(80).mark('node-heard', 0).at(at);
    const gone = (run: StagedRun) => run.mark('node-down', 0).set('nodes', 0, { health: HEALTH.dead });
    const believed = (run: StagedRun) => run.at(100).set('nodes', 0, { healthBelieved: HEALTH.dead });
    expect(await believed(gone(again(80))).saidBy(belief)).toEqual([]);
    expect(await believed(gone(again(90))).saidBy(belief)).toEqual([]);
    expect(seenIn(await believed(gone(again(91))).saidBy(belief))).toEqual(['9 s']);
    const started = wellRun().at(50).mark('node-down', 0).at(80).mark('node-up', 0).at(81).mark('node-down', 0);
    expect(seenIn(await believed(started).saidBy(belief))).toEqual(['19 s']);
  });

  it('lets no pod go once the taint of a node that is well again must be gone', async () => {
    const back = (at: number) =>
      lost().at(200).mark('node-up', 0).set('nodes', 0, { healthBelieved: HEALTH.ready }).at(at).mark('evicted', 0);
    expect(await back(205.03).saidBy(belief)).toEqual([]);
    expect(seenIn(await back(205.04).saidBy(belief))).toEqual(['given up']);
  });

  it('lets pods stay as long as they tolerate', async () => {
    const short = documentOf('lifecycle: { evictionAfter: 30s }');
    const gone = (at: number) =>
      wellRun(short)
        .at(50)
        .mark('node-down', 0)
        .at(95)
        .set('nodes', 0, { healthBelieved: HEALTH.dead })
        .at(at)
        .mark('evicted', 0);
    expect(await gone(126).saidBy(belief)).toEqual([]);
    expect(seenIn(await gone(115).saidBy(belief))).toEqual(['given up after 20 s']);
    expect(seenIn(await wellRun().at(100).mark('evicted', 0).saidBy(belief))).toEqual(['given up']);
  });
});

describe('bounds', () => {
  const document = () =>
    documentOf(`autoscalers: [{ target: web, min: 2, max: 4 }]
nodeAutoscaler: { groups: [{ nodes: node, min: 1, max: 3, stock: 2 }] }`);

  it('of pods are kept by their autoscaler', async () => {
    const scaled = (to: number) => wellRun(document()).at(50).mark('scaled', 0, 2, to, 'autoscaler').saidBy(bounds);
    expect(seenIn(await scaled(5))).toEqual(['5 are ordered']);
    expect(seenIn(await scaled(1))).toEqual(['1 are ordered']);
    expect(await scaled(4)).toEqual([]);
  });

  it('of machines are kept by theirs', async () => {
    expect(seenIn(await wellRun(document()).at(50).node(2).saidBy(bounds))).toEqual(['3']);
    const shrunk = wellRun(document()).at(50).died('nodes', 0);
    expect(await shrunk.saidBy(bounds)).toEqual([]);
    expect(seenIn(await wellRun(document()).at(50).died('nodes', 0).at(60).died('nodes', 1).saidBy(bounds))).toEqual([
      '0',
    ]);
  });
});

describe('drains', () => {
  const drained = (budget: string) =>
    wellRun(documentOf(`${budget}\nchanges: [{ at: 50s, drain: node-0 }]`))
      .at(50)
      .mark('drain', 0, 'takes no new pods');

  it('leave no pod that nothing holds', async () => {
    expect(seenIn(await drained('').saidBy(drains))).toEqual(['it is still there']);
    expect(await drained('').at(60).end(0).at(61).died('pods', 0).saidBy(drains)).toEqual([]);
    expect(seenIn(await drained(BUDGET).saidBy(drains))).toEqual(['it is still there']);
  });

  it('stop at a budget with nothing to spare', async () => {
    expect(await drained(BUDGET).at(60).mark('pod-unready', 1).saidBy(drains)).toEqual([]);
    expect(await drained(BUDGET).at(60).mark('drain', 0, 'takes pods again').saidBy(drains)).toEqual([]);
  });
});

describe('settled', () => {
  it('has every node back, and believed so', async () => {
    const run = wellRun().at(50).set('nodes', 0, { health: HEALTH.dead, healthBelieved: HEALTH.dead });
    expect(seenIn(await run.saidBy(settled))).toEqual(['it is dead', 'it is believed dead']);
  });

  it('has every member back, and believed so', async () => {
    const run = new StagedRun(documentOf(FEDERATION)).member(0, 'east').member(1, 'west');
    run.mark('rollout', 0, 'complete').mark('rollout', 1, 'complete');
    run.at(50).set('clusters', 1, { health: MEMBER_HEALTH.cutOff, believed: MEMBER_HEALTH.lost });
    expect(seenIn(await run.saidBy(settled))).toEqual(['it is lost or cut off', 'it is believed lost']);
  });

  it('leaves no pod behind', async () => {
    const run = wellRun().at(50).end(0).set('pods', 1, { phase: PHASE.lost });
    const seen = seenIn(await run.saidBy(settled));
    expect(seen).toContain('its end was ordered at 50 s');
    expect(seen).toContain('lost on node-1');
    const gone = wellRun().at(50).died('nodes', 0);
    expect(seenIn(await gone.saidBy(settled))).toContain('it is there; node-0 went at 50 s');
  });

  it('has all pods that were asked for, and Ready', async () => {
    expect(seenIn(await wellRun().at(50).died('pods', 0).saidBy(settled))).toEqual(['1 too few']);
    expect(seenIn(await wellRun().at(50).mark('pod-unready', 0).saidBy(settled))).toEqual(['1']);
    expect(seenIn(await wellRun().at(50).mark('rollout', 0, 'begins').saidBy(settled))).toEqual([
      'it goes on since 50 s',
    ]);
  });

  it('lets pods wait when there is no room, and tells them why', async () => {
    const told = wellRun().at(50).mark('scaled', 0, 2, 5, 'a person');
    for (const node of [0, 1]) told.serve(told.pod(), node, 2);
    const pod = told.pod();
    expect(seenIn(await told.saidBy(settled))).toEqual(['no reason']);
    const short = wellRun().at(50).mark('scaled', 0, 2, 5, 'a person');
    for (const node of [0, 1]) short.serve(short.pod(), node, 2);
    short.mark('unschedulable', short.pod(), 'Insufficient cpu', 2);
    expect(pod).toBe(4);
    expect(await short.saidBy(settled)).toEqual([]);
    const idle = wellRun().at(50).mark('scaled', 0, 2, 3, 'a person');
    idle.mark('unschedulable', idle.pod(), 'Insufficient cpu', 2);
    expect(seenIn(await idle.saidBy(settled))).toEqual(['1 wait, node-0 has room']);
  });

  it('keeps old pods beside a version that never answers', async () => {
    const broken = documentOf(`${BUDGET}\nchanges: [{ at: 50s, roll: web, broken: true }]`);
    expect(await wellRun(broken).at(50).mark('rollout', 0, 'begins').saidBy(settled)).toEqual([]);
    const lost = wellRun(broken).at(50).mark('rollout', 0, 'begins').mark('pod-unready', 0);
    expect(seenIn(await lost.saidBy(settled))).toEqual(['1 are Ready or wait']);
  });
});

describe('answers', () => {
  it('come, if there is somebody to give them', async () => {
    const figures = { requestsOffered: 1, requestsAnswered: 0.5, requestErrors: 0.5 };
    expect(seenIn(await wellRun().saidBy(answers, figures))).toEqual(['50.00 % fail']);
    expect(seenIn(await wellRun().saidBy(answers, { requestsOffered: 1 }))).toEqual(['none is']);
    expect(await wellRun().at(50).end(0).end(1).saidBy(answers, figures)).toEqual([]);
  });

  const FAILING = { requestsOffered: 1, requestErrors: 0.5, requestsAnswered: 0.5 };

  it('may be missing while resolvers keep what was so before, and no longer', async () => {
    const discovery = (resolver: string) =>
      documentOf(FEDERATION.replace('], ', `], discovery: { ttl: 60s, sync: 5s, resolver: ${resolver} }, `));
    const moved = (at: number, resolver: string) => {
      const run = new StagedRun(discovery(resolver)).member(0, 'east').member(1, 'west').node(0, 'east-node-0');
      return run.at(at).serve(run.pod(), 0).mark('rollout', 0, 'complete').saidBy(answers, FAILING);
    };
    expect(await moved(150, 'honest')).toEqual([]);
    expect(seenIn(await moved(130, 'honest'))).toEqual(['50.00 % fail']);
    expect(seenIn(await moved(150, 'none'))).toEqual(['50.00 % fail']);
    expect(await moved(170, 'java')).toEqual([]);
    expect(seenIn(await moved(160, 'java'))).toEqual(['50.00 % fail']);
  });

  it('may be missing while pods of a version that never answers are left, and no longer', async () => {
    const mended = documentOf('changes: [{ at: 50s, roll: web, broken: true }, { at: 80s, roll: web }]');
    expect(await wellRun(mended).at(80).mark('rollout', 0, 'begins').saidBy(answers, FAILING)).toEqual([]);
    const over = wellRun(mended).at(80).mark('rollout', 0, 'begins').at(90).mark('rollout', 0, 'complete');
    expect(seenIn(await over.saidBy(answers, FAILING))).toEqual(['50.00 % fail']);
  });
});

describe('quiet', () => {
  it('means that no pod comes, goes or fails', async () => {
    const run = wellRun().at(250);
    run.pod();
    run.mark('pod-unready', 0);
    expect(seenIn(await run.saidBy(quiet))).toEqual(['web-2: born', 'web-0']);
    expect(await wellRun().at(150).end(0).at(160).died('pods', 0).saidBy(quiet)).toEqual([]);
  });

  const federated = () => new StagedRun(documentOf(FEDERATION)).member(0, 'east').member(1, 'west');

  it('means that nothing is divided anew', async () => {
    const run = federated().at(250).mark('divided', 0, 'web', 0, 2, 'a rule');
    expect(seenIn(await run.saidBy(quiet))).toEqual(['web 0 2 a rule']);
  });

  it('is not asked of a federation while a pod waits for room, however long ago it was told so', async () => {
    const short = federated().at(10);
    const pod = short.pod();
    short.mark('unschedulable', pod, 'Insufficient cpu', 2);
    expect(await short.at(250).mark('divided', 0, 'web', 0, 2, 'a rule').saidBy(quiet)).toEqual([]);
    const placed = federated().node(0, 'east-node-0').at(10);
    const late = placed.pod();
    placed.mark('unschedulable', late, 'Insufficient cpu', 2).at(20).serve(late, 0);
    const seen = seenIn(await placed.at(250).mark('divided', 0, 'web', 0, 2, 'a rule').saidBy(quiet));
    expect(seen).toEqual(['web 0 2 a rule']);
  });
});
