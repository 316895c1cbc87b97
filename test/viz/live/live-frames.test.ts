import { describe, expect, it } from 'vitest';
import { compile, type Run, startRun } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { factorOfStep, KNOB_STEPS } from '../../../viz/live/knobs.ts';
import { LiveFrames } from '../../../viz/live/live-frames.ts';

function started(sink: MemorySource, scenario = 'first-steps', overrides: readonly string[] = []): Run {
  const document = loadScenario(bundledLibrary.scenario(scenario)!, scenario, bundledLibrary, overrides);
  const plan = compile(document);
  return startRun(plan, plan.alternatives[0].name, document.seed, { sink, level: 'state' });
}

async function live(): Promise<LiveFrames> {
  const memory = new MemorySource();
  return LiveFrames.start(started(memory), memory, ['one', 'other']);
}

/** Asks until the time is reached, as the screen does. */
async function reach(frames: LiveFrames, timeNs: number) {
  let frame = await frames.frame({ timeNs });
  while (frame.timeNs < timeNs) frame = await frames.frame({ timeNs });
  return frame;
}

describe('a live run', () => {
  it('ends with the digest of the same run without a screen', async () => {
    const frames = await live();
    for (const timeNs of [1e9, 3e9, 2e9, 7e9, 0, 10e9]) await reach(frames, timeNs);
    const end = await reach(frames, 10e9);
    expect(end.digest).toBe(started(new MemorySource()).finish().digest);
  });

  it('comes to its end when nothing happens any more long before it', async () => {
    const memory = new MemorySource();
    const run = started(memory, 'vxlan-wrap', ['traffic.talkers.0.rate=0.001', 'traffic.talkers.1.rate=0.001']);
    const frames = await LiveFrames.start(run, memory, ['one']);
    let end = await frames.frame({ timeNs: 20e9 });
    for (let asked = 0; asked < 2000 && end.timeNs < 20e9; asked++) end = await frames.frame({ timeNs: 20e9 });
    expect(end.timeNs).toBe(20e9);
    expect(end.digest).not.toBeNull();
    expect(run.simulation.nowNs).toBeLessThan(20e9);
  });

  it('has everything on the map from the start and shows time as far as it was computed', async () => {
    const frames = await live();
    const info = await frames.open();
    expect(info.live).toBe(true);
    expect(info.endNs).toBe(10e9);
    expect(info.alternatives).toEqual(['one', 'other']);
    const first = await frames.frame({ timeNs: 0 });
    expect(first.tables['nodes'].count).toBe(12);
    expect(first.edgeNs).toBe(0);
    const later = await reach(frames, 4e9);
    expect(later.edgeNs).toBe(4e9);
    expect(later.digest).toBeNull();
  });

  it('can step back in what it recorded', async () => {
    const frames = await live();
    const first = await reach(frames, 2e9);
    await reach(frames, 8e9);
    const again = await frames.frame({ timeNs: 2e9 });
    expect(first.tables['flows'] ?? first.tables['pods']).toHaveProperty('count', 60);
    expect(again.edgeNs).toBe(8e9);
    expect(again.tables).toEqual(first.tables);
  });

  it('marks a turned knob at the edge and runs differently from there on', async () => {
    const frames = await live();
    await reach(frames, 2e9);
    await frames.tune('load', 4);
    const end = await reach(frames, 10e9);
    const marks = await frames.marks(0);
    const kind = (await frames.open()).catalog.marks.findIndex((mark) => mark.name === 'parameter-changed');
    const at = marks.kind.indexOf(kind);
    expect(marks.timeNs[at]).toBe(2e9);
    expect(end.digest).not.toBe(started(new MemorySource()).finish().digest);
    await expect(frames.tune('load', 1)).rejects.toThrow(/Restart/);
  });
});

it('has sliders from a quarter to four times', () => {
  expect(factorOfStep(-KNOB_STEPS)).toBe(0.25);
  expect(factorOfStep(0)).toBe(1);
  expect(factorOfStep(KNOB_STEPS)).toBe(4);
});
