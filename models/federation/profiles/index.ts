/** All profiles of real federations, by the names that documents use: one line each. */
import { clusternet } from './clusternet.ts';
import { federationV1 } from './federation-v1.ts';
import { karmada } from './karmada.ts';
import { kubefed } from './kubefed.ts';
import { ocm } from './ocm.ts';
import type { FederationProfile } from './profile.ts';
import { admiralty, liqo } from './virtual-nodes.ts';

/** Makes a profile for one run: planners of one profile may know of each other. */
export const PROFILES: Readonly<Record<string, () => FederationProfile>> = {
  federationV1: () => federationV1,
  kubefed: () => kubefed(false),
  kubefedRebalance: () => kubefed(true),
  karmadaTo15Static: () => karmada('1.15', 'static'),
  karmadaTo15Dynamic: () => karmada('1.15', 'dynamic'),
  karmadaTo15Aggregated: () => karmada('1.15', 'aggregated'),
  karmadaFrom16Static: () => karmada('1.16', 'static'),
  karmadaFrom16Dynamic: () => karmada('1.16', 'dynamic'),
  karmadaFrom16Aggregated: () => karmada('1.16', 'aggregated'),
  karmadaFrom16Duplicated: () => karmada('1.16', 'duplicated'),
  clusternetStatic: () => clusternet('static'),
  clusternetDynamic: () => clusternet('dynamic'),
  ocm: () => ocm(),
  admiralty: () => admiralty,
  liqo: () => liqo,
};
