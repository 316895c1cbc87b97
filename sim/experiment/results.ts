/**
 * What a comparison writes down: the file that the results page, the report and scripts read.
 *
 * Shapes only; nothing here knows containers beyond the words that the caller puts in.
 */
import type { MetricSpec } from '../trace/catalog.ts';

/** The version of this file's layout; a reader refuses a newer one. */
export const RESULTS_VERSION = 1;

/** A mean over replications with its two-sided confidence interval. `low` and `high` are NaN-free: with one replication they are null. */
export interface Estimate {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly replications: number;
}

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
  readonly source?: string;
}

/** A thing that the network must allow or be told, or that can fail. */
export interface Item {
  readonly words: string;
  /** How many of it: routes, sessions, trunk ports. */
  readonly count?: number;
  readonly source?: string;
  /** True when a figure rests on a stated closed form and not on a simulated protocol. */
  readonly closedForm?: boolean;
}

export interface AlternativeResult {
  readonly name: string;
  /** The values on the varied axes, `{ scheme, environment }` or `{ placement }`. */
  readonly axes: Readonly<Record<string, string>>;
  readonly scheme: string;
  readonly environment: string;
  readonly placement: string;
  readonly verdict: Verdict;
  readonly because: readonly Because[];
  /** Reach between pods and the physical network, from each side, in words. */
  readonly connected: { readonly fromPods: string; readonly toPods: string; readonly podAddressesVisible: boolean };
  readonly changes: readonly Item[];
  readonly risks: readonly Item[];
  /** Sorting of the field: layer 2, 3 or 2+3; underlay or overlay; none, VLAN, VXLAN or policy. */
  readonly wiring: { readonly layer: string; readonly traversal: string; readonly isolation: string };
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** One digest for each replication, in seed order. */
  readonly digests: readonly string[];
  /** File name of this alternative's trace beside the results, if one was written. */
  readonly trace?: string;
}

/** A paired difference `a` - `b` with its interval. */
export interface Difference {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  /**
   * How far the constants of the models could be off, in the unit of the metric; 0 or absent when both sides rest on the
   * same ones. A difference within it is not one that the models can tell.
   */
  readonly tolerance?: number;
}

/** The whole file. */
export interface ComparisonResult {
  readonly format: 'wavetank-comparison';
  readonly version: number;
  readonly wavetank: string;
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly question: string;
    readonly digest: string;
  };
  readonly seed: string;
  readonly replications: number;
  readonly confidence: number;
  /** True when Ctrl-C cut the comparison: what is here was finished. */
  readonly interrupted: boolean;
  readonly assumptions: readonly string[];
  readonly leftOut: readonly string[];
  readonly metrics: readonly MetricSpec[];
  readonly alternatives: readonly AlternativeResult[];
  readonly differences: readonly Difference[];
  /** The command that repeats it. */
  readonly command: string;
}
