/** Members of a federation whose nodes come and go: what a loss makes of them, and what all of it costs. */
import { describe, expect, it } from 'vitest';
import { GROWTH_PARTS } from '../../../../scenarios/compile/life/growth-timeline.ts';
import { federatedWorld } from './federated-world.ts';
import { recordedRun } from './recorded-run.ts';

const LOAD = `  start: 30s
  services: [{ name: web, workers: 50, requests: [{ cpu: { exponential: { mean: 20ms } }, answer: 10KiB }] }]
  sources: [{ name: visitors, to: web, rate: 10, near: west, timeout: 5s }]`;
/** Seven pods fit into two nodes: ten of 2 x 7 places are taken. */
const WORLD = federatedWorld({ replicas: 10, start: '5s', load: LOAD }).replace('cpu: 8, memory', 'cpu: 4, memory');
const GROUPS = 'groups: [{ nodes: node, min: 2, max: 5, boot: { constant: 100s }, price: 0.9 }]';
const DIES = `  faults: [{ at: 300s, cluster: east }]`;

function federation(members: string, more = ''): string {
  return `federation:\n  clusters: [${members}]\n  profile: karmadaFrom16Static\n${DIES}\n${more}`;
}

async function run(text: string) {
  const { result, trace: reader } = await recordedRun(text);
  const marks = (await reader.marksFrom(0)).map((mark) => {
    const { name, payload } = reader.catalog.marks[mark.kind]!;
    const words = payload.map((field, at) => ('text' in field ? reader.text(mark.payload[at]!) : '')).join('');
    return { name, row: mark.row, seconds: mark.timeNs / 1e9, words };
  });
  const nodesAt = async (seconds: number): Promise<string[]> => {
    const table = (await reader.stateAt(seconds * 1e9)).table('nodes');
    return Array.from({ length: table.count }, (_, i) => table.name(i));
  };
  return { metrics: result.metrics, marks, nodesAt };
}

describe('members whose nodes come and go', () => {
  it('grow for what they take over: the way from the loss to the first byte says how long that takes', async () => {
    const text = WORLD + federation('{ name: east }, { name: west }', `nodeAutoscaler: { ${GROUPS} }\n`);
    const { metrics, marks } = await run(text);
    // Ten pods and 3 on each node: four nodes in the west, which had two.
    expect([metrics['nodesAdded'], metrics['nodesPeak']]).toEqual([2, 6]);
    const parts = Object.fromEntries(
      Object.entries(metrics).flatMap(([key, ns]) => (key.startsWith('growth') ? [[key.slice(6), ns / 1e9]] : [])),
    );
    expect(Object.keys(parts)).toHaveLength(GROWTH_PARTS.length);
    expect(Object.values(parts).reduce((sum, one) => sum + one, 0)).toBeCloseTo(metrics['loadToFirstByte']! / 1e9, 6);
    // It begins with the loss: verdict and plan are those of the outage.
    expect(parts['Measured']).toBeCloseTo(metrics['timeToDetect']! / 1e9, 9);
    expect(parts['Decided']).toBeCloseTo(metrics['timeToDecide']! / 1e9 + 0.01, 6);
    expect(parts['Joined']).toBeCloseTo(100, 6);
    // Pods are placed when the machines have joined, and not before.
    expect(metrics['timeToPlace']! / 1e9).toBeGreaterThan(100);
    expect(metrics['timeToPlace']! / 1e9).toBeLessThan(112);
    const told = marks.filter(({ name }) => name === 'first-answer');
    expect(told).toHaveLength(5);
  });

  it('cost what their machines and the traffic and lines between them cost, in one sum', async () => {
    const line = '  lines: [{ between: [east, west], kind: dedicated, pricePerHour: 2, rate: 1Gbps, rtt: 10ms }]\n';
    const text = WORLD + federation('{ name: east }, { name: west }', `${line}nodeAutoscaler: { ${GROUPS} }\n`);
    // Callers near the east are served by the west when it is dead.
    const { metrics } = await run(text.replace('near: west', 'near: east'));
    expect(metrics['machineCost']).toBeCloseTo(metrics['nodesMean']! * 0.25 * 0.9, 9);
    expect(metrics['lineCost']).toBeCloseTo(0.5, 9);
    expect(metrics['crossTrafficCost']).toBeGreaterThan(0);
    const sum = metrics['machineCost']! + metrics['crossTrafficCost']! + metrics['lineCost']!;
    expect(metrics['totalCost']).toBeCloseTo(sum, 12);
    // Windows send nothing over lines, and nobody says that this costs nothing.
    const thin = await run(text.replace('  start: 30s\n', '  start: 30s\n  thin: {}\n'));
    expect([thin.metrics['crossTrafficCost'], thin.metrics['totalCost']]).toEqual([undefined, undefined]);
    expect(thin.metrics['lineCost']).toBeCloseTo(0.5, 9);
  });

  it('may each do it in a way of their own, or not at all', async () => {
    const own = `{ name: west, nodeAutoscaler: { ${GROUPS.replace('boot: { constant: 100s }', 'boot: { constant: 30s }').replace('min: 2, ', '')}, justInTime: {} } }`;
    const { metrics, marks, nodesAt } = await run(WORLD + federation(`{ name: east }, ${own}`));
    expect(metrics['growthJoined']! / 1e9).toBeCloseTo(30, 6);
    expect(metrics['growthAsked']! / 1e9).toBeCloseTo(1, 2);
    expect(metrics['nodesPeak']).toBe(6);
    expect((await nodesAt(899)).filter((name) => name.startsWith('west-'))).toHaveLength(4);
    const away = await run(WORLD + federation(`{ name: east, nodeAutoscaler: { ${GROUPS} } }, { name: west }`));
    expect([away.metrics['nodesAdded'], away.metrics['timeToPlace']]).toEqual([0, undefined]);
    expect(away.marks.some(({ name }) => name === 'machine-asked')).toBe(false);
    expect(marks.filter(({ name }) => name === 'machine-asked')).toHaveLength(2);
  });

  it('keep a reserve each, which is no work of the federation and gives way to what is taken over', async () => {
    const reserve = `nodeAutoscaler: { ${GROUPS}, reserve: { largestPods: 5 } }\n`;
    const { metrics, nodesAt } = await run(WORLD + federation('{ name: east }, { name: west }', reserve));
    // Five pods and five pause pods: four nodes in each from the start.
    expect(await nodesAt(290)).toHaveLength(8);
    expect(metrics['timeToPlace']! / 1e9).toBeLessThan(5);
    expect(metrics['growthJoined']).toBe(0);
    // Pause pods are not among what is to be served elsewhere.
    expect(metrics['outageTime']! / 1e9).toBeLessThan(130);
  });

  it('are not made for replicas that an estimate says do not fit', async () => {
    const text = WORLD + federation('{ name: east }, { name: west }', `nodeAutoscaler: { ${GROUPS} }\n`);
    const { metrics, marks } = await run(text.replace('karmadaFrom16Static', 'karmadaFrom16Dynamic'));
    expect([metrics['nodesAdded'], metrics['timeToPlace']]).toEqual([0, undefined]);
    // What found no place is told, with its reason at each member.
    expect(metrics['replicasUnplaced']).toBe(5);
    expect(marks.some(({ name, words }) => name === 'divided' && /; 5 of 10 replicas find no place$/.test(words))).toBe(
      true,
    );
  });

  it('get no machines while they have no power: one that was booting joins when it is back', async () => {
    const text = WORLD.replace('changes:', '').concat(
      'changes: [{ at: 295s, scale: web, to: 16 }]\n',
      federation('{ name: east }, { name: west }', `nodeAutoscaler: { ${GROUPS} }\n`)
        .replace('at: 300s, cluster', 'at: 310s, for: 200s, cluster')
        .replace('profile: karmadaFrom16Static\n', 'profile: karmadaFrom16Static\n  detection: { actAfter: 600s }\n'),
    );
    const { marks } = await run(text);
    const joined = marks.filter(({ name }) => name === 'node-joined').map(({ seconds }) => seconds);
    const asked = marks.filter(({ name }) => name === 'machine-asked').map(({ seconds }) => seconds);
    expect(joined).toHaveLength(2);
    // The west has its machine in time, the east when it is back.
    expect(Math.max(...asked)).toBeLessThan(310);
    expect(joined[0]).toBeCloseTo(asked[asked.length - 1]! + 100, 0);
    expect(joined[1]).toBe(510);
    // Whoever would ask for a machine has no power either: pods that are too young for it before the loss wait until it is over.
    const patient = await run(text.replace(`{ ${GROUPS} }`, `{ ${GROUPS}, newPodDelay: 30s }`));
    const ofEast = patient.marks.filter(({ name, words }) => name === 'machine-asked' && words.startsWith('east-'));
    expect(ofEast).toHaveLength(1);
    expect(ofEast[0]!.seconds).toBeGreaterThanOrEqual(510);
    expect(ofEast[0]!.seconds).toBeLessThan(521);
  });
});

describe('faults in members whose nodes come and go', () => {
  it('strike the node of the name, whatever machines may stand before it', async () => {
    const text = WORLD + federation('{ name: east }, { name: west }', `nodeAutoscaler: { ${GROUPS} }\n`);
    const { marks, nodesAt } = await run(text.replace(DIES, '').concat('faults: [{ at: 100s, node: west-node-1 }]\n'));
    const down = marks.filter(({ name }) => name === 'node-down');
    expect(down).toHaveLength(1);
    expect((await nodesAt(90))[down[0]!.row]).toBe('west-node-1');
  });

  it('of a zone strike machines that were added there too', async () => {
    const text = WORLD + federation('{ name: east }, { name: west }', `nodeAutoscaler: { ${GROUPS} }\n`);
    const zone = 'faults: [{ at: 700s, zone: west-a }]\n';
    const { marks } = await run(text + zone);
    expect(marks.filter(({ name, seconds }) => name === 'node-down' && seconds === 700)).toHaveLength(4);
  });
});
