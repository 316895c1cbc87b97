/** Search by name over the rows of a run. */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { RunNames } from '../frame-source/run-names.ts';
import type { RowRef } from '../map/hit.ts';
import type { SearchHit } from '../shell/page.ts';

const HITS_MAX = 40;

/** Names that start with the query come first, then those that contain it; tables in the order of the catalog. */
export function searchRun(
  catalog: Catalog,
  names: RunNames,
  query: string,
  choose: (ref: RowRef) => void,
): SearchHit[] {
  const wanted = query.toLowerCase();
  const starts: SearchHit[] = [];
  const contains: SearchHit[] = [];
  for (const table of catalog.tables) {
    const list = names.list(table.name);
    for (let row = 0; row < list.length && starts.length < HITS_MAX; row++) {
      const at = list[row].toLowerCase().indexOf(wanted);
      if (at < 0 || (at > 0 && contains.length >= HITS_MAX)) continue;
      const hit = { label: list[row], detail: table.label, choose: () => choose({ table: table.name, row }) };
      (at === 0 ? starts : contains).push(hit);
    }
  }
  return [...starts, ...contains].slice(0, HITS_MAX);
}
