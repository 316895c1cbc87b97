/** The worker of a replay: owns the bytes of one file and answers with frames. */
import { openTrace } from '../../sim/trace/reader.ts';
import type { FilePlace } from '../shell/page.ts';
import { openPlace } from './byte-sources.ts';
import { serve } from './channel.ts';
import type { FrameSource } from './frame.ts';
import { TraceFrames } from './trace-frames.ts';

/** Opens lazily, so that a problem is the answer to the page's first question. */
class LazyFrames implements FrameSource {
  readonly #opened: Promise<TraceFrames>;

  constructor(place: FilePlace) {
    this.#opened = openPlace(place)
      .then(openTrace)
      .then((reader) => new TraceFrames(reader));
    this.#opened.catch(() => undefined);
  }

  open = async () => (await this.#opened).open();
  frame = async (...args: Parameters<FrameSource['frame']>) => (await this.#opened).frame(...args);
  marks = async (...args: Parameters<FrameSource['marks']>) => (await this.#opened).marks(...args);
  density = async (...args: Parameters<FrameSource['density']>) => (await this.#opened).density(...args);
  names = async (...args: Parameters<FrameSource['names']>) => (await this.#opened).names(...args);
  tune = async () => (await this.#opened).tune();
  close = () => undefined;
}

self.addEventListener('message', (event: MessageEvent<FilePlace>) => serve(self, new LazyFrames(event.data)), {
  once: true,
});
