import { describe, expect, it } from 'vitest';
import { objectValue } from '../../../../models/autoscaling/metric-readings.ts';
import { requestsMetric, ScrapedRates } from '../../../../scenarios/compile/life/scraped-rates.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const SECOND = 1e9;

/** Two services that handle requests at a steady rate. */
function world(perSec: Readonly<Record<string, number>>) {
  const sim = new Simulation();
  const asked: [name: string, seconds: number][] = [];
  const handled = (name: string): number => {
    asked.push([name, sim.nowNs / SECOND]);
    return 1000 + (perSec[name]! * sim.nowNs) / SECOND;
  };
  return { sim, asked, rates: new ScrapedRates({ sim, streams: new StreamSource('rates'), handled }) };
}

describe('rates of requests as an adapter tells them', () => {
  it('are found under the very metric that an autoscaler asks for, in thousandths', () => {
    const { sim, rates } = world({ shop: 12.5, store: 3 });
    const tell = ['shop', 'store'].map((name) => rates.watch(name, { interval: 30 * SECOND, range: 120 * SECOND }));
    sim.run(300 * SECOND);
    const told = ['shop', 'store'].map((name, index) => {
      const spec = requestsMetric(name, 1);
      if (spec.type !== 'Object') throw new Error('the metric of a service is an object');
      const objectMetrics = tell[index]!();
      expect(objectMetrics.size).toBe(1);
      return objectValue({ objectMetrics } as never, spec.describedObject, spec.metric.name);
    });
    expect(told).toEqual([12_500n, 3000n]);
  });

  it('ask for so many requests a second of each pod', () => {
    expect(requestsMetric('shop', 0.25)).toMatchObject({
      describedObject: { kind: 'Service', name: 'shop' },
      target: { averageValueMilli: 250n },
    });
  });

  it('are nothing before two scrapes, and are looked for at the interval that the scenario gives', () => {
    const { sim, asked, rates } = world({ shop: 1 });
    const tell = rates.watch('shop', { interval: 20 * SECOND, range: 100 * SECOND });
    while (asked.length < 1) sim.run(sim.nowNs + SECOND);
    expect(tell().size).toBe(0);
    sim.run(200 * SECOND);
    expect(tell().size).toBe(1);
    const gaps = asked.slice(1).map(([, at], index) => at - asked[index]![1]);
    expect(gaps.every((gap) => Math.abs(gap - 20) < 1e-6)).toBe(true);
  });

  it('reach back over a range that is longer than what is kept by default', () => {
    const perSec = { shop: 0 };
    const { sim, rates } = world(perSec);
    const tell = rates.watch('shop', { interval: 60 * SECOND, range: 1200 * SECOND });
    sim.run(700 * SECOND);
    // All at once, and nothing more: a twentieth of a minute's rate is left when it is spread over twenty.
    perSec.shop = 1;
    sim.run(1150 * SECOND);
    const [milli] = [...tell().values()];
    expect(Number(milli) / 1000).toBeGreaterThan(1 - 0.2);
    sim.run(3000 * SECOND);
    expect(Number([...tell().values()][0]) / 1000).toBeCloseTo(1, 2);
  });
});
