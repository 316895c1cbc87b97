/** Checks of `precision`, `warmUp` and `decide`: what no schema of one field can tell. And warnings: what is allowed but hardly meant. */
import type { Finding } from './issue.ts';
import { leftOutSentences } from './manifests/report-words.ts';
import { halfWidthOf, type PrecisionSettings } from './precision-schema.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioDocument, ScenarioFile } from './schema.ts';

/** All such findings, as far as the parts that they need are there. */
export function checkMeasuring({ precision, traffic, duration, decide }: Partial<ScenarioFile>): Finding[] {
  return [
    ...(precision === undefined ? [] : checkPrecision(precision)),
    ...(traffic === undefined || duration === undefined ? [] : checkWarmUp(traffic, duration)),
    ...checkDecide(decide ?? []),
  ];
}

/** A measure that has decided once has nothing left to decide. */
function checkDecide(decide: readonly string[]): Finding[] {
  return decide.flatMap((key, index) =>
    decide.indexOf(key) === index
      ? []
      : [
          {
            path: ['decide', index],
            at: 'value' as const,
            message: 'used twice',
            expected: 'each measure once',
            got: key,
            hint: 'remove it here: the first place counts',
          },
        ],
  );
}

function checkPrecision(precision: PrecisionSettings): Finding[] {
  const { pilot, most } = precision;
  const findings: Finding[] = [];
  const width = halfWidthOf(precision);
  if (!width.ok)
    findings.push({ path: ['precision', 'halfWidth'], at: 'value', got: String(precision.halfWidth), ...width });
  if (pilot < 2) {
    findings.push({
      path: ['precision', 'pilot'],
      at: 'value',
      message: 'an interval needs at least two replications',
      expected: 'at least 2',
      got: String(pilot),
      hint: 'ten is usual',
    });
  } else if (most < pilot) {
    findings.push({
      path: ['precision', 'most'],
      at: 'value',
      message: 'fewer replications than the pilot has',
      expected: `at least ${pilot}`,
      got: String(most),
      hint: 'write a larger most, or a smaller pilot',
    });
  }
  return findings;
}

function checkWarmUp({ start, warmUp }: NonNullable<ScenarioFile['traffic']>, durationNs: number): Finding[] {
  if (warmUp === 'auto' || start + warmUp < durationNs || start >= durationNs) return [];
  const longest = formatQuantity('duration', durationNs - start);
  return [
    {
      path: ['traffic', 'warmUp'],
      at: 'value',
      message: 'nothing is left to count: the run ends before the warm-up does',
      expected: `less than ${longest}`,
      got: formatQuantity('duration', warmUp),
      hint: 'write a shorter warm-up, or a longer duration',
    },
  ];
}

/** What a checked scenario asks that it will hardly have meant, in sentences for people. */
export function warningsOf({ replications, precision, cluster }: ScenarioDocument): readonly string[] {
  const manifests = cluster.manifests === undefined ? [] : leftOutSentences(cluster.manifests.report);
  if (replications > 1 || precision !== undefined) return manifests;
  return [
    ...manifests,
    'One replication gives no interval, and no difference can be told from chance: ask for at least two.',
  ];
}
