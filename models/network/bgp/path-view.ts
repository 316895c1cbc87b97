/**
 * Paths as people look at them.
 *
 * Source: ours. Left out: when a path came.
 */
import type { Attributes, AttributeTable } from './attributes.ts';
import { type Decision, OWN_WEIGHT } from './decision.ts';
import type { PrefixId } from './prefix-table.ts';
import { BEST, MULTIPATH, NO_PATH, type Rib } from './rib.ts';
import { NO_END } from './session-ends.ts';

/** A path as people look at it. */
export interface PathView {
  readonly attributes: Attributes;
  /** The end that it came from; -1: one's own. */
  readonly end: number;
  /** Address; 0: one's own. */
  readonly nextHop: number;
  readonly weight: number;
  readonly isValid: boolean;
  readonly isBest: boolean;
  readonly isMultipath: boolean;
}

/** Candidate paths of a prefix at a speaker, those that came last first. */
export function pathViews(
  rib: Rib,
  decision: Decision,
  attributes: AttributeTable,
  speaker: number,
  prefix: PrefixId,
): PathView[] {
  const found: PathView[] = [];
  for (let path = rib.first(speaker, prefix); path !== NO_PATH; path = rib.nextOf[path]!) {
    const end = rib.endOf[path]!;
    found.push({
      end,
      attributes: attributes.get(rib.attributesOf[path]!),
      nextHop: decision.nextHop(path),
      weight: end === NO_END ? OWN_WEIGHT : rib.weight(path),
      isValid: decision.isValid(speaker, path),
      isBest: (rib.flagsOf[path]! & BEST) !== 0,
      isMultipath: (rib.flagsOf[path]! & MULTIPATH) !== 0,
    });
  }
  return found;
}
