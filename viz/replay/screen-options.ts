/** What a work screen is made from. */
import type { FrameSource, RunInfo } from '../frame-source/frame.ts';
import type { PageContext } from '../shell/page.ts';

export interface WorkScreenOptions {
  readonly source: FrameSource;
  readonly info: RunInfo;
  readonly context: PageContext;
  /** What a live run adds beside the legend. */
  readonly extra?: HTMLElement;
  /** Parameters of the hash that belong to the page and not to the permalink. */
  readonly keep?: Readonly<Record<string, string>>;
  /** A sentence to show above the map: a file was cut, a run is of what the environment refuses. */
  readonly notice?: string;
}
