/**
 * What is wrong with a plan of an interconnect: all faults at once.
 *
 * Source: ours; the smallest MTU is that of IPv4 (RFC 791) and the headers that must still fit. Leaves out: whether a price is a fair one.
 */
import { below, type PlanFault, wrongValue } from '../../traffic/load/plan-fault.ts';
import type { InterconnectPlan } from './interconnect.ts';
import { type LinePlan, USES } from './line.ts';

/** Every host must take packets of this length; a tunnel's headers are more than a tenth of it. */
const MTU_MIN = 576;

/** Every fault, by its path from the root of the plan; empty when the interconnect can be built. */
export function faultsOfInterconnect({ places, pairs = [] }: InterconnectPlan): PlanFault[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ between, lines }, i) => {
    const [a, b] = between;
    const path = ['pairs', i, 'between'];
    const wrong = lines.flatMap((line, k) => below(['pairs', i, 'lines', k], lineFaults(line)));
    const known = [a, b].every((place) => Number.isInteger(place) && place >= 0 && place < places.length);
    if (!known) wrong.push(wrongValue(path, `two of ${places.length} places`, between.join(', ')));
    else if (a === b) wrong.push(wrongValue(path, 'two different places', between.join(', ')));
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
    if (seen.has(key)) wrong.push(wrongValue(path, 'each pair once', between.join(', '), 'put its lines in one list'));
    seen.add(key);
    const unserved = USES.filter((use) => lines.every(({ uses }) => uses !== undefined && !uses.includes(use)));
    if (unserved.length > 0)
      wrong.push(
        wrongValue(['pairs', i, 'lines'], 'a line for every use', `none for ${unserved.join(' and ')}`, 'add a line'),
      );
    return wrong;
  });
}

function lineFaults(line: LinePlan): PlanFault[] {
  const { rttNs, lossShare, bitsPerSec, mtu, usdPerGbOut, usdPerGbIn, usdPerHour } = line;
  const wrong: PlanFault[] = [];
  const check = (key: string, value: number | undefined, holds: (value: number) => boolean, expected: string): void => {
    if (value !== undefined && !holds(value)) wrong.push(wrongValue([key], expected, value));
  };
  check('rttNs', rttNs, (value) => Number.isSafeInteger(value) && value >= 0, 'a time from 0 on, in whole ns');
  check('lossShare', lossShare, (value) => value >= 0 && value <= 1, 'a share from 0 to 1');
  check('bitsPerSec', bitsPerSec, (value) => value > 0, 'a rate above 0');
  check('mtu', mtu, (value) => Number.isInteger(value) && value >= MTU_MIN, `a whole number from ${MTU_MIN} on`);
  for (const [key, value] of Object.entries({ usdPerGbOut, usdPerGbIn, usdPerHour }))
    check(key, value, (usd) => usd >= 0 && Number.isFinite(usd), 'a price from 0 on');
  return wrong;
}
