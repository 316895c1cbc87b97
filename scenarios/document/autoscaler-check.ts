/** Checks of autoscalers: limits in order, one for each workload, metrics that somebody exports, nothing that nobody would heed. */
import type { AutoscalerFile } from './autoscaler-schema.ts';
import { type Finding, finding } from './issue.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** What a HorizontalPodAutoscaler goes by, and alarms do not. */
const NOT_OF_ALARMS = ['cpu', 'requests', 'scrape', 'upWindow', 'downWindow'] as const;

/** What is wrong with the autoscalers of a scenario. */
export function checkAutoscalers({ autoscalers = [], load }: Partial<ScenarioFile>): Finding[] {
  return autoscalers.flatMap((autoscaler, i) => {
    const { min, max, target } = autoscaler;
    const path: Path = ['autoscalers', i];
    const found: Finding[] = [];
    if (min > max)
      found.push(finding([...path, 'min'], 'more than max', `at most ${max}`, String(min), 'exchange min and max'));
    if (autoscalers.findIndex((other) => other.target === target) < i)
      found.push(
        finding([...path, 'target'], 'two autoscalers would fight over it', 'one for each', target, 'take one out'),
      );
    const isServed = load?.services.some(({ name }) => name === target) ?? true;
    return [...found, ...checkRequests(autoscaler, path, isServed), ...checkAlarm(autoscaler, path, isServed)];
  });
}

function checkRequests({ requests, scrape, alarm, target }: AutoscalerFile, path: Path, isServed: boolean): Finding[] {
  const found: Finding[] = [];
  if (requests !== undefined && !isServed) found.push(nobodyExports([...path, 'requests'], target));
  if (scrape === undefined) return found;
  if (requests === undefined && alarm === undefined)
    found.push(
      finding([...path, 'scrape'], 'nobody asks for it', 'requests beside it', 'scrape alone', 'add requests'),
    );
  if (scrape.range < 2 * scrape.interval) {
    const [expected, hint] = ['a range of at least two intervals', 'lengthen range, or shorten interval'];
    found.push(finding([...path, 'scrape'], 'rate() never has two values', expected, 'less', hint));
  }
  return found;
}

function checkAlarm(autoscaler: AutoscalerFile, path: Path, isServed: boolean): Finding[] {
  const { alarm, target } = autoscaler;
  if (alarm === undefined) return [];
  const found = NOT_OF_ALARMS.filter((field) => autoscaler[field] !== undefined).map((field) =>
    finding(
      [...path, field],
      'alarms do not heed it',
      'an autoscaler, or alarms',
      `${field} beside alarm`,
      'take it out: bounds of alarms are alarm.cpu or alarm.requests',
    ),
  );
  for (const metric of ['cpu', 'requests'] as const) {
    const bounds = alarm[metric];
    if (bounds === undefined || bounds.below <= bounds.above) continue;
    const at: Path = [...path, 'alarm', metric, 'below'];
    const [expected, hint] = [`at most ${bounds.above}`, 'exchange above and below'];
    found.push(finding(at, 'both alarms would be on at once', expected, String(bounds.below), hint));
  }
  if (alarm.requests !== undefined && !isServed) found.push(nobodyExports([...path, 'alarm', 'requests'], target));
  return found;
}

function nobodyExports(path: Path, target: string): Finding {
  const hint = 'scale it by cpu, or give it a service in load.services';
  return finding(path, 'nobody exports that metric', 'a workload that serves requests', target, hint);
}
