/** One active place and a standby in a run: two masters when only the line between them breaks, one when a place dies, never two with a witness. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { federatedWorld } from './federated-world.ts';
import { recordedRun, runOf } from './recorded-run.ts';

const SECOND = 1e9;
const RATE = 10;

/** Callers near both places; the third member has no pods. */
const THREE = federatedWorld({
  replicas: 4,
  start: '5s',
  load: `  start: 50s
  services: [{ name: web, workers: 20, requests: [{ cpu: { constant: 2ms } }] }]
  sources:
    - { name: near-east, to: web, rate: ${RATE}, near: east, timeout: 2s }
    - { name: near-west, to: web, rate: ${RATE}, near: west, timeout: 2s }`,
});

interface Words {
  readonly standby?: string;
  readonly faults?: string;
  readonly more?: string;
  readonly thin?: boolean;
}

function textOf({ standby = '', faults = '', more = '', thin = true }: Words): string {
  return `${thin ? THREE.replace('start: 50s', 'start: 50s\n  thin: {}') : THREE}
federation:
  clusters: [{ name: east }, { name: west }, { name: north, weight: 0 }]
  activeStandby: { workload: web, active: east, standby: west${standby} }
  faults: [${faults}]
  ${more}
`;
}

function metricsOf(words: Words): Record<string, number> {
  return runOf(textOf(words)).metrics;
}

/** What happens to members, with its second. */
async function storyOf(words: Words): Promise<string[]> {
  const { trace } = await recordedRun(textOf(words));
  const member = trace.catalog.marks.findIndex(({ name }) => name === 'member');
  const marks = (await trace.marks()).filter(({ kind }) => kind === member);
  const names = ['east', 'west', 'north'];
  return marks.map(
    ({ timeNs, row, payload }) => `${Math.floor(timeNs / SECOND)} ${names[row]!}: ${trace.text(payload[0]!)}`,
  );
}

const splitSec = (words: Words): number => metricsOf(words)['splitBrainTime']! / SECOND;
const CUT = '{ at: 100s, for: 300s, cut: [east, west] }';
const DIES = '{ at: 100s, cluster: east }';
const WITNESS = ', witness: north';

describe('only the line between the two breaks', () => {
  it.each([
    [10, 3, 3],
    [20, 2, 5],
    [5, 10, 1],
  ])(
    'with probes every %i s, %i failures and %i s of patience both serve from the verdict to the mending',
    (period, failures, timeout) => {
      const standby = `, probes: { period: ${period}s, failures: ${failures}, timeout: ${timeout}s }`;
      const split = splitSec({ standby, faults: CUT });
      // The first probe that fails begins within a period after the cut.
      expect(300 - split).toBeGreaterThan((failures - 1) * period + timeout - 0.2);
      expect(300 - split).toBeLessThan(failures * period + timeout + 0.2);
    },
  );

  it('lasts to the end where nobody mends it, and does not happen where that is sooner than the verdict', () => {
    expect(splitSec({ faults: '{ at: 100s, cut: [east, west] }' })).toBeGreaterThan(800 - 33.2);
    expect(splitSec({ faults: '{ at: 100s, for: 20s, cut: [east, west] }' })).toBe(0);
  });

  it('is no matter of other lines', () => {
    expect(splitSec({ faults: '{ at: 100s, for: 300s, cut: [west, north] }' })).toBe(0);
  });

  it.each([
    ['request by request', false],
    ['by windows', true],
  ])('makes both answer those near them, so that requests of the whole time may contradict: %s', (_, thin) => {
    const words = { faults: CUT, more: 'discovery: { ttl: 1s }', thin };
    const { splitBrainTime, conflictingRequests, requestErrors } = metricsOf(words);
    const expected = (2 * RATE * splitBrainTime!) / SECOND;
    expect(Math.abs(conflictingRequests! - expected)).toBeLessThan(4 * Math.sqrt(expected));
    // Whoever holds the old name for a second is refused when the east gives up.
    expect(requestErrors).toBeLessThan(0.005);
  });

  it('leaves callers refused that never ask for the name again', () => {
    const { requestErrors } = metricsOf({ faults: CUT, more: 'discovery: { resolver: forever }', thin: false });
    // All hold the east from the beginning; from 400 s on it is the standby.
    expect(requestErrors).toBeGreaterThan((900 - 400) / (900 - 50) - 0.02);
    expect(requestErrors).toBeLessThan((900 - 400) / (900 - 50) + 0.02);
  });
});

it('the marks of members tell how it comes to two masters and how it ends', async () => {
  const story = await storyOf({ faults: CUT });
  const untimed = story
    .map((line) => line.replace(/^1[23]\d/, 'verdict'))
    .filter((line) => !line.includes('its lines'));
  expect(untimed.filter((line) => line.startsWith('verdict')).sort()).toEqual([
    'verdict east: it believes west lost',
    'verdict east: two masters of web',
    'verdict west: is the active place of web now',
    'verdict west: it believes east lost',
    'verdict west: two masters of web',
  ]);
  expect(untimed).toContain('400 east: stops to serve web');
  expect(story.filter((line) => line.includes('north'))).toEqual([]);
});

it('pods that call the workload are sent to the active place, from wherever they run', () => {
  const shop = `${textOf({ more: 'discovery: { ttl: 1s }', faults: DIES, thin: false })}`
    .replace('pods: [', 'pods: [{ count: 6, name: shop, cpu: 100m, memory: 100Mi, replicas: 6 }, ')
    .replace('services: [', 'services: [{ name: shop, requests: [{ cpu: { constant: 1ms }, calls: [{ to: web }] }] }, ')
    .replaceAll('to: web, rate', 'to: shop, rate')
    .replace('near: east', 'near: west');
  const { noActiveTime, requestErrors } = runOf(shop).metrics;
  const alone = runOf(shop.replace(/ {2}activeStandby.*\n/, '')).metrics;
  // Callers near the west only: shops of the west ask webs of the west, unless only the east may answer.
  expect(alone['requestErrors']).toBe(0);
  expect(requestErrors! / (noActiveTime! / SECOND / (900 - 50))).toBeGreaterThan(0.85);
  expect(requestErrors! / (noActiveTime! / SECOND / (900 - 50))).toBeLessThan(1.3);
});

describe('a place that dies', () => {
  it('is replaced after the patience of the other one, and nothing is split', () => {
    const { splitBrainTime, noActiveTime, conflictingRequests } = metricsOf({ faults: DIES });
    expect([splitBrainTime, conflictingRequests]).toEqual([0, 0]);
    expect(noActiveTime! / SECOND).toBeGreaterThan(2 * 10 + 3 - 0.2);
    expect(noActiveTime! / SECOND).toBeLessThan(3 * 10 + 3 + 0.2);
  });

  it('fails the same requests as long as nobody is active, and none after that', () => {
    const { noActiveTime, requestErrors } = metricsOf({ faults: DIES, more: 'discovery: { ttl: 1s }', thin: false });
    const share = noActiveTime! / SECOND / (900 - 50);
    expect(requestErrors! / share).toBeGreaterThan(0.85);
    expect(requestErrors! / share).toBeLessThan(1.3);
  });

  it('costs nothing if it is the standby, and nothing is active if both die', () => {
    const dead = metricsOf({ faults: '{ at: 100s, cluster: west }' });
    expect([dead['splitBrainTime'], dead['noActiveTime']]).toEqual([0, 0]);
    const both = metricsOf({ faults: `${DIES}, { at: 100s, cluster: west }` });
    expect(both['noActiveTime']! / SECOND).toBeCloseTo(800, 3);
  });
});

describe('with a witness', () => {
  it('the active place goes on alone when only the line breaks: the witness still hears it', () => {
    const { splitBrainTime, noActiveTime } = metricsOf({ standby: WITNESS, faults: CUT });
    expect([splitBrainTime, noActiveTime]).toEqual([0, 0]);
  });

  it('a place that is cut from all stops, and the other one takes over; without one both serve', () => {
    const isolated = '{ at: 100s, for: 300s, isolate: east }';
    const { splitBrainTime, noActiveTime } = metricsOf({ standby: WITNESS, faults: isolated });
    expect(splitBrainTime).toBe(0);
    expect(noActiveTime! / SECOND).toBeGreaterThan(2 * 10 + 3 - 0.2);
    expect(noActiveTime! / SECOND).toBeLessThan(3 * 10 + 3 + 0.2);
    expect(splitSec({ faults: isolated })).toBeGreaterThan(300 - 33.2);
  });

  it('there are never two, whatever breaks', () => {
    const members = ['east', 'west', 'north'];
    const fault = fc.record({
      at: fc.integer({ min: 60, max: 800 }),
      lasts: fc.integer({ min: 1, max: 400 }),
      what: fc.constantFrom('cut', 'isolate', 'cluster'),
      which: fc.nat(2),
    });
    const written = fault.map(({ at, lasts, what, which }) => {
      const [a, b] = [members[which]!, members[(which + 1) % 3]!];
      return `{ at: ${at}s, for: ${lasts}s, ${what}: ${what === 'cut' ? `[${a}, ${b}]` : a} }`;
    });
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 6 }), fc.boolean(), (faults, failback) => {
        const standby = `${WITNESS}, failback: ${failback}`;
        expect(splitSec({ standby, faults: faults.join(', ') })).toBe(0);
      }),
      { numRuns: 20, seed: 6 },
    );
  });
});

it('with failback the first place serves again when it is back, else the standby goes on', () => {
  const faults = '{ at: 100s, for: 100s, cluster: east }, { at: 500s, cluster: west }';
  // When the west dies, nobody misses it if the east serves.
  const none = (standby: string): number => metricsOf({ standby, faults })['noActiveTime']! / SECOND;
  expect(none('')).toBeGreaterThan(2 * 23 - 0.4);
  expect(none('')).toBeLessThan(2 * 33.2);
  expect(none(', failback: true')).toBeLessThan(33.2);
});
