import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { planOfText } from '../small-worlds.ts';
import { recordedRun } from './recorded-run.ts';

/** Bytes on the wire for each byte of a layer: full packets of an MTU of 1,500. */
const WIRE = 1538 / 1448;

/** One pod on each of four nodes, which have nothing at first. */
function world({ registry = '1Gbps', more = '', workloads = '', pods = 4, extra = '' }): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: 400s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: ${pods}, name: web, cpu: 3, memory: 512Mi, replicas: 4 }${extra}]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 100Gbps }
environment: machine-room-bgp
scheme: calico-bgp
images: { registry: ${registry}${more} }
workloads: { web: { image: { layers: [{ name: base, size: 80MB }, { name: web, size: 20MB }] } }${workloads} }
load:
  start: 1s
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 5 }]
`;
}

function metricsOf(text: string): Readonly<Record<string, number>> {
  const plan = planOfText(text);
  return startRun(plan, plan.alternatives[0]!.name, 'test/0').finish().metrics;
}

async function marksOf(text: string, kind: string): Promise<{ atS: number; words: string }[]> {
  const { trace: reader } = await recordedRun(text);
  return (await reader.marksFrom(0))
    .filter((mark) => reader.catalog.marks[mark.kind]!.name === kind)
    .map(({ timeNs, payload }) => ({ atS: timeNs / 1e9, words: reader.text(payload[0]!) ?? '' }));
}

describe('images of living services', () => {
  it('share the line of the registry when all nodes want them', () => {
    const { imagePullLongest, imageBytes, imagePulls } = metricsOf(world({}));
    expect(imagePulls).toBe(4);
    expect(imageBytes).toBe(400e6);
    expect(imagePullLongest! / 1e9).toBeCloseTo((4 * 100e6 * 8 * WIRE) / 1e9, 2);
  });

  it('come as fast as the link of the node lets them when the registry has enough', () => {
    const { imagePullLongest } = metricsOf(world({ registry: '100Gbps' }));
    expect(imagePullLongest! / 1e9).toBeCloseTo((100e6 * 8 * WIRE) / 10e9, 3);
  });

  it('never come later from a registry with twice the line', () => {
    const took = ['250Mbps', '500Mbps', '1Gbps', '2Gbps', '50Gbps'].map(
      (registry) => metricsOf(world({ registry }))['imagePullLongest']!,
    );
    for (const [at, each] of took.entries()) if (at > 0) expect(each).toBeLessThanOrEqual(took[at - 1]!);
    expect(took[4]!).toBeLessThan(took[0]! / 20);
  });

  it('are pulled once by each node, and not at all where they are', () => {
    const there = world({}).replace('image: {', 'image: { there: true,');
    expect(metricsOf(there)['imagePulls']).toBeUndefined();
    const roll = (text: string): Readonly<Record<string, number>> =>
      metricsOf(`${text}changes: [{ at: 60s, roll: web }]\n`.replace('cpu: 3', 'cpu: 1'));
    // A new version brings its last layer only: the base is there.
    const rolled = roll(there);
    expect(rolled['imageBytes']! / 20e6).toBe(rolled['imagePulls']);
    expect(rolled['imagePulls']).toBeGreaterThanOrEqual(1);
    expect(rolled['imagePulls']).toBeLessThanOrEqual(4);
  });

  it('are pulled one after another on a node, or at once', () => {
    const both = (pullsAtOnce: number): string =>
      world({
        pods: 1,
        more: `, pullsAtOnce: ${pullsAtOnce}`,
        extra: ', { count: 1, name: other, cpu: 500m, memory: 512Mi }',
        workloads: ', other: { image: { layers: [{ name: other, size: 100MB }] } }',
      }).replace('count: 4, name: node', 'count: 1, name: node');
    const oneS = (100e6 * 8 * WIRE) / 1e9;
    const serial = metricsOf(both(1));
    const parallel = metricsOf(both(2));
    expect(serial['imagePullLongest']! / 1e9).toBeCloseTo(oneS, 2);
    // Three flows: two layers of one, one of the other; the small layer ends first.
    expect(parallel['imagePullLongest']! / 1e9).toBeCloseTo(2 * oneS, 2);
  });

  it('that the registry does not send are tried again after pauses that double', async () => {
    const text = world({ pods: 1, more: ', away: [{ at: 0s, for: 200s }]' });
    const failed = await marksOf(text, 'image-pull-failed');
    // 30 s until it is given up; pauses of 10, 20, 40 and 80 s; the registry is back in the last.
    const fromFirst = failed.map(({ atS }) => Math.round(atS - failed[0]!.atS));
    expect(fromFirst).toEqual([0, 40, 90, 160]);
    expect(failed[0]!.atS).toBeGreaterThan(30);
    expect(failed[0]!.atS).toBeLessThan(31);
    const [pulled] = await marksOf(text, 'image-pulled');
    expect(Math.round(pulled!.atS - failed[3]!.atS)).toBe(81);
    expect(pulled!.words).toContain('web: 100 MB in ');
  });

  it('have their share in the way from load to the first byte', () => {
    const text =
      `${world({ registry: '100Mbps' }).replace('count: 4, name: web', 'count: 2, name: web').replace('rate: 5', 'rate: 100')}
autoscalers: [{ target: web, min: 2, max: 3, cpu: 20% }]
`.replace('2ms', '20ms');
    const { growthPulled, loadToFirstByte } = metricsOf(text);
    expect(growthPulled! / 1e9).toBeCloseTo((100e6 * 8 * WIRE) / 100e6, 1);
    expect(loadToFirstByte).toBeGreaterThan(growthPulled!);
  });
});

describe('disks of nodes', () => {
  const full = (disk: string, kind: string, more: string, duration = '1100s'): string =>
    `${world({ registry: '10Gbps', more: `, disk: { ${disk} }` })}${more}`
      .replace(
        'layers: [{ name: base, size: 80MB }, { name: web, size: 20MB }] }',
        `layers: [{ name: web, size: 100MB }]${kind}`,
      )
      .replace('duration: 400s', `duration: ${duration}`);
  const rolls = 'changes: [{ at: 60s, roll: web }, { at: 600s, roll: web }]\n';
  const web = '}, maxSurge: 0, maxUnavailable: 4';

  it('that are full beyond what kubelets allow lose all unused images at once, and nodes take nobody meanwhile', async () => {
    // 300 MB on the disk for each version: 900 of 1,000 with the third.
    const text = full('size: 1GB', web, rolls);
    const { diskUsePeak, imagesRemoved, imageBytesFreed, diskEvictions } = metricsOf(text);
    expect(diskUsePeak).toBeCloseTo(0.9, 6);
    expect(imagesRemoved).toBe(8);
    expect(imageBytesFreed).toBe(8 * 300e6);
    expect(diskEvictions).toBe(0);
    const pressure = await marksOf(text, 'disk-pressure');
    expect(pressure.map(({ words }) => words)).toEqual([
      ...Array<string>(4).fill('takes no new pods'),
      ...Array<string>(4).fill('takes pods again'),
    ]);
    // A look each 10 s, a status each 10 s; five minutes after the look.
    const removed = await marksOf(text, 'image-removed');
    for (const { atS } of removed) expect(atS).toBeLessThan(612);
    for (const { atS } of pressure.slice(4)) {
      expect(atS).toBeGreaterThan(900);
      expect(atS).toBeLessThan(935);
    }
  });

  it('that fill before a kubelet has noted its images cost pods their place: what it did not know counts as new', () => {
    const early = full('size: 1GB', web, rolls.replace('600s', '200s'), '400s');
    expect(metricsOf(early)['diskEvictions']).toBeGreaterThan(0);
  });

  it('that kubelets let become fuller lose one image at the next look at images', () => {
    const text = full('size: 1GB, evictBelow: 5%', web, rolls);
    const { imagesRemoved, imageGarbageShort } = metricsOf(text);
    // 100 MB are wanted, and that is what an image counts for, although 300 are freed.
    expect(imagesRemoved).toBe(4);
    expect(imageGarbageShort).toBe(0);
  });

  it('that nothing can be removed from cost a pod its place', async () => {
    const text = full('size: 340MB', ', there: true }', '', '400s');
    const { diskEvictions, imageGarbageShort } = metricsOf(text);
    expect(diskEvictions).toBeGreaterThanOrEqual(4);
    expect(imageGarbageShort).toBeGreaterThan(0);
    const [first] = await marksOf(text, 'disk-evicted');
    expect(first!.words).toBe('12 % of the disk of its node are left');
    expect(first!.atS).toBeLessThan(12);
  });

  it('that have no room fail a pull', async () => {
    const text = world({
      pods: 1,
      registry: '10Gbps',
      more: ', disk: { size: 500MB, evictBelow: 1%, expansion: 1 }',
      extra: ', { count: 1, name: other, cpu: 500m, memory: 512Mi }',
      workloads: ', other: { image: { layers: [{ name: other, size: 450MB }] } }',
    }).replace('count: 4, name: node', 'count: 1, name: node');
    const failed = await marksOf(text, 'image-pull-failed');
    expect(failed[0]!.words).toMatch(/^(web|other): no space left on the disk$/);
    expect(metricsOf(text)['imagePullsFailed']).toBe(failed.length);
  });

  it('keep the image of a Job that has ended as long as its pods are kept', () => {
    const job = (more: string): string =>
      world({
        pods: 1,
        registry: '10Gbps',
        more: ', disk: { size: 340MB, evictBelow: 1% }',
        extra: ', { count: 1, name: once, cpu: 500m, memory: 512Mi }',
        workloads: `, once: { kind: Job, run: 5s${more}, image: { layers: [{ name: once, size: 100MB }] } }`,
      })
        .replace('web: { image: { layers: [{ name: base, size: 80MB }, { name: web, size: 20MB }] } }, ', '')
        .replace('count: 4, name: node', 'count: 1, name: node')
        .replace('duration: 400s', 'duration: 700s');
    const kept = metricsOf(job(''));
    expect(kept['imagesRemoved']).toBe(0);
    expect(kept['imageGarbageShort']).toBeGreaterThanOrEqual(2);
    expect(metricsOf(job(', ttlAfterFinished: 10s'))['imagesRemoved']).toBe(1);
  });
});
