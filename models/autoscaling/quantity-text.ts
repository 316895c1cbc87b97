/**
 * Quantities as the API server writes them in the status of an autoscaler.
 *
 * Source: Kubernetes 1.34 `apimachinery/pkg/api/resource` (canonical form): the largest suffix that needs no decimals, in
 * thousands, or in 1,024s for memory that is a whole number of bytes. Leaves out: exponents (`1e3`).
 */

const DECIMAL_SUFFIXES = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The text of a number of thousandths; `binary` for bytes. */
export function quantityText(milli: bigint, binary = false): string {
  const isWhole = milli % 1000n === 0n;
  const isSmall = milli > -1_024_000n && milli < 1_024_000n;
  return binary && isWhole && !isSmall
    ? scaled(milli / 1000n, 1024n, BINARY_SUFFIXES)
    : scaled(milli, 1000n, DECIMAL_SUFFIXES);
}

function scaled(value: bigint, step: bigint, suffixes: readonly string[]): string {
  if (value === 0n) return '0';
  let [rest, place] = [value, 0];
  while (rest % step === 0n && place < suffixes.length - 1) {
    rest /= step;
    place++;
  }
  return `${rest}${suffixes[place]}`;
}
