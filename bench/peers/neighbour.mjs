/**
 * A busy neighbour: streams through memory larger than the cache until whoever started it is gone.
 *
 * Prints `ready` after its first pass. Its standard input is its life line: the system closes it when the benchmark ends, however that
 * happens, and the neighbour ends within one pass.
 */

/** 64 MiB: twice the third-level cache of the machine whose figures are repeated here, and more than most have for one core. */
const DOUBLES = 2 ** 23;
const values = new Float64Array(DOUBLES).fill(1);

function pass() {
  // Reads and writes every cache line in order, as fast as memory gives them.
  for (let i = 0; i < DOUBLES; i++) values[i] = values[i] * 0.5 + 1;
}

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

pass();
console.log('ready');
function again() {
  pass();
  setImmediate(again);
}
again();
