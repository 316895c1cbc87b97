/** The sources of imports. A new source is one file and one line here. */
import type { Importer } from './importer.ts';
import { kubectlImporter } from './kubectl.ts';
import { openbImporter } from './openb.ts';

/** All importers, in the order of the help. */
export const IMPORTERS: readonly Importer[] = [kubectlImporter, openbImporter];
