/** What was not counted at the start of the traffic, and by which rule, for the list of what an answer assumes. */
import { formatTime } from '../../sim/engine/sim-time.ts';
import type { WarmUp } from '../compile/index.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** A sentence, or none where everything counts as it always did. `found`: what was found where the scenario left it open. */
export function warmUpWords({ traffic }: ScenarioDocument, found: WarmUp | undefined): readonly string[] {
  if (found !== undefined) return [foundWords(found)];
  if (traffic.warmUp === 'auto' || traffic.warmUp === 0) return [];
  return [`The first ${formatTime(traffic.warmUp)} of traffic are not counted, as the scenario says.`];
}

function foundWords({ warmUpNs, reliable }: WarmUp): string {
  if (!reliable)
    return `The first ${formatTime(warmUpNs)} of traffic are not counted: the calls under way were still changing where they should have settled (MSER-5), so half of the time before the first fault or the end was cut. A longer run would tell better.`;
  if (warmUpNs === 0) return 'All traffic counts: the calls under way showed no trace of the empty start (MSER-5).';
  return `The first ${formatTime(warmUpNs)} of traffic are not counted, by MSER-5: until then the calls under way still showed the empty start.`;
}
