/** Play, step, speed and time: the controls of the playhead bar. */
import { type Action, ariaShortcuts } from '../keys.ts';
import { SPEED_MAX, SPEED_MIN } from '../replay/playhead.ts';
import { element } from '../shell/element.ts';
import { type IconName, icon } from './icons.ts';
import { parseTime, speedText, timeText } from './time-text.ts';

export interface TransportEvents {
  act(action: Action): void;
  speed(value: number): void;
  goTo(timeNs: number): void;
}

const SPEED_STEPS = 1000;
const SPAN = Math.log(SPEED_MAX / SPEED_MIN);

export class Transport {
  readonly root: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #time: HTMLInputElement;
  readonly #end = element('span', { class: 'soft' });
  readonly #speed: HTMLInputElement;
  readonly #speedWords = element('output', { class: 'speed-words', for: 'speed' });
  readonly #events: TransportEvents;
  #editing = false;

  constructor(events: TransportEvents) {
    this.#events = events;
    this.#play = this.#button('toggle-play', 'play', 'Play');
    this.#play.classList.add('primary', 'play');
    this.#time = element('input', {
      type: 'text',
      class: 'time-input mono',
      'aria-label': 'Time shown; type one to go there (12.5s, 250ms, 3:05)',
      'aria-keyshortcuts': ariaShortcuts('go-to-time'),
      spellcheck: 'false',
      autocomplete: 'off',
      onfocus: () => this.#edit(true),
      onblur: () => this.#edit(false),
      onkeydown: (event: KeyboardEvent) => this.#timeKey(event),
    });
    this.#speed = element('input', {
      id: 'speed',
      type: 'range',
      min: 0,
      max: SPEED_STEPS,
      step: 1,
      'aria-label': 'Speed: simulated time per second',
      'aria-keyshortcuts': `${ariaShortcuts('faster')} ${ariaShortcuts('slower')}`,
      oninput: () => events.speed(speedOfStep(Number(this.#speed.value))),
    });
    this.root = element(
      'div',
      { class: 'transport', role: 'group', 'aria-label': 'Playback' },
      this.#button('previous-decision', 'skip-back', 'Previous decision or fault'),
      this.#button('previous-event', 'step-back', 'Previous event'),
      this.#play,
      this.#button('next-event', 'step-forward', 'Next event'),
      this.#button('next-decision', 'skip-forward', 'Next decision or fault'),
      element('span', { class: 'time-field' }, this.#time, this.#end),
      element(
        'label',
        { class: 'speed', for: 'speed' },
        element('span', { class: 'soft' }, 'Speed'),
        this.#speed,
        this.#speedWords,
      ),
    );
  }

  /** Shows the presented time; the field that is being typed into is left alone. */
  present(timeNs: number, endNs: number): void {
    if (!this.#editing) this.#time.value = timeText(timeNs);
    const words = `/ ${timeText(endNs)}`;
    if (this.#end.textContent !== words) this.#end.textContent = words;
  }

  setPlaying(playing: boolean): void {
    this.#play.replaceChildren(icon(playing ? 'pause' : 'play'));
    this.#play.setAttribute('aria-label', playing ? 'Pause' : 'Play');
    this.#play.title = playing ? 'Pause (Space)' : 'Play (Space)';
  }

  setSpeed(speed: number): void {
    this.#speed.value = String(stepOfSpeed(speed));
    this.#speed.setAttribute('aria-valuetext', `${speedText(speed)} simulated time per second`);
    this.#speedWords.textContent = speedText(speed);
  }

  focusTime(): void {
    this.#time.focus();
  }

  #button(action: Action, sign: IconName, label: string): HTMLButtonElement {
    return element(
      'button',
      {
        type: 'button',
        class: 'button transport-button',
        'aria-label': label,
        title: label,
        'aria-keyshortcuts': ariaShortcuts(action),
        onclick: () => this.#events.act(action),
      },
      icon(sign),
    );
  }

  #edit(editing: boolean): void {
    this.#editing = editing;
    if (editing) this.#time.select();
    else this.#time.removeAttribute('aria-invalid');
  }

  #timeKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#time.blur();
    if (event.key !== 'Enter') return;
    const timeNs = parseTime(this.#time.value);
    this.#time.setAttribute('aria-invalid', String(timeNs === null));
    if (timeNs === null) return;
    this.#events.goTo(timeNs);
    this.#time.blur();
  }
}

/** Speeds are spread evenly on a log scale. */
export function speedOfStep(step: number): number {
  return Number((SPEED_MIN * Math.exp((step / SPEED_STEPS) * SPAN)).toPrecision(3));
}

/** The inverse of `speedOfStep`, rounded. */
export function stepOfSpeed(speed: number): number {
  return Math.round((Math.log(speed / SPEED_MIN) / SPAN) * SPEED_STEPS);
}
