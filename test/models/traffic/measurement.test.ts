import { describe, expect, it } from 'vitest';
import { type CarriedFlow, Measurement } from '../../../models/traffic/measurement.ts';
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';

function flow(changes: Partial<CarriedFlow>): CarriedFlow {
  return {
    measures: 'latency',
    bytes: 1000,
    latencyNs: 10,
    transferNs: 5,
    cpuNs: 2000,
    crossedNetwork: true,
    ...changes,
  };
}

describe('Measurement', () => {
  it('leaves out every figure that has no sample', () => {
    const figures = new Measurement().metrics(3);
    expect(figures).toEqual({
      flows: 0,
      flowsUnfinished: 3,
      flowsStalled: 0,
      flowsRetried: 0,
      flowsRefused: 0,
      deadPodWait: 0,
      callersAbsent: 0,
      flowsUnserved: 0,
      flowsFailed: 0,
      bytesLost: 0,
      uplinkLoadPeak: 0,
    });
  });

  it('takes quantiles over requests only, in numerical order, however many', () => {
    const measurement = new Measurement();
    for (let i = 5000; i > 0; i--) measurement.finished(flow({ latencyNs: i }));
    measurement.finished(flow({ measures: 'throughput', latencyNs: 1e9 }));
    measurement.finished(flow({ measures: 'continuity', latencyNs: 1e9 }));
    const { latencyP50, latencyP99 } = measurement.metrics(0) as { latencyP50: number; latencyP99: number };
    expect(latencyP50).toBeCloseTo(2500.5, 9);
    expect(latencyP99).toBeCloseTo(1 + 0.99 * 4999, 9);
  });

  it('weighs throughput by time, and processor time by bytes of all flows', () => {
    const measurement = new Measurement();
    measurement.finished(flow({ measures: 'throughput', bytes: 1000, transferNs: 1000, cpuNs: 500 }));
    measurement.finished(flow({ measures: 'throughput', bytes: 1000, transferNs: 3000, cpuNs: 500 }));
    measurement.finished(flow({ measures: 'continuity', bytes: 2000, transferNs: 1, cpuNs: 3000 }));
    const figures = measurement.metrics(0);
    expect(figures['goodput']).toBe((2000 * 8 * 1e9) / 4000);
    // 4,000 ns for 4,000 bytes are a second for a gigabyte.
    expect(figures['cpuPerGigabyte']).toBeCloseTo(1, 9);
  });

  it('means hops and crossings over flows, loads over samples, limits over sampled flows', () => {
    const measurement = new Measurement();
    measurement.started(0, false);
    measurement.started(4, true);
    measurement.uplinks(0.1, 0.9);
    measurement.uplinks(0.3, 0.4);
    for (const limit of ['Uplink', 'Core', 'Core', 'Pace'] as const) measurement.boundBy(limit);
    expect(measurement.metrics(0)).toMatchObject({
      hops: 2,
      crossRackShare: 0.5,
      uplinkLoadMean: 0.2,
      uplinkLoadPeak: 0.9,
      boundByUplink: 0.25,
      boundByCore: 0.5,
      boundByPace: 0.25,
      boundByHostLink: 0,
      boundByProcessors: 0,
    });
  });

  it('ranks requests without an answer as slower than all answered ones', () => {
    const measurement = new Measurement();
    for (let i = 1; i <= 60; i++) measurement.finished(flow({ latencyNs: i }));
    for (let i = 0; i < 40; i++) measurement.unanswered(5);
    expect(measurement.metrics(0)['latencyP50']).toBeCloseTo(50.5, 9);
    // Nobody knows the 99th of a hundred: the longest wait that is known stands for it.
    expect(measurement.metrics(0)['latencyP99']).toBe(60);
    measurement.unanswered(900);
    expect(measurement.metrics(0)['latencyP99']).toBe(900);
  });

  it('counts what a cut flow has carried, and the time that it took', () => {
    const measurement = new Measurement();
    measurement.finished(flow({ measures: 'throughput', bytes: 1000, transferNs: 1000 }));
    measurement.cut(flow({ measures: 'throughput', bytes: 0, transferNs: 3000 }));
    expect(measurement.metrics(1)['goodput']).toBe((1000 * 8 * 1e9) / 4000);
  });

  it('leaves flows between pods of one node out of throughput', () => {
    const measurement = new Measurement();
    measurement.finished(flow({ measures: 'throughput', crossedNetwork: false }));
    expect(measurement.metrics(0)['goodput']).toBeUndefined();
  });

  it('tells refusals from waits', () => {
    const measurement = new Measurement();
    measurement.metDeadReplica(3e9, false);
    measurement.metDeadReplica(2e4, true);
    expect(measurement.metrics(0)).toMatchObject({ flowsRetried: 2, flowsRefused: 1, deadPodWait: 3e9 + 2e4 });
  });

  it('keeps the longest stand-still, once a link broke', () => {
    const measurement = new Measurement();
    expect(measurement.metrics(0)['rerouteTime']).toBeUndefined();
    measurement.linkBroke = true;
    measurement.stoodStill(10, 30);
    measurement.stoodStill(40, 45);
    expect(measurement.metrics(0)['rerouteTime']).toBe(20);
  });

  it('names its figures as the catalog does', () => {
    const measurement = new Measurement();
    measurement.started(1, false);
    measurement.finished(flow({}));
    measurement.finished(flow({ measures: 'throughput' }));
    measurement.uplinks(0, 0);
    measurement.boundBy('Core');
    const known = CLOUD_CATALOG.metrics.map(({ key }) => key);
    for (const key of Object.keys(measurement.metrics(0))) expect(known).toContain(key);
  });
});
