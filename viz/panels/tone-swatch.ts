/** A little square that wears the colour and the pattern of a tone, as the map does. */
import { PATTERN_OF, patternCovers, type Tone } from '../map/tones.ts';

const SIDE = 12;

/** An SVG swatch; decoration, the words stand beside it. */
export function toneSwatch(tone: Tone): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${SIDE} ${SIDE}`);
  svg.setAttribute('class', `swatch swatch-${tone}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', patternPath(tone));
  svg.append(path);
  return svg;
}

/** The covered pixels of a pattern as runs, so that the legend is the map's own rule and not a second drawing of it. */
export function patternPath(tone: Tone): string {
  let path = '';
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) if (patternCovers(PATTERN_OF[tone], x, y, SIDE)) path += `M${x} ${y}h1v1h-1z`;
  }
  return path;
}
