/** The timeline: how much happened when, the marks that matter, the playhead. Click or drag to seek, wheel to zoom. */
import type { MarkSpec } from '../../sim/trace/catalog.ts';
import type { MarkIndex } from '../frame-source/mark-index.ts';
import { element } from '../shell/element.ts';
import { timeText } from './time-text.ts';

export interface TimelineEvents {
  seek(timeNs: number): void;
  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array>;
  /** Words for a mark. */
  markWords(at: number): string;
}

/** Later tones are drawn over earlier ones, so that a fault is never hidden by what followed it. */
const TONE_ORDER: readonly MarkSpec['tone'][] = ['info', 'decision', 'repair', 'fault'];
const MARK_ROWS: Readonly<Record<MarkSpec['tone'], readonly [top: number, height: number]>> = {
  info: [30, 7],
  decision: [30, 7],
  repair: [24, 13],
  fault: [18, 19],
};
const HEIGHT = 56;
const AXIS_Y = 51;
const SPAN_NS_MIN = 1000;
const HOVER_REACH = 5;

export class Timeline {
  readonly root: HTMLElement;
  readonly #canvas = element('canvas', { class: 'timeline-canvas', 'aria-hidden': 'true' });
  readonly #head = element('div', { class: 'timeline-head' });
  readonly #edge = element('div', { class: 'timeline-edge', hidden: true });
  readonly #tip = element('div', { class: 'tip', hidden: true });
  readonly #events: TimelineEvents;
  readonly #marks: MarkIndex;
  readonly #resize: ResizeObserver;
  #endNs: number;
  #fromNs = 0;
  #toNs: number;
  #width = 0;
  #density: Uint32Array = new Uint32Array(0);
  #densityKey = '';
  /** The density that was asked for last, when it has come. */
  #asked: Promise<void> = Promise.resolve();
  #scheduled = 0;
  #presentedNs = 0;

  constructor(endNs: number, marks: MarkIndex, events: TimelineEvents) {
    this.#endNs = Math.max(1, endNs);
    this.#toNs = this.#endNs;
    this.#marks = marks;
    this.#events = events;
    this.root = element(
      'div',
      {
        class: 'timeline',
        role: 'slider',
        tabindex: 0,
        'aria-label': 'Time',
        'aria-valuemin': 0,
        'aria-valuemax': 1000,
        onkeydown: (event: KeyboardEvent) => this.#key(event),
        onpointerdown: (event: PointerEvent) => this.#press(event),
        onpointermove: (event: PointerEvent) => this.#move(event),
        onpointerleave: () => this.#hideTip(),
        ondblclick: () => this.#window(0, this.#endNs),
      },
      this.#canvas,
      this.#edge,
      this.#head,
      this.#tip,
    );
    this.root.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(this.root);
  }

  /** Moves the playhead to the presented time; `edgeNs` is how far a live run has come. */
  present(timeNs: number, edgeNs: number): void {
    this.#presentedNs = timeNs;
    this.#place(this.#head, timeNs);
    this.#edge.hidden = edgeNs >= this.#endNs;
    if (!this.#edge.hidden) this.#place(this.#edge, edgeNs);
    this.root.setAttribute('aria-valuenow', String(Math.round((timeNs / this.#endNs) * 1000)));
    this.root.setAttribute('aria-valuetext', `${timeText(timeNs)} of ${timeText(this.#endNs)}`);
  }

  /** New records: reads the density again and draws. */
  refresh(): void {
    this.#densityKey = '';
    this.#schedule();
  }

  /** Draws again, with the colours and the marks that there are now. */
  redraw(): void {
    this.#schedule();
  }

  async idle(): Promise<void> {
    do {
      while (this.#scheduled !== 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      await this.#asked;
    } while (this.#scheduled !== 0);
  }

  close(): void {
    this.#resize.disconnect();
    cancelAnimationFrame(this.#scheduled);
    this.root.remove();
  }

  #x(timeNs: number): number {
    return ((timeNs - this.#fromNs) / (this.#toNs - this.#fromNs)) * this.#width;
  }

  #time(x: number): number {
    return this.#fromNs + (x / Math.max(1, this.#width)) * (this.#toNs - this.#fromNs);
  }

  #place(part: HTMLElement, timeNs: number): void {
    const x = this.#x(timeNs);
    part.style.transform = `translateX(${Math.round(x * 10) / 10}px)`;
    part.style.visibility = x < -1 || x > this.#width + 1 ? 'hidden' : 'visible';
  }

  #measure(): void {
    if (this.root.clientWidth === this.#width) return;
    this.#width = this.root.clientWidth;
    const dpr = Math.min(2, devicePixelRatio);
    this.#canvas.width = Math.max(1, Math.round(this.#width * dpr));
    this.#canvas.height = HEIGHT * dpr;
    this.#place(this.#head, this.#presentedNs);
    this.#schedule();
  }

  #window(fromNs: number, toNs: number): void {
    const span = Math.max(Math.min(SPAN_NS_MIN, this.#endNs), Math.min(this.#endNs, toNs - fromNs));
    this.#fromNs = Math.max(0, Math.min(this.#endNs - span, fromNs));
    this.#toNs = this.#fromNs + span;
    this.#place(this.#head, this.#presentedNs);
    this.#schedule();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const at = this.#time(this.#offset(event));
    const factor = 1.0018 ** event.deltaY;
    const shift = (event.deltaX / Math.max(1, this.#width)) * (this.#toNs - this.#fromNs);
    this.#window(at - (at - this.#fromNs) * factor + shift, at + (this.#toNs - at) * factor + shift);
  }

  #offset(event: MouseEvent): number {
    return event.clientX - this.root.getBoundingClientRect().left;
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.root.setPointerCapture(event.pointerId);
    this.#events.seek(this.#time(this.#offset(event)));
  }

  #move(event: PointerEvent): void {
    const x = this.#offset(event);
    if (event.buttons & 1) this.#events.seek(this.#time(x));
    this.#showTip(x);
  }

  #key(event: KeyboardEvent): void {
    const span = this.#toNs - this.#fromNs;
    const step = {
      ArrowRight: 0.005,
      ArrowLeft: -0.005,
      ArrowUp: 0.005,
      ArrowDown: -0.005,
      PageUp: 0.1,
      PageDown: -0.1,
    }[event.key];
    if (step !== undefined) this.#events.seek(this.#presentedNs + step * span);
    else if (event.key === 'Home') this.#events.seek(0);
    else if (event.key === 'End') this.#events.seek(this.#endNs);
    else return;
    event.preventDefault();
  }

  #showTip(x: number): void {
    const near = this.#marksNear(x);
    const lines = near.slice(0, 5).map((at) => element('div', {}, this.#events.markWords(at)));
    this.#tip.replaceChildren(element('b', {}, timeText(Math.max(0, this.#time(x)))), ...lines);
    if (near.length > 5) this.#tip.append(element('div', { class: 'soft' }, `and ${near.length - 5} more here`));
    this.#tip.hidden = false;
    const width = this.#tip.offsetWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(this.#width - width, x - width / 2))}px`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
  }

  /** Marks under the pointer, those that matter most first. */
  #marksNear(x: number): number[] {
    const from = this.#marks.countUntil(this.#time(x - HOVER_REACH) - 1);
    const to = this.#marks.countUntil(this.#time(x + HOVER_REACH));
    const near = Array.from({ length: to - from }, (_, at) => from + at);
    const weight = (at: number): number => TONE_ORDER.indexOf(this.#marks.spec(at).tone);
    return near.sort((a, b) => weight(b) - weight(a) || a - b);
  }

  #schedule(): void {
    if (this.#scheduled === 0) this.#scheduled = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#scheduled = 0;
    if (this.#width === 0) return;
    this.#askDensity();
    const canvas = this.#canvas.getContext('2d');
    if (!canvas) return;
    const dpr = Math.min(2, devicePixelRatio);
    canvas.setTransform(dpr, 0, 0, dpr, 0, 0);
    canvas.clearRect(0, 0, this.#width, HEIGHT);
    const style = getComputedStyle(this.root);
    this.#drawDensity(canvas, style.getPropertyValue('--density'));
    this.#drawMarks(canvas, style);
    this.#drawAxis(canvas, style.getPropertyValue('--text-soft'));
  }

  #askDensity(): void {
    const bins = Math.max(1, Math.floor(this.#width / 2));
    const key = `${bins} ${this.#fromNs} ${this.#toNs}`;
    if (key === this.#densityKey) return;
    this.#densityKey = key;
    this.#asked = this.#events
      .density(bins, Math.floor(this.#fromNs), Math.ceil(this.#toNs))
      .then((density) => {
        if (this.#densityKey !== key) return;
        this.#density = density;
        this.#schedule();
      })
      .catch(() => undefined);
  }

  /** Heights are logarithms: a burst of thousands and a single record are both seen. */
  #drawDensity(canvas: CanvasRenderingContext2D, colour: string): void {
    const most = this.#density.reduce((high, value) => Math.max(high, value), 1);
    const step = this.#width / Math.max(1, this.#density.length);
    canvas.fillStyle = colour;
    canvas.globalAlpha = 0.75;
    this.#density.forEach((value, bin) => {
      if (value === 0) return;
      const height = Math.max(1, (Math.log1p(value) / Math.log1p(most)) * 34);
      canvas.fillRect(bin * step, 37 - height, Math.max(1, step - 0.5), height);
    });
    canvas.globalAlpha = 1;
  }

  #drawMarks(canvas: CanvasRenderingContext2D, style: CSSStyleDeclaration): void {
    const tones = this.#tonesByPixel();
    for (const tone of TONE_ORDER) {
      const bit = 1 << TONE_ORDER.indexOf(tone);
      const [top, height] = MARK_ROWS[tone];
      canvas.fillStyle = style.getPropertyValue(`--mark-${tone}`);
      for (let x = 0; x < tones.length; x++)
        if (tones[x] & bit) canvas.fillRect(x, top, tone === 'fault' ? 2 : 1, height);
      if (tone === 'fault') this.#drawPins(canvas, tones, bit);
    }
  }

  /** Faults carry a triangle, so that they are found without their colour. */
  #drawPins(canvas: CanvasRenderingContext2D, tones: Uint8Array, bit: number): void {
    canvas.beginPath();
    for (let x = 0; x < tones.length; x++) {
      if (!(tones[x] & bit)) continue;
      canvas.moveTo(x - 3, 13);
      canvas.lineTo(x + 5, 13);
      canvas.lineTo(x + 1, 19);
    }
    canvas.fill();
  }

  #tonesByPixel(): Uint8Array {
    const tones = new Uint8Array(Math.ceil(this.#width) + 1);
    const last = this.#marks.countUntil(this.#toNs);
    const bits = this.#marks.catalog.marks.map((spec) => 1 << TONE_ORDER.indexOf(spec.tone));
    for (let at = this.#marks.countUntil(this.#fromNs - 1); at < last; at++) {
      const x = Math.floor(this.#x(this.#marks.timeNs[at]));
      if (x >= 0 && x < tones.length) tones[x] |= bits[this.#marks.kind[at]];
    }
    return tones;
  }

  #drawAxis(canvas: CanvasRenderingContext2D, colour: string): void {
    const step = tickStep((this.#toNs - this.#fromNs) / Math.max(2, this.#width / 110));
    canvas.fillStyle = colour;
    canvas.font = '10px "DejaVu Sans", system-ui, sans-serif';
    canvas.textBaseline = 'middle';
    for (let tick = Math.ceil(this.#fromNs / step) * step; tick <= this.#toNs; tick += step) {
      const x = this.#x(tick);
      canvas.fillRect(Math.round(x), 38, 1, 6);
      const words = tickText(tick, step);
      canvas.textAlign = x < 20 ? 'left' : x > this.#width - 24 ? 'right' : 'center';
      canvas.fillText(words, x, AXIS_Y);
    }
  }
}

/** The distance between ticks: 1, 2 or 5 times a power of ten, or a whole part of minutes and hours. */
export function tickStep(wantedNs: number): number {
  for (const step of [60e9, 120e9, 300e9, 600e9, 1800e9, 3600e9, 7200e9, 21_600e9, 86_400e9]) {
    if (wantedNs > 30e9 && step >= wantedNs) return step;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wantedNs)));
  const lead = Math.max(1, wantedNs) / power;
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/** Words of a tick: no finer than the distance between two of them. */
export function tickText(tick: number, step: number): string {
  // Below a minute the time has a unit of its own.
  if (step >= 60e9) return tick === 0 ? '0:00' : timeText(tick).replace(/\.0+$/, '');
  const digits = Math.max(0, Math.ceil(-Math.log10(step / 1e9) - 1e-9));
  return `${(tick / 1e9).toFixed(Math.min(9, digits))} s`;
}
