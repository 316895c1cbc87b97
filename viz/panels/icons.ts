/** The signs on the transport's buttons, drawn here because fonts do not agree on them. */

/** Outlines in a box of 14 by 14. */
const SHAPES = {
  play: 'M3 1.5v11l9.5-5.5z',
  pause: 'M3 2h3v10h-3zM8 2h3v10h-3z',
  'step-forward': 'M2 2v10l7-5zM10 2h2v10h-2z',
  'step-back': 'M12 2v10l-7-5zM2 2h2v10h-2z',
  'skip-forward': 'M1 2v10l5-5zM6 2v10l5-5zM11 2h2v10h-2z',
  'skip-back': 'M13 2v10l-5-5zM8 2v10l-5-5zM1 2h2v10h-2z',
} as const;

export type IconName = keyof typeof SHAPES;

/** An icon; decoration, the button has a name of its own. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 14 14');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}
