/** The named assumptions in words; apart from their values, so that a page can tell of them without the models. */

/** An assumption that is a factor in the scenario. */
export type AssumptionName = 'rerouteTime' | 'oversubscription' | 'packetSize' | 'nodeCpu';

/** As a sentence calls them. */
export const ASSUMPTION_TITLES: Readonly<Record<AssumptionName, string>> = {
  rerouteTime: 'the time to reroute around a dead link',
  oversubscription: 'the oversubscription of the racks',
  packetSize: 'the mean size of a flow',
  nodeCpu: 'the speed of processors',
};
