/** Where an answer may point to; a self-contained report has nowhere to go and leaves everything out. */
export interface ReportLinks {
  /** The address of the replay of a trace file named in the results. */
  readonly trace?: (file: string) => string;
}
