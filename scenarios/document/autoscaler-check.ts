/** Checks of autoscalers: limits in order, one for each workload, metrics that somebody exports. */
import type { Finding } from './issue.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** Pods may use ten times what they request. */
const CPU_SHARE_MAX = 10;

/** What is wrong with the autoscalers of a scenario. */
export function checkAutoscalers({ autoscalers = [], load }: Partial<ScenarioFile>): Finding[] {
  return autoscalers.flatMap((autoscaler, i) => {
    const { min, max, target, requests, cpu, alarm, scrape } = autoscaler;
    const path: Path = ['autoscalers', i];
    const found: Finding[] = [];
    if (min > max)
      found.push(finding([...path, 'min'], 'more than max', `at most ${max}`, String(min), 'exchange min and max'));
    if (autoscalers.findIndex((other) => other.target === target) < i)
      found.push(
        finding([...path, 'target'], 'two autoscalers would fight over it', 'one for each', target, 'take one out'),
      );
    const isServed = load?.services.some(({ name }) => name === target) ?? true;
    if (requests !== undefined && !isServed) found.push(nobodyExports([...path, 'requests'], target));
    if (requests !== undefined && scrape.range < 2 * scrape.interval)
      found.push(
        finding(
          [...path, 'scrape'],
          'rate() never has two values',
          'a range of at least two intervals',
          'less',
          'lengthen range, or shorten interval',
        ),
      );
    if (alarm === undefined) return found;
    if (requests !== undefined || cpu !== undefined) {
      const hint = 'write the metric as alarm.on, and its bounds as alarm.above and alarm.below';
      found.push(
        finding([...path, 'alarm'], 'alarms go by their own bounds', 'alarm alone', 'cpu or requests beside it', hint),
      );
    }
    for (const bound of ['above', 'below'] as const)
      if (alarm.on === 'cpu' && alarm[bound] > CPU_SHARE_MAX)
        found.push(
          finding(
            [...path, 'alarm', bound],
            'too large a share',
            'a share such as 70%',
            `${alarm[bound]}`,
            'write it with %',
          ),
        );
    if (alarm.below > alarm.above)
      found.push(
        finding(
          [...path, 'alarm', 'below'],
          'both alarms would be on at once',
          `at most ${alarm.above}`,
          String(alarm.below),
          'exchange above and below',
        ),
      );
    if (alarm.on === 'requests' && !isServed) found.push(nobodyExports([...path, 'alarm', 'on'], target));
    return found;
  });
}

function nobodyExports(path: Path, target: string): Finding {
  const hint = 'scale it by cpu, or give it a service in load.services';
  return finding(path, 'nobody exports that metric', 'a workload that serves requests', target, hint);
}

function finding(path: Path, message: string, expected: string, got: string, hint: string): Finding {
  return { path, at: 'value', message, expected, got, hint };
}
