/** What the page tells the worker of a live run. */
export interface LiveStart {
  /** Name in the bundled library. */
  readonly scenario: string;
  /** The first of the plan when absent or unknown. */
  readonly alternative?: string;
  /** The scenario's own when absent. */
  readonly seed?: string;
}
