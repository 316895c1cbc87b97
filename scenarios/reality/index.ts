/**
 * The oracle suites. A new suite is one file and one line here.
 */

import { dataplaneSuite } from './dataplane.ts';
import { federationSuite } from './federation.ts';
import { flowSuite } from './flow.ts';
import { k8sHpaSuite } from './k8s-hpa.ts';
import { k8sNodeLifeSuite } from './k8s-node-life.ts';
import { k8sQueueSuite } from './k8s-queue.ts';
import { k8sSamplingSuite } from './k8s-sampling.ts';
import { k8sSchedulerSuite } from './k8s-scheduler.ts';
import { k8sVolumesSuite } from './k8s-volumes.ts';
import { netSuite } from './net.ts';
import { netDefaultsSuite } from './net-defaults.ts';
import { netL2Suite } from './net-l2.ts';
import { openbSuite } from './openb.ts';
import type { Suite } from './suite.ts';

/** All suites, in the order in which they are asked whether a case is theirs. */
export const SUITES: readonly Suite[] = [
  dataplaneSuite,
  federationSuite,
  flowSuite,
  k8sHpaSuite,
  k8sNodeLifeSuite,
  k8sQueueSuite,
  k8sSamplingSuite,
  k8sSchedulerSuite,
  k8sVolumesSuite,
  netDefaultsSuite,
  netL2Suite,
  netSuite,
  openbSuite,
];
