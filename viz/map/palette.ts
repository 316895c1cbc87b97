/** The colours of the map, read from the style tokens into the forms that rasters and canvases need. */
import { TONES } from './tones.ts';

export interface MapPalette {
  readonly ground: number;
  readonly group: number;
  readonly cell: number;
  readonly edge: number;
  readonly tones: Uint32Array;
  /** Load from 0 to 1 in `RAMP_STEPS` steps. */
  readonly ramp: Uint32Array;
  /** The same and more as CSS colours, for the canvas above the raster. */
  readonly css: {
    readonly label: string;
    readonly soft: string;
    readonly panel: string;
    readonly ground: string;
    readonly group: string;
    readonly edge: string;
    readonly strong: string;
    readonly selection: string;
    readonly bad: string;
    readonly tones: readonly string[];
    readonly ramp: readonly string[];
  };
}

export const RAMP_STEPS = 32;
const RAMP_TOKENS = 7;

/** A colour as `#rrggbb` in the order of bytes of ImageData on a little-endian machine. */
export function packColour(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const red = (value >> 16) & 255;
  const green = (value >> 8) & 255;
  const blue = value & 255;
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Mixes two `#rrggbb` colours. */
export function mixColours(a: string, b: string, share: number): string {
  const from = Number.parseInt(a.slice(1), 16);
  const to = Number.parseInt(b.slice(1), 16);
  let mixed = 0;
  for (const shift of [16, 8, 0]) {
    const low = (from >> shift) & 255;
    const high = (to >> shift) & 255;
    mixed |= Math.round(low + (high - low) * share) << shift;
  }
  return `#${mixed.toString(16).padStart(6, '0')}`;
}

/** Stretches the ramp's tokens to `RAMP_STEPS` colours. */
export function stretchRamp(tokens: readonly string[]): string[] {
  return Array.from({ length: RAMP_STEPS }, (_, step) => {
    const place = (step / (RAMP_STEPS - 1)) * (tokens.length - 1);
    const low = Math.min(tokens.length - 2, Math.floor(place));
    return mixColours(tokens[low], tokens[low + 1], place - low);
  });
}

/** The step of the ramp for a load; loads over 1 look full. */
export function rampStep(load: number): number {
  return Math.max(0, Math.min(RAMP_STEPS - 1, Math.round(load * (RAMP_STEPS - 1))));
}

/** Builds the palette from a way to look tokens up (`--map-cell` and so on). */
export function makePalette(token: (name: string) => string): MapPalette {
  const tones = TONES.map((tone) => token(`--tone-${tone}`));
  const ramp = stretchRamp(Array.from({ length: RAMP_TOKENS }, (_, at) => token(`--ramp-${at + 1}`)));
  return {
    ground: packColour(token('--map-ground')),
    group: packColour(token('--map-group')),
    cell: packColour(token('--map-cell')),
    edge: packColour(token('--map-edge')),
    tones: Uint32Array.from(tones.map(packColour)),
    ramp: Uint32Array.from(ramp.map(packColour)),
    css: {
      label: token('--map-label'),
      soft: token('--text-soft'),
      panel: token('--panel'),
      ground: token('--map-ground'),
      group: token('--map-group'),
      edge: token('--map-edge'),
      strong: token('--line-strong'),
      selection: token('--selection'),
      bad: token('--tone-bad'),
      tones,
      ramp,
    },
  };
}

/** The palette of the theme in force. Minifiers rewrite colours (`#fff`, `red`); a canvas gives them back as `#rrggbb`. */
export function themePalette(): MapPalette {
  const style = getComputedStyle(document.documentElement);
  const canvas = document.createElement('canvas').getContext('2d');
  return makePalette((name) => {
    if (!canvas) return '#888888';
    canvas.fillStyle = '#888888';
    canvas.fillStyle = style.getPropertyValue(name).trim();
    return canvas.fillStyle;
  });
}
