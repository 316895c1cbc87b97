/**
 * What a comparison writes down: the file that the results page, the report and scripts read.
 *
 * Shapes only; nothing here knows containers beyond the words that the caller puts in.
 */
import type { MetricSpec } from '../trace/catalog.ts';
import type { Recommendation, TippingSearch } from './recommendation.ts';

/** The version of this file's layout; a reader refuses a newer one. */
export const RESULTS_VERSION = 1;

/** A mean over replications with its two-sided confidence interval. `low` and `high` are NaN-free: with one replication they are null. */
export interface Estimate {
  /** In the unit of the metric. */
  readonly mean: number;
  /** Lower end of the interval in the unit of the metric. */
  readonly low: number | null;
  /** Upper end of the interval in the unit of the metric. */
  readonly high: number | null;
  /** Number of runs that the mean rests on. */
  readonly replications: number;
}

/** What an environment makes of a scheme: it works, works under stated conditions, or does not work. */
export type Verdict = 'allowed' | 'restricted' | 'refused';

/** Why a verdict: the rule that decided, where on the path, and the header that it looked at. */
export interface Because {
  /** Name of the rule in the environment's file. */
  readonly rule: string;
  /** The hop at which it decided, in words: "top-of-rack switch of rack-03". */
  readonly hop: string;
  /** The header as it was on the wire there: "IPv4 src 10.128.3.7 (a pod) dst 10.129.1.2 (a pod)". */
  readonly header: string;
  /** For `restricted`: what must be true. */
  readonly condition?: string;
  /** One sentence for people. */
  readonly words: string;
  /** Where the rule is written. */
  readonly source?: string;
}

/** A thing that the network must allow or be told, or that can fail. */
export interface Item {
  /** One sentence for people. */
  readonly words: string;
  /** How many of it: routes, sessions, trunk ports. */
  readonly count?: number;
  /** Where it is written. */
  readonly source?: string;
  /** True when a figure rests on a stated closed form and not on a simulated protocol. */
  readonly closedForm?: boolean;
}

/** One alternative: its verdict with reasons, what it asks of the network, and its figures over all replications. */
export interface AlternativeResult {
  /** The values on the varied axes, joined by `/`. */
  readonly name: string;
  /** The values on the varied axes, `{ scheme, environment }` or `{ placement }`. */
  readonly axes: Readonly<Record<string, string>>;
  readonly scheme: string;
  readonly environment: string;
  readonly placement: string;
  readonly verdict: Verdict;
  /** Why: the rules that refuse it, or that set conditions; empty when it is allowed. */
  readonly because: readonly Because[];
  /** Reach between pods and the physical network, from each side, in words. */
  readonly connected: { readonly fromPods: string; readonly toPods: string; readonly podAddressesVisible: boolean };
  /** What the network must allow or be told. */
  readonly changes: readonly Item[];
  /** What can fail, and what that does. */
  readonly risks: readonly Item[];
  /** Sorting of the field: layer 2, 3 or 2+3; underlay or overlay; none, VLAN, VXLAN or policy. */
  readonly wiring: { readonly layer: string; readonly traversal: string; readonly isolation: string };
  /** By key of `ComparisonResult.metrics`; a metric that no run gave is absent. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** One digest for each replication, in seed order. */
  readonly digests: readonly string[];
  /** File name of this alternative's trace beside the results, if one was written. */
  readonly trace?: string;
}

/** A paired difference `a` - `b` with its interval. */
export interface Difference {
  /** Name of the alternative that is subtracted from. */
  readonly a: string;
  /** Name of the alternative that is subtracted. */
  readonly b: string;
  /** Key of the metric. */
  readonly metric: string;
  /** Mean of the paired differences, in the unit of the metric. */
  readonly mean: number;
  /** Lower end of the interval; null with one replication. */
  readonly low: number | null;
  /** Upper end of the interval; null with one replication. */
  readonly high: number | null;
  /**
   * How far the constants of the models could be off, in the unit of the metric; 0 or absent when both sides rest on the
   * same ones. A difference within it is not one that the models can tell.
   */
  readonly tolerance?: number;
  /** Two-sided p of the paired t test that there is no difference; null with one replication, absent in old files. */
  readonly p?: number | null;
  /** `p` corrected (Holm) for all pairs of this metric within one environment; null with one replication, absent in old files. */
  readonly adjustedP?: number | null;
}

/** How the number of replications was found, when the scenario asked for a width and not for a number. */
export interface Stopping {
  /** The rule, with its source. */
  readonly rule: string;
  /** Key of the watched metric. */
  readonly metric: string;
  /** Whether the figure of each alternative was watched, or the difference of each pair. */
  readonly of: 'values' | 'differences';
  /** Half-width that was asked for, in the unit of the metric, or a share of the mean. */
  readonly halfWidth: number;
  /** True when the half-width is a share of the mean. */
  readonly relative: boolean;
  /** Replications of the pilot. */
  readonly pilot: number;
  /** Replications that were to be run in all. */
  readonly replications: number;
  /** True when the pilot asked for more than were allowed. */
  readonly capped: boolean;
}

/** The whole file. */
export interface ComparisonResult {
  readonly format: 'wavetank-comparison';
  /** `RESULTS_VERSION` of the program that wrote it. */
  readonly version: number;
  /** Version of that program. */
  readonly wavetank: string;
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly question: string;
    readonly digest: string;
  };
  readonly seed: string;
  /** Runs of each alternative. */
  readonly replications: number;
  /** Of all intervals in the file: 0.95 means 95 %. */
  readonly confidence: number;
  /** True when Ctrl-C cut the comparison: what is here was finished. */
  readonly interrupted: boolean;
  /** What is assumed and not recorded, one sentence each. */
  readonly assumptions: readonly string[];
  /** What the models of this scenario leave out, one sentence each. */
  readonly leftOut: readonly string[];
  readonly metrics: readonly MetricSpec[];
  readonly alternatives: readonly AlternativeResult[];
  readonly differences: readonly Difference[];
  /** Keys of the metrics that decide, the most important first; absent in old files. */
  readonly decide?: readonly string[];
  /** Absent when the number of replications was given. */
  readonly stopping?: Stopping;
  /** One for each environment; absent in old files. */
  readonly recommendations?: readonly Recommendation[];
  /** Absent when no tipping points were sought. */
  readonly tipping?: TippingSearch;
  /** The command that repeats it. */
  readonly command: string;
}
