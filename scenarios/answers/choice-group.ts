/** Alternatives among which one may choose: an environment or a variant is a situation, and no choice. */
import type { AlternativeResult, ComparisonResult } from '../../sim/experiment/results.ts';
import { labelOf } from './label.ts';

/** Those of one environment, in one variant of the scenario. */
export interface ChoiceGroup {
  /** Name of the environment, and of the variant where variants are compared. */
  readonly key: string;
  readonly environment: string;
  /** Null where no variants are compared. */
  readonly variant: string | null;
  readonly members: readonly AlternativeResult[];
}

/** The groups in the order of their first alternative. */
export function groupsOf(result: Pick<ComparisonResult, 'alternatives'>): readonly ChoiceGroup[] {
  const keys = [...new Set(result.alternatives.map(keyOf))];
  return keys.map((key) => {
    const members = result.alternatives.filter((one) => keyOf(one) === key);
    const { environment, axes } = members[0]!;
    return { key, environment, variant: axes['variant'] ?? null, members };
  });
}

/** The place of a group in words: "Machine room with BGP, 2 to 1". */
export function groupTitle(key: string): string {
  return key.split('/').map(labelOf).join(', ');
}

/** The environments of a result in the order of their first alternative. */
export function environmentsOf(result: Pick<ComparisonResult, 'alternatives'>): readonly string[] {
  return [...new Set(result.alternatives.map((one) => one.environment))];
}

/** How an alternative is called on the page: its values on the axes other than the environment. */
export function alternativeLabel(alternative: AlternativeResult): string {
  return labelWithout(alternative, ['environment']);
}

/** How it is called among those of its own group, where the variant is said already. */
export function choiceLabel(alternative: AlternativeResult): string {
  return labelWithout(alternative, ['environment', 'variant']);
}

function labelWithout({ axes, scheme }: AlternativeResult, hidden: readonly string[]): string {
  const values = Object.entries(axes).filter(([axis]) => !hidden.includes(axis));
  return values.length === 0 ? labelOf(scheme) : values.map(([, value]) => labelOf(value)).join(' · ');
}

function keyOf({ environment, axes }: AlternativeResult): string {
  return axes['variant'] === undefined ? environment : `${environment}/${axes['variant']}`;
}
