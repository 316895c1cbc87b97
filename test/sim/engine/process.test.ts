import { describe, expect, it } from 'vitest';
import { ProcessRunner, type ProcessSteps, Signal } from '../../../sim/engine/process.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';

function classroom() {
  const simulation = new Simulation();
  const seen: string[] = [];
  const say = (text: string) => void seen.push(`${simulation.nowNs} ${text}`);
  return { simulation, runner: new ProcessRunner(simulation), seen, say };
}

describe('processes', () => {
  it('wait for delays, each at its own pace', () => {
    const { simulation, runner, seen, say } = classroom();
    function* clock(name: string, tickNs: number): ProcessSteps {
      for (let i = 0; i < 3; i++) {
        say(name);
        yield tickNs;
      }
    }
    runner.start(clock('fast', 5));
    runner.start(clock('slow', 10));
    simulation.run();
    expect(seen).toEqual(['0 fast', '0 slow', '5 fast', '10 slow', '10 fast', '20 slow']);
  });

  it('wait for a signal together and get its value', () => {
    const { simulation, runner, seen, say } = classroom();
    const door = new Signal();
    function* guest(name: string): ProcessSteps {
      const value = yield door;
      say(`${name} ${value}`);
    }
    function* porter(): ProcessSteps {
      yield 30;
      door.fire(7);
    }
    runner.start(guest('ann'));
    runner.start(guest('bob'));
    runner.start(porter());
    simulation.run();
    expect(seen).toEqual(['30 ann 7', '30 bob 7']);
  });

  it('wait for the end of another process, also if that is past', () => {
    const { simulation, runner, seen, say } = classroom();
    function* work(): ProcessSteps {
      yield 10;
    }
    const job = runner.start(work());
    function* boss(): ProcessSteps {
      yield job;
      say('done');
      yield job;
      say('still done');
    }
    runner.start(boss());
    expect(job.alive).toBe(true);
    simulation.run();
    expect([job.alive, seen]).toEqual([false, ['10 done', '10 still done']]);
  });

  it('use a slot again after a process has ended', () => {
    const { simulation, runner, seen, say } = classroom();
    function* once(name: string): ProcessSteps {
      yield 1;
      say(name);
    }
    for (let i = 0; i < 3; i++) {
      runner.start(once(`p${i}`));
      simulation.run();
    }
    expect(seen).toEqual(['1 p0', '2 p1', '3 p2']);
  });
});
