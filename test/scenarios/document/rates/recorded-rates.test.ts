import { describe, expect, it } from 'vitest';
import { compile, startRun } from '../../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { withFolder } from '../../../../scenarios/document/library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import { loadPlanOf } from '../../../../scenarios/document/load-plan.ts';
import { ScenarioProblems } from '../../../../scenarios/document/problems.ts';
import type { ScenarioDocument } from '../../../../scenarios/document/schema.ts';

const scenario = (rate: string, thin = ''): string => `
wavetank: 1
title: A recorded day
question: Does it come as it was?
duration: 50s
cluster:
  nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: 2, name: web, cpu: 1, memory: 512Mi }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  services: [{ name: web, requests: [{ cpu: { constant: 1ms } }] }]
  ${thin}
  sources:
    - name: visitors
      to: web
      rate: ${rate}
`;

const DAY = 'time,qps,pod\n0,40,a\n0,60,b\n10,100,a\n10,200,b\n20,20,a\n20,0,b\n';

function load(rate: string, text = DAY, name = 'day.csv', thin = ''): ScenarioDocument {
  const beside = withFolder(bundledLibrary, {
    text: (path) => (path === name ? text : undefined),
    files: () => [name],
  });
  return loadScenario(scenario(rate, thin), 'test.yaml', beside);
}

function problems(rate: string, text = DAY): string[] {
  try {
    load(rate, text);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(
      ({ file, line, path, message, expected }) => `${file}:${line} ${path}: ${message}; ${expected}`,
    );
  }
}

const rateOf = (document: ScenarioDocument): unknown => document.load!.sources[0]!.rate;
const S = 1e9;

describe('a recorded rate in a scenario', () => {
  it('becomes steps, scaled, of the rows that are asked for', () => {
    expect(rateOf(load('{ recorded: day.csv, scale: 2 }'))).toEqual({
      steps: [
        { at: 0, rate: 200 },
        { at: 10 * S, rate: 600 },
        { at: 20 * S, rate: 40 },
      ],
      between: 'step',
    });
    const ofPod = rateOf(load('{ recorded: day.csv, where: { pod: b }, after: stop }'));
    expect(ofPod).toEqual({
      steps: [
        { at: 0, rate: 60 },
        { at: 10 * S, rate: 200 },
        { at: 20 * S, rate: 0 },
        { at: 30 * S, rate: 0 },
      ],
      between: 'step',
    });
    expect(rateOf(load('{ recorded: day.csv, after: repeat }'))).toMatchObject({ repeatEvery: 30 * S });
    expect(load('{ recorded: day.csv }').notes).toEqual(['day.csv: 6 rows, 3 instants over 20 s, one every 10 s.']);
  });

  it.each([
    ['request by request', ''],
    ['by windows', 'thin: { window: 5s }'],
  ])('is the load of a run, %s', (_, thin) => {
    const offered = (rate: string): number => {
      const plan = compile(load(rate, DAY, 'day.csv', thin));
      const { metrics } = startRun(plan, plan.alternatives[0]!.name, 'seed').finish();
      return metrics['requestsOffered']! * 50;
    };
    // 10 s at 100, 10 s at 300, 30 s at 20; five standard deviations are about 340.
    const expected = 1000 + 3000 + 600;
    expect(Math.abs(offered('{ recorded: day.csv }') - expected)).toBeLessThan(5 * Math.sqrt(expected));
    const stopped = offered('{ recorded: day.csv, after: stop }');
    expect(Math.abs(stopped - 4200)).toBeLessThan(5 * Math.sqrt(4200));
    expect(Math.abs(offered('{ recorded: day.csv, scale: 0.5 }') - expected / 2)).toBeLessThan(
      5 * Math.sqrt(expected / 2),
    );
  });

  it('falls to nothing after its last row, straight lines too', () => {
    const plan = loadPlanOf(load('{ recorded: day.csv, between: linear, after: stop }').load!);
    expect(plan.sources[0]).toMatchObject({
      rate: { timesNs: [0, 10 * S, 20 * S, 30 * S - 1, 30 * S], perSec: [100, 300, 20, 20, 0] },
    });
  });

  it('tells what is wrong with a file at its lines', () => {
    const text = 'time,qps\n0,1\n10,-3\n20,\n15,4\n30,x\n';
    expect(problems('{ recorded: day.csv }', text)).toEqual([
      expect.stringMatching(/^day\.csv:3 .*qps is -3; a rate is 0 or more/),
      expect.stringMatching(/^day\.csv:4 .*qps is empty: a hole/),
      expect.stringMatching(/^day\.csv:5 .*goes back/),
      expect.stringMatching(/^day\.csv:6 .*"x"/),
    ]);
    const hole = 'time,qps\n0,1\n10,1\n20,1\n50,1\n';
    expect(problems('{ recorded: day.csv }', hole)).toEqual([
      expect.stringMatching(/^day\.csv:5 .*hole of 30 s before this row/),
    ]);
    expect(load('{ recorded: day.csv, holes: zero }', hole).notes[1]).toMatch(/2 instants without rows, taken as 0/);
    expect(problems('{ recorded: day.csv, value: rps }')).toEqual([
      expect.stringMatching(/^day\.csv:1 .*no column rps; there are time, qps, pod/),
    ]);
  });

  it('says of an empty file that it is empty', () => {
    expect(problems('{ recorded: day.csv }', '')).toEqual([expect.stringMatching(/^day\.csv:1 .*The file is empty/)]);
  });

  it('tells what is wrong with the words of the scenario', () => {
    expect(problems('{ recorded: night.csv }')).toEqual([
      expect.stringMatching(/^test\.yaml:18 load\.sources\.0\.rate\.recorded: there is no such file/),
    ]);
    expect(problems('{ recorded: ../day.csv }')).toEqual([
      expect.stringMatching(/recorded: not a file beside the scenario/),
    ]);
    expect(problems('{ recorded: day.csv, scale: 1000000 }')).toEqual([
      expect.stringMatching(/rate\.scale: the recorded rate becomes too high; at most 10000000/),
    ]);
    expect(problems('{ recorded: day.csv, holes: guess }')).toEqual([
      expect.stringMatching(/rate\.holes: not a known value; one of refuse, zero, interpolate/),
    ]);
    expect(problems('{ recorded: day.csv, colum: qps }')).toEqual([expect.stringMatching(/rate\.colum: this key/)]);
    expect(problems('{ recorded: day.csv, scale: -1 }')).toEqual([expect.stringMatching(/rate\.scale: too small/)]);
  });
});
