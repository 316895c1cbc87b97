/** The sliders of a live run: factors on a log scale, from a quarter to four times. */
import type { Knob } from '../../scenarios/compile/index.ts';

export interface KnobSpec {
  readonly knob: Knob;
  readonly label: string;
  readonly help: string;
}

export const KNOBS: readonly KnobSpec[] = [
  {
    knob: 'load',
    label: 'Traffic load',
    help: 'How many flows or requests start in a second, as a multiple of what the scenario says.',
  },
  {
    knob: 'uplink',
    label: 'Uplink bandwidth',
    help: 'Capacity of the links between leaves and spines, as a multiple of what the scenario says.',
  },
];

/** Steps of the slider on either side of ×1. */
export const KNOB_STEPS = 8;

/** The factor of a slider's step: step -8 is a quarter, 0 is one, 8 is four. */
export function factorOfStep(step: number): number {
  return Number((4 ** (step / KNOB_STEPS)).toPrecision(3));
}
