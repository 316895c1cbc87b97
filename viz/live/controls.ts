/** What a live run adds to the work screen: the alternative, two sliders, now, restart. */
import { element } from '../shell/element.ts';
import { factorOfStep, KNOB_STEPS, KNOBS, type KnobSpec } from './knobs.ts';

export interface LiveControlEvents {
  tune(knob: string, factor: number): void;
  now(): void;
  restart(): void;
  alternative(name: string): void;
}

/** Builds the controls; `alternatives` are the names to choose from, the running one first. */
export function liveControls(alternatives: readonly string[], running: string, events: LiveControlEvents): HTMLElement {
  return element(
    'div',
    { class: 'live-controls', role: 'group', 'aria-label': 'Live run' },
    element('b', { class: 'live-badge' }, 'Live'),
    alternatives.length > 1 ? alternativeBox(alternatives, running, events) : null,
    ...KNOBS.map((spec) => knobSlider(spec, events)),
    element(
      'button',
      { type: 'button', class: 'button', title: 'Go to how far the run has come', onclick: () => events.now() },
      'Now',
    ),
    element('button', { type: 'button', class: 'button', onclick: () => events.restart() }, 'Restart'),
  );
}

function alternativeBox(alternatives: readonly string[], running: string, events: LiveControlEvents): HTMLElement {
  const box = element(
    'select',
    { title: running, onchange: () => events.alternative(box.value) },
    ...alternatives.map((name) => element('option', { value: name, selected: name === running }, name)),
  );
  return element('label', { class: 'slider' }, element('span', {}, 'Alternative'), box);
}

function knobSlider(spec: KnobSpec, events: LiveControlEvents): HTMLElement {
  const words = element('output', {}, '×1');
  const input = element('input', {
    type: 'range',
    min: -KNOB_STEPS,
    max: KNOB_STEPS,
    step: 1,
    value: 0,
    'aria-valuetext': 'times 1',
    oninput: () => {
      const factor = factorOfStep(Number(input.value));
      words.textContent = `×${factor}`;
      input.setAttribute('aria-valuetext', `times ${factor}`);
    },
    // The run is told once the slider rests: every change is a mark in the recording.
    onchange: () => events.tune(spec.knob, factorOfStep(Number(input.value))),
  });
  return element('label', { class: 'slider', title: spec.help }, element('span', {}, spec.label), input, words);
}
