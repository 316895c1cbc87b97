/** The page of a replay: opens a recording and mounts the work screen on it. */
import { WorkerSource } from '../frame-source/channel.ts';
import type { FrameSource, RunInfo } from '../frame-source/frame.ts';
import { timeText } from '../panels/time-text.ts';
import { element } from '../shell/element.ts';
import { problemCard } from '../shell/lost.ts';
import type { FilePlace, Page, PageContext } from '../shell/page.ts';
import { WorkScreen } from './work-screen.ts';

/** Starts the worker that owns the bytes of a recording. */
export function openRecording(place: FilePlace): FrameSource {
  const worker = new Worker(new URL('../frame-source/trace-worker.ts', import.meta.url), { type: 'module' });
  // A worker resolves addresses against its own file, not against the page.
  const absolute = place.kind === 'url' ? { ...place, url: new URL(place.url, document.baseURI).href } : place;
  return new WorkerSource(worker, absolute);
}

/** `#/run/<file>` */
export const replayPage: Page = (root, context) => {
  const name = context.path.join('/');
  const wait = element('p', { class: 'loading', role: 'status' }, `Opening ${name} …`);
  root.append(wait);
  let screen: WorkScreen | null = null;
  let closed = false;
  const source = openRecording(context.files.place(name));
  const opening = open(source, context)
    .then(async (opened) => {
      wait.remove();
      if (closed) return opened.close();
      screen = opened;
      root.append(opened.root);
      await opened.start();
    })
    .catch((error: unknown) => {
      wait.remove();
      source.close();
      if (!closed) root.replaceChildren(openProblem(name, error));
    });
  context.describe({ title: name });
  context.handle({
    idle: async () => {
      await opening;
      await screen?.idle();
    },
    seek: async (timeNs) => screen?.seek(timeNs),
    state: () => screen?.state(),
    stats: () => screen?.stats(),
  });
  return () => {
    closed = true;
    if (screen) screen.close();
    else source.close();
  };
};

async function open(source: FrameSource, context: PageContext): Promise<WorkScreen> {
  const info = await source.open();
  const notice = noticeOf(info);
  return new WorkScreen(notice === null ? { source, info, context } : { source, info, context, notice });
}

function noticeOf(info: RunInfo): string | null {
  if (info.records === 0)
    return 'This recording holds no records: the run was empty. Run the scenario again and open the new file.';
  if (!info.recovered) return null;
  return `The file was cut. Everything up to ${timeText(info.endNs)} was recovered; run the scenario again for the whole recording.`;
}

function openProblem(name: string, error: unknown): HTMLElement {
  const sentence = error instanceof Error ? error.message : String(error);
  return problemCard(`"${name}" could not be opened`, sentence);
}
