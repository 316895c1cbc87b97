/**
 * Federation v1 (`federation.kubernetes.io/deployment-preferences`): the same planner as KubeFed's, which was taken from it.
 *
 * Source: kubernetes-retired/federation `pkg/federation-controller/util/replicapreferences/planner` (retired January 2019); issues
 * kubernetes #31816 and #33312. A cluster is ready or not by one check, each 40 s. Leaves out: annotations and their faults.
 */
import { CeilPlanner } from './kubefed.ts';
import type { FederationProfile } from './profile.ts';

/** Federation v1 with its default, `rebalance: false`. */
export const federationV1: FederationProfile = {
  name: 'federationV1',
  title: 'Federation v1',
  moves: 'replicas',
  limits: true,
  estimate: 'none',
  replansOn: ['clusterLost', 'clusterBack', 'capacity', 'asked'],
  failback: 'byPlan',
  planner: () => new CeilPlanner(false),
};
