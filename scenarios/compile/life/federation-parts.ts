/** The parts that a federation may have: a new one is a file beside this and a line here. */
import { federationConfigurationOf } from './federation-configuration.ts';
import { federationDeletionOf } from './federation-deletion.ts';
import { federationGrowthOf } from './federation-growth.ts';
import type { MakeFederationPart } from './federation-part.ts';
import { federationStandbyOf } from './federation-standby.ts';
import { federationUpgradeOf } from './federation-upgrade.ts';

/** Makers of all parts. */
export const FEDERATION_PARTS: readonly MakeFederationPart[] = [
  federationConfigurationOf,
  federationDeletionOf,
  federationGrowthOf,
  federationStandbyOf,
  federationUpgradeOf,
];
