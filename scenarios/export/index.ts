/** The formats of `wavetank export`. A new one is one file and one line here. */
import { chrome } from './chrome.ts';
import { csv } from './csv.ts';
import type { ExportFormat } from './format.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';

/** All formats in the order of the help. */
export const FORMATS: readonly ExportFormat[] = [chrome, csv, ndjson, parquet];
