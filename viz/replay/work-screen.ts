/** The work screen: map, timeline, inspector, events over one frame source. Replay and live mount the same one. */
import type { Frame, FrameSource, RunInfo } from '../frame-source/frame.ts';
import { MarkIndex } from '../frame-source/mark-index.ts';
import { RunNames } from '../frame-source/run-names.ts';
import { SeekPump } from '../frame-source/seek-pump.ts';
import { type Action, bindKeys } from '../keys.ts';
import type { RowRef } from '../map/hit.ts';
import { MapView } from '../map/map-view.ts';
import { EventsTable } from '../panels/events-table.ts';
import { Inspector } from '../panels/inspector.ts';
import { Legend } from '../panels/legend.ts';
import { MapTip } from '../panels/map-tip.ts';
import { markWords } from '../panels/mark-words.ts';
import { searchRun } from '../panels/search-run.ts';
import { timeText } from '../panels/time-text.ts';
import { Timeline } from '../panels/timeline.ts';
import { Transport } from '../panels/transport.ts';
import { element } from '../shell/element.ts';
import type { PageHandle } from '../shell/page.ts';
import { arrange } from './arrangement.ts';
import { LinkWriter } from './link-writer.ts';
import { MarkFeed } from './mark-feed.ts';
import { type Like, MarkSteps } from './mark-steps.ts';
import { type ParsedPermalink, type Permalink, parsePermalink } from './permalink.ts';
import { Playhead } from './playhead.ts';
import type { WorkScreenOptions } from './screen-options.ts';
import { WhyQuestion } from './why-question.ts';

/** The live region speaks at most this often while playing. */
const ANNOUNCE_MS = 5000;

export class WorkScreen implements PageHandle {
  readonly root: HTMLElement;
  readonly #options: WorkScreenOptions;
  readonly #source: FrameSource;
  readonly #info: RunInfo;
  readonly #playhead: Playhead;
  readonly #marks: MarkIndex;
  readonly #names: RunNames;
  readonly #feed: MarkFeed;
  readonly #steps: MarkSteps;
  readonly #links: LinkWriter;
  readonly #pump: SeekPump;
  readonly #map: MapView | null;
  readonly #tip: MapTip;
  readonly #legend: Legend;
  readonly #timeline: Timeline;
  readonly #transport: Transport;
  readonly #inspector: Inspector;
  readonly #question: WhyQuestion;
  readonly #eventsTable: EventsTable;
  readonly #notice = element('p', { class: 'notice', role: 'status', hidden: true });
  readonly #stops: (() => void)[] = [];
  readonly #link: ParsedPermalink;
  /** What the keys and the buttons of this screen do. */
  readonly #actions: Partial<Record<Action, () => void>> = {
    'toggle-play': () => this.#togglePlay(),
    'next-event': () => this.#step(1, 'event'),
    'previous-event': () => this.#step(-1, 'event'),
    'next-of-kind': () => this.#step(1, 'kind'),
    'previous-of-kind': () => this.#step(-1, 'kind'),
    'next-decision': () => this.#step(1, 'decision'),
    'previous-decision': () => this.#step(-1, 'decision'),
    faster: () => this.#setSpeed(this.#playhead.speed * 2),
    slower: () => this.#setSpeed(this.#playhead.speed / 2),
    'pan-left': () => this.#map?.pan(1, 0),
    'pan-right': () => this.#map?.pan(-1, 0),
    'pan-up': () => this.#map?.pan(0, 1),
    'pan-down': () => this.#map?.pan(0, -1),
    'zoom-in': () => this.#map?.zoomBy(1.4),
    'zoom-out': () => this.#map?.zoomBy(1 / 1.4),
    centre: () => this.#centre(),
    why: () => this.#why(),
    'go-to-time': () => this.#transport.focusTime(),
    clear: () => this.select(null),
  };
  #selection: RowRef | null = null;
  #frame: Frame | null = null;
  #stateDigest: string | null = null;
  #animation = 0;
  #lastTick = 0;
  #announcedAt = 0;
  #centred: RowRef | null = null;

  constructor(options: WorkScreenOptions) {
    const { source, info, context } = options;
    this.#options = options;
    this.#source = source;
    this.#info = info;
    this.#link = parsePermalink(context.params);
    this.#playhead = new Playhead(info.endNs);
    this.#marks = new MarkIndex(info.catalog);
    this.#feed = new MarkFeed(source, this.#marks, {
      marks: () => this.#marksArrived(),
      density: () => this.#timeline.refresh(),
    });
    this.#steps = new MarkSteps(this.#marks);
    this.#links = new LinkWriter(context, options.keep ?? {}, () => this.#linkNow());
    this.#names = new RunNames(
      source,
      () => this.#namesArrived(),
      (table) => info.catalog.tables.find(({ name }) => name === table)?.label ?? table,
    );
    this.#pump = new SeekPump(
      (request) => source.frame(request),
      (frame) => this.#show(frame),
      (error) => this.say(String(error)),
    );
    const name = (table: string, row: number): string => this.#names.name(table, row);
    const select = (ref: RowRef | null): void => this.select(ref);
    const goTo = (timeNs: number): void => this.#goTo(timeNs);
    this.#tip = new MapTip(info.catalog, name);
    this.#map = info.catalog.map
      ? new MapView(info.catalog, {
          select,
          name,
          hover: (ref, x, y) => this.#tip.show(ref, this.#frame, x, y),
          moved: () => this.#moved(),
        })
      : null;
    this.#legend = new Legend(info.catalog, { gauge: (at) => this.#map?.setGauge(at), fit: () => this.#map?.fit() });
    this.#timeline = new Timeline(info.endNs, this.#marks, {
      seek: goTo,
      density: (bins, from, to) => source.density(bins, from, to),
      markWords: (at) => markWords(this.#marks, at, name),
    });
    this.#transport = new Transport({
      act: (action) => this.#act(action),
      speed: (speed) => this.#setSpeed(speed),
      goTo,
    });
    this.#question = new WhyQuestion(info, name, () => this.#marks.has('parameter-changed'));
    this.#inspector = new Inspector(info.catalog, this.#marks, {
      select,
      centre: () => this.#act('centre'),
      seek: goTo,
      name,
      question: (row) => this.#question.words(row),
      explain: (row) => void this.#question.ask(row),
    });
    this.#eventsTable = new EventsTable(this.#marks, { name, choose: (timeNs, ref) => this.#choose(timeNs, ref) });
    this.root = this.#arrange();
    this.root.append(this.#question.root);
  }

  /** Shows the screen and the first frame, where the permalink says. */
  async start(): Promise<void> {
    const { context } = this.#options;
    this.#describe(this.#info.digest);
    this.#stops.push(bindKeys(this.#actions));
    context.onTheme(() => this.#setTheme());
    context.search((query) => searchRun(this.#info.catalog, this.#names, query, (ref) => this.#found(ref)));
    for (const table of this.#info.catalog.tables) void this.#names.load(table.name);
    if (this.#map && !this.#info.live) this.#map.prepare(await this.#source.frame({ timeNs: this.#info.endNs }));
    await this.#feed.load();
    this.#openLink();
    this.#animation = requestAnimationFrame((now) => this.#tick(now));
  }

  /** Selects a row, or nothing. */
  select(ref: RowRef | null): void {
    this.#selection = ref;
    this.#centred = null;
    this.#map?.setSelection(ref);
    this.#eventsTable.setSelection(ref);
    this.#request();
    this.#links.soon();
  }

  /** Runs from the edge on; the clock of a live run starts here. */
  play(): void {
    if (!this.#playhead.playing) this.#togglePlay();
  }

  /** Goes to how far a live run has come. */
  goToEdge(): void {
    if (this.#frame) this.#goTo(this.#frame.edgeNs);
  }

  /** Asks for the present instant again, because something was changed in it. */
  refresh(): void {
    this.#request();
  }

  async idle(): Promise<void> {
    await this.#feed.idle();
    await this.#pump.idle();
    await this.#names.idle();
    // One more turn: what has just arrived asks for names and is drawn with the next animation frame.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.all([this.#map?.idle(), this.#timeline.idle(), this.#eventsTable.idle()]);
    await this.#pump.idle();
  }

  async seek(timeNs: number): Promise<void> {
    this.#goTo(timeNs);
    await this.idle();
    const frame = await this.#source.frame({ timeNs: this.#playhead.presentedNs, check: true });
    this.#stateDigest = frame.stateDigest;
  }

  state(): unknown {
    const frame = this.#frame;
    return {
      timeNs: frame?.timeNs ?? null,
      requestedNs: this.#playhead.requestedNs,
      endNs: this.#info.endNs,
      edgeNs: frame?.edgeNs ?? 0,
      playing: this.#playhead.playing,
      speed: this.#playhead.speed,
      selection: this.#selection,
      view: this.#map?.view ?? null,
      detail: this.#map?.detail ?? null,
      marks: this.#marks.count,
      digest: frame?.digest ?? null,
      /** Of the whole state at the time of the last `seek` through the handle. */
      stateDigest: this.#stateDigest,
    };
  }

  stats(): unknown {
    return this.#map?.times.summary() ?? null;
  }

  close(): void {
    cancelAnimationFrame(this.#animation);
    this.#feed.close();
    this.#links.close();
    for (const stop of this.#stops) stop();
    this.#map?.close();
    this.#timeline.close();
    this.#question.close();
    this.#eventsTable.close();
    this.#source.close();
    this.root.remove();
  }

  #arrange(): HTMLElement {
    const { extra, notice } = this.#options;
    if (notice) this.say(notice);
    else if (this.#link.problem) this.say(this.#link.problem);
    return arrange({
      title: this.#info.title || this.#info.scenario || 'Recording',
      notice: this.#notice,
      extra: extra ?? null,
      legend: this.#legend.root,
      map: this.#map?.root ?? null,
      overMap: [this.#legend.corner, this.#tip.root],
      side: [this.#inspector.root, this.#eventsTable.root],
      bar: [this.#transport.root, this.#timeline.root],
    });
  }

  #openLink(): void {
    const { timeNs, selection, speed, zoom } = this.#link.link;
    if (speed !== null) this.#playhead.speed = speed;
    this.#transport.setSpeed(this.#playhead.speed);
    this.#transport.setPlaying(false);
    this.#map?.goTo(zoom);
    if (selection && this.#info.catalog.tables.some((table) => table.name === selection.table)) this.select(selection);
    this.#goTo(timeNs ?? 0);
  }

  #act(action: Action): void {
    this.#actions[action]?.();
  }

  #togglePlay(): void {
    this.#playhead.toggle();
    this.#lastTick = performance.now();
    this.#transport.setPlaying(this.#playhead.playing);
    if (!this.#playhead.playing) {
      this.#announce();
      this.#links.soon();
    }
  }

  #setSpeed(speed: number): void {
    this.#playhead.speed = speed;
    this.#transport.setSpeed(this.#playhead.speed);
    this.#links.soon();
  }

  #goTo(timeNs: number): void {
    this.#playhead.seek(timeNs);
    this.#request();
    this.#links.soon();
  }

  #choose(timeNs: number, ref: RowRef | null): void {
    if (ref) this.select(ref);
    this.#goTo(timeNs);
  }

  #found(ref: RowRef): void {
    this.select(ref);
    this.#map?.centre(ref);
  }

  /** First press brings the selection to the middle, the second one shows everything. */
  #centre(): void {
    const ref = this.#selection;
    if (ref && this.#centred !== ref && this.#map?.centre(ref)) this.#centred = ref;
    else {
      this.#map?.fit();
      this.#centred = null;
    }
  }

  #step(direction: 1 | -1, like: Like): void {
    const at = this.#steps.find(this.#playhead.requestedNs, direction, like, this.#selection);
    const { announce } = this.#options.context;
    if (at < 0) announce(direction === 1 ? 'No later event.' : 'No earlier event.');
    else {
      this.#goTo(this.#marks.timeNs[at]);
      const words = markWords(this.#marks, at, (table, row) => this.#names.name(table, row));
      announce(`${timeText(this.#marks.timeNs[at])}: ${words}`);
    }
  }

  #why(): void {
    const cause = this.#steps.cause(this.#playhead.requestedNs, this.#selection);
    if (cause < 0) this.#options.context.announce('No recorded cause.');
    else this.#choose(this.#marks.timeNs[cause], { table: this.#marks.spec(cause).table, row: this.#marks.row[cause] });
  }

  #request(): void {
    const row = this.#selection;
    this.#pump.request(row ? { timeNs: this.#playhead.requestedNs, row } : { timeNs: this.#playhead.requestedNs });
  }

  #tick(now: number): void {
    this.#animation = requestAnimationFrame((next) => this.#tick(next));
    const seconds = (now - this.#lastTick) / 1000;
    this.#lastTick = now;
    const wasPlaying = this.#playhead.playing;
    if (this.#playhead.advance(Math.max(0, seconds))) this.#request();
    if (wasPlaying && !this.#playhead.playing) {
      this.#transport.setPlaying(false);
      this.#announce();
      this.#links.soon();
    }
  }

  #show(frame: Frame): void {
    if (frame.digest !== null && this.#frame?.digest === null) this.#describe(frame.digest);
    this.#frame = frame;
    // A live run gives what it could compute in one frame's time; the rest is asked for until it is there.
    if (frame.timeNs < this.#playhead.requestedNs && this.#info.live) this.#request();
    this.#playhead.presentedNs = frame.timeNs;
    this.#map?.show(frame);
    this.#timeline.present(frame.timeNs, frame.edgeNs);
    this.#transport.present(frame.timeNs, this.#info.endNs);
    this.#legend.show(frame);
    this.#inspector.show(frame, this.#selection);
    this.#eventsTable.present(frame.timeNs);
    this.#feed.follow(frame);
    if (this.#playhead.playing && performance.now() - this.#announcedAt > ANNOUNCE_MS) this.#announce();
  }

  #marksArrived(): void {
    for (const table of this.#info.live ? this.#info.catalog.tables : []) void this.#names.load(table.name);
    this.#eventsTable.refresh();
    this.#inspector.refresh();
    this.#timeline.redraw();
  }

  #namesArrived(): void {
    this.#inspector.refresh();
    this.#eventsTable.refresh();
    this.#map?.setSelection(this.#selection);
    if (this.#frame) this.#inspector.show(this.#frame, this.#selection);
  }

  #moved(): void {
    if (this.#map) this.#legend.setDetail(this.#map.detail);
    this.#links.soon();
  }

  #setTheme(): void {
    this.#map?.setTheme();
    this.#timeline.redraw();
  }

  /** Shows a sentence above the map. */
  say(sentence: string): void {
    this.#notice.textContent = sentence.replace(/^Error: /, '');
    this.#notice.hidden = false;
  }

  #announce(): void {
    this.#announcedAt = performance.now();
    if (this.#frame) this.#options.context.announce(this.#legend.sentence(this.#frame));
  }

  #describe(digest: string | null): void {
    const { title, scenario, seed, alternative } = this.#info;
    this.#options.context.describe({ title: title || scenario, seed, digest, alternative });
  }

  #linkNow(): Permalink | null {
    if (this.#playhead.playing) return null;
    return {
      timeNs: this.#playhead.requestedNs,
      selection: this.#selection,
      speed: this.#playhead.speed,
      zoom: this.#map?.place ?? null,
    };
  }
}
