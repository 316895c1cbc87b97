/**
 * The oracle suites. A new suite is one file and one line here.
 */

import { flowSuite } from './flow.ts';
import type { Suite } from './suite.ts';

export const SUITES: readonly Suite[] = [flowSuite];
