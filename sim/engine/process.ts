/**
 * Processes in the manner of SimPy, for teaching: a generator that reads like the story of one customer.
 *
 *     function* customer(): ProcessSteps {
 *       yield minutes(3);          // wait for a while
 *       yield doorOpened;          // wait for a signal
 *     }
 *
 * Built on top of `Simulation`; models use plain events instead, as a generator costs an object for each process and
 * several times the time of an event. Left out: interrupting a process, and resources with queues.
 */

import { assert } from './assert.ts';
import type { TimeNs } from './sim-time.ts';
import type { EventKind, Simulation } from './simulation.ts';

/** What a process may wait for: a delay in whole ns, a signal, or the end of another process. */
export type ProcessWait = TimeNs | Signal | Process;

/** The body of a process. A `yield` waits; the value sent by `Signal.fire` comes back from it, else 0. */
export type ProcessSteps = Generator<ProcessWait, void, number>;

/** Processes alive at once; a classroom example has hundreds, so a million means that one starts others without end. */
export const PROCESSES_MAX = 1_000_000;

/** Something that processes can wait for together. */
export class Signal {
  private waiting: Process[] = [];

  /** Wakes every waiting process at the present instant, in the order in which they began to wait. */
  fire(value = 0): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const each of woken) each.wake(value);
  }

  /** For `Process`: adds one to those that wait. */
  addWaiting(process: Process): void {
    this.waiting.push(process);
  }
}

/** One running generator. Made by `ProcessRunner.start`. */
export class Process {
  /** Fires when the process has ended. */
  readonly ended = new Signal();
  private done = false;
  private readonly runner: ProcessRunner;
  private readonly slot: number;
  private readonly steps: ProcessSteps;

  constructor(runner: ProcessRunner, slot: number, steps: ProcessSteps) {
    this.runner = runner;
    this.slot = slot;
    this.steps = steps;
  }

  /** False once the generator has returned. */
  get alive(): boolean {
    return !this.done;
  }

  /** Goes on at the present instant, after the events that are due before. */
  wake(value: number): void {
    this.runner.resumeAfter(0, this.slot, value);
  }

  /** Runs the generator to its next `yield` and arranges for what it waits for. Called by the runner only. */
  advance(value: number): void {
    const { done, value: wait } = this.steps.next(value);
    if (done) this.finish();
    else if (typeof wait === 'number') this.runner.resumeAfter(wait, this.slot, 0);
    else if (wait instanceof Signal) wait.addWaiting(this);
    else this.waitForEnd(wait);
  }

  private waitForEnd(other: Process): void {
    // Nobody will fire the signal of a process that has ended before.
    if (other.alive) other.ended.addWaiting(this);
    else this.wake(0);
  }

  private finish(): void {
    this.done = true;
    this.runner.forget(this.slot);
    this.ended.fire();
  }
}

/** Runs generator processes on a simulation. */
export class ProcessRunner {
  private readonly simulation: Simulation;
  private readonly resume: EventKind;
  private readonly processes: (Process | undefined)[] = [];
  private readonly freeSlots: number[] = [];

  /** @param name Name of the event kind, for a second runner on the same simulation. */
  constructor(simulation: Simulation, name = 'process') {
    this.simulation = simulation;
    this.resume = simulation.kind(name, (slot, value) => this.processes[slot]?.advance(value));
  }

  /** Starts a process: its first step runs `delayNs` from now. */
  start(steps: ProcessSteps, delayNs: TimeNs = 0): Process {
    const slot = this.freeSlots.pop() ?? this.processes.length;
    assert(slot < PROCESSES_MAX, () => `more than ${PROCESSES_MAX} processes`);
    const process = new Process(this, slot, steps);
    this.processes[slot] = process;
    this.resumeAfter(delayNs, slot, 0);
    return process;
  }

  /** For `Process`: lets the process in `slot` go on after a delay. */
  resumeAfter(delayNs: TimeNs, slot: number, value: number): void {
    this.simulation.after(delayNs, this.resume, slot, value);
  }

  /** For `Process`: its generator has returned, so nothing is scheduled for its slot any more. */
  forget(slot: number): void {
    this.processes[slot] = undefined;
    this.freeSlots.push(slot);
  }
}
