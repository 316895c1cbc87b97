/** What a comparison recommends, why, and how far an assumption must move before it would recommend something else. Shapes only. */

/** One step of the elimination. */
export interface DecidingStep {
  /** Key of the metric, or `@changes` for the count of changes. */
  readonly metric: string;
  /** Names of the alternatives that fell here. */
  readonly eliminated: readonly string[];
  /** Names of those that went on. */
  readonly kept: readonly string[];
}

/** What is recommended in one environment. */
export interface Recommendation {
  /** The environment, and the variant of the scenario where variants are compared: `environment` or `environment/variant`. */
  readonly group: string;
  readonly environment: string;
  /** Name of the recommended alternative; null when several are level, or nothing may run. */
  readonly alternative: string | null;
  /** Names of those that no step could tell apart; empty when one is recommended. */
  readonly level: readonly string[];
  /** The steps that eliminated somebody, in their order. */
  readonly because: readonly DecidingStep[];
  /** What the same rule recommends without `alternative`: its name, or several level ones; empty when nothing is left. */
  readonly otherwise: readonly string[];
  /** One sentence for people. */
  readonly words: string;
}

/** How far one assumption can move in one direction before the recommendation of an environment flips. */
export interface TippingPoint {
  /** The group of the recommendation: `environment` or `environment/variant`. */
  readonly environment: string;
  /** Name of the assumption, as the scenario writes it under `assume`. */
  readonly assumption: string;
  /** What it is today, in `unit`. */
  readonly baseValue: number;
  readonly unit: string;
  readonly direction: 'up' | 'down';
  /** Factor of the first flip that was found; null when there is none on the ladder. */
  readonly factor: number | null;
  /** The value there, in `unit`. */
  readonly value: number | null;
  /** Name of what is recommended beyond; null without a flip, or when several are level there. */
  readonly flipsTo: string | null;
  /** Names of those that are level beyond the flip. */
  readonly level: readonly string[];
  /** False when runs at both ends of the ladder come to the figures of today. */
  readonly playsPart: boolean;
  /** One sentence for people. */
  readonly words: string;
}

/** How tipping points were sought. */
export interface TippingSearch {
  /** Runs of each alternative at each value that was tried. */
  readonly replications: number;
  /** The ladder's ends: factors from `1 / farthest` to `farthest`. */
  readonly farthest: number;
  readonly points: readonly TippingPoint[];
  /** Environments whose recommendation was not sought, with the reason. */
  readonly skipped: readonly { readonly environment: string; readonly words: string }[];
}
