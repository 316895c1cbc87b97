/**
 * The peers of the hold model: what they need, how they are compiled, how they are called.
 *
 * Nothing is installed here. A peer that is missing is named with the package that brings it; one that does not compile,
 * with what the compiler said.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords } from './rounds.ts';

/** What one run of the hold model is asked for. */
export interface HoldSize {
  readonly pending: number;
  readonly warmUp: number;
  readonly events: number;
  /** A file of delays: doubles, as many as a power of two. */
  readonly delaysFile: string;
}

/** A system that can run the hold model. */
export interface HoldPeer {
  readonly name: string;
  /** Slow systems run fewer events. */
  readonly slow: boolean;
  readonly pendingMax: number;
  /** Why it goes no further than `pendingMax`; empty if it does. */
  readonly limit: string;
  /** Command and arguments. */
  readonly commandLine: (size: HoldSize) => readonly [string, readonly string[]];
}

/** A peer that cannot be measured here, and why. */
export interface AbsentPeer {
  readonly name: string;
  readonly why: string;
}

/** Longest compilation. ns-3's headers take ten seconds on a busy machine. */
const COMPILE_LIMIT_MS = 120_000;

const sizes = ({ pending, warmUp, events, delaysFile }: HoldSize): string[] => [
  String(pending),
  String(warmUp),
  String(events),
  delaysFile,
];

/** Compiles and looks for all peers; programs go to `outFolder`. */
export function holdPeers(root: string, outFolder: string): (HoldPeer | AbsentPeer)[] {
  return [...ns3Peers(root, outFolder), simgridPeer(root, outFolder), simpyPeer(root), simjsPeer(root)];
}

/** True for a peer that can be measured. */
export function isPresent(peer: HoldPeer | AbsentPeer): peer is HoldPeer {
  return 'commandLine' in peer;
}

/** The default of ns-3 and its fastest scheduler. Its calendar takes 6 µs at 1e5 and would flatter us. */
function ns3Peers(root: string, outFolder: string): (HoldPeer | AbsentPeer)[] {
  const program = join(outFolder, 'hold-ns3');
  const fault = compile(join(root, 'bench/peers/hold-ns3.cc'), program, 'ns3-core', 'libns3-dev');
  if (fault !== undefined) return [{ name: 'ns-3', why: fault }];
  const peer = (name: string, scheduler: string): HoldPeer => ({
    name,
    slow: false,
    pendingMax: Number.POSITIVE_INFINITY,
    limit: '',
    commandLine: (size) => [program, [scheduler, ...sizes(size)]],
  });
  return [
    peer('ns-3, MapScheduler (its default)', 'MapScheduler'),
    peer('ns-3, PriorityQueueScheduler (its best)', 'PriorityQueueScheduler'),
  ];
}

function simgridPeer(root: string, outFolder: string): HoldPeer | AbsentPeer {
  const name = 'SimGrid, sleeping actors';
  const program = join(outFolder, 'hold-simgrid');
  const fault = compile(join(root, 'bench/peers/hold-simgrid.cc'), program, 'simgrid', 'libsimgrid-dev');
  if (fault !== undefined) return { name, why: fault };
  return {
    name,
    slow: true,
    pendingMax: 1e5,
    limit: 'an actor took 58 kB where this was written, so a million would take 58 GB',
    // Guard pages: the kernel allows a process some 65,000 mappings, so beyond 32,000 actors there is no room for them.
    commandLine: (size) => [program, ['--cfg=contexts/guard-size:0', '--log=root.threshold:error', ...sizes(size)]],
  };
}

function simpyPeer(root: string): HoldPeer | AbsentPeer {
  const script = join(root, 'bench/peers/hold-simpy.py');
  // Debian's packages are seen by Debian's Python only, which need not be the first one.
  for (const python of ['python3', '/usr/bin/python3']) {
    const asked = spawnSync(python, [script, '--version'], { encoding: 'utf8' });
    if (asked.status !== 0) continue;
    return {
      name: `SimPy ${asked.stdout.trim()}`,
      slow: true,
      pendingMax: 1e5,
      limit: 'too slow for the time of this benchmark',
      commandLine: (size) => [python, [script, ...sizes(size)]],
    };
  }
  return { name: 'SimPy', why: 'missing: install the Debian package python3-simpy' };
}

function simjsPeer(root: string): HoldPeer | AbsentPeer {
  const name = 'SIM.js (npm simjs)';
  if (!existsSync(join(root, 'node_modules/simjs'))) return { name, why: 'missing: install the npm package simjs' };
  return {
    name,
    slow: true,
    pendingMax: 1e5,
    limit: 'too slow for the time of this benchmark',
    commandLine: (size) => [process.execPath, [join(root, 'bench/peers/hold-simjs.mjs'), ...sizes(size)]],
  };
}

/** Compiles one C++ file against libraries (one, or several separated by spaces). The reason if that was not possible. */
export function compile(source: string, program: string, library: string, debianPackage: string): string | undefined {
  const args = ['-O2', '-std=c++17', source, '-o', program, ...library.split(' ').map((each) => `-l${each}`)];
  const done = spawnSync('g++', args, { encoding: 'utf8', timeout: COMPILE_LIMIT_MS, killSignal: 'SIGKILL' });
  if (done.status === 0) return undefined;
  if (done.error !== undefined && 'code' in done.error && done.error.code === 'ENOENT')
    return 'missing: a C++ compiler; install the Debian package g++';
  const errors = (done.stderr ?? '').split('\n').filter((line) => /error|cannot find/.test(line));
  if (errors.some((line) => /No such file or directory|cannot find -l/.test(line)))
    return `missing: install the Debian package ${debianPackage}`;
  return `does not compile: ${errors[0]?.trim() ?? lastWords(done.stderr ?? '')}`;
}
