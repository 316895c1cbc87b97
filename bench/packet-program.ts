/**
 * The packet benchmark on our own packet level, as a program of its own: poisson|cbr|tcp SECONDS LOAD TABLE_FILE.
 *
 * Prints one line of JSON (see peers/rounds.ts) in which `events` are packet-hops; the hash is the number of delivered packets.
 */
import { readFileSync } from 'node:fs';
import { tcpBench, udpBench } from './packet-fabric.ts';

const [traffic, seconds, load, tableFile] = process.argv.slice(2);
const table = new Float64Array(new Uint8Array(readFileSync(tableFile!)).buffer);
const run = traffic === 'tcp' ? tcpBench(Number(seconds)) : udpBench(traffic!, Number(seconds), Number(load), table);
const before = process.cpuUsage();
const outcome = run();
const used = process.cpuUsage(before);
console.log(
  JSON.stringify({
    events: outcome.hops,
    cpuSeconds: (used.user + used.system) / 1e6,
    hash: String(outcome.delivered),
    bytes: process.memoryUsage.rss(),
    ...outcome,
  }),
);
