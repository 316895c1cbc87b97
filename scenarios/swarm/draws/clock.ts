/** When things happen in a drawn scenario: a start, a time of trouble, and a quiet tail in which everything must settle. */

/** Seconds of the three parts of a run. */
export interface Clock {
  /** Trouble begins; until then everything starts up. */
  readonly troubleFrom: number;
  /** All faults are over and nobody changes anything any more. */
  readonly quietFrom: number;
  /** Everything must have settled: from here on requests count. */
  readonly settledFrom: number;
  readonly end: number;
}

/** One cluster: 50 s to notice, a crash loop's pause of some tens of seconds, a rolling update of six pods. */
const CLUSTER: Clock = { troubleFrom: 40, quietFrom: 300, settledFrom: 600, end: 660 };

/** Members are found lost and back only after minutes, and only then is divided anew. */
const FEDERATION: Clock = { troubleFrom: 40, quietFrom: 480, settledFrom: 900, end: 960 };

/** Autoscalers look back five minutes, and machines go only when they were unneeded for a while. */
const AUTOSCALED: Clock = { troubleFrom: 40, quietFrom: 300, settledFrom: 1080, end: 1140 };

/** The clock of a scenario with these parts; `later`: what settles takes so many seconds more. */
export function clockOf(parts: { readonly federation: boolean; readonly autoscaled: boolean }, later: number): Clock {
  const clock = parts.federation ? FEDERATION : parts.autoscaled ? AUTOSCALED : CLUSTER;
  return { ...clock, settledFrom: clock.settledFrom + later, end: clock.end + later };
}
