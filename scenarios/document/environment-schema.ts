/** An environment: what the network under the cluster lets pass, as data. One file each, or inline in a scenario. */
import { z } from 'zod';
import { line, plainName } from './field.ts';

/** What a rule says about a packet or a message. */
export type Rule =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'drop' }
  | { readonly verdict: 'pass-if'; readonly condition: RuleCondition; readonly within: 'subnet' | null };

/** What must be true for a packet to pass. */
export type RuleCondition = 'route-known' | 'source-destination-check-off' | 'route-in-table';

const conditionSchema = z
  .strictObject({
    'pass-if': z
      .enum(['route-known', 'source-destination-check-off', 'route-in-table'])
      .describe(
        'A router has learned a route; the source/destination check of the interface is off; the route table has the route.',
      ),
    within: z.enum(['subnet']).optional().describe('And only inside one subnet.'),
  })
  .describe('Passes on a condition.');

const rule = (what: string) =>
  z
    .union([z.enum(['pass', 'drop']), conditionSchema])
    .transform(toRule)
    .describe(what);

/** Rules that every environment writes. */
const rules = {
  'unknown-source-ip': rule('A packet whose source address the network did not give out.'),
  'unknown-destination-ip': rule('A packet whose destination address the network did not give out.'),
  'unknown-mac': rule('A frame whose hardware address the network did not give out.'),
  'ip-protocol-4': rule('IP in IP.'),
  'udp-ports': rule('UDP to the ports of overlays.'),
  'vlan-tags': rule('Frames with a VLAN tag.'),
  broadcast: rule('Broadcast frames, such as ARP.'),
  'bgp-to-top-of-rack': rule('A BGP session between a node and the router of its rack.'),
  'static-routes': rule('Routes that people or tools enter into the network by hand.'),
  'route-quota': z.int().min(0).max(100_000_000).describe('Routes that one table may hold.'),
  'addresses-per-interface': z
    .union([z.enum(['unlimited']), z.int().min(1).max(100_000_000)])
    .describe('Addresses that one interface may have.'),
};

/** Rules that an environment of its own may leave out: what stands here is the usual room or VPC. */
const laterRules = {
  'layer-2-across-subnets': rule('Untagged frames to the hardware address of a station in another subnet.'),
  'route-api': rule('Routes that a controller writes through the interface of a provider.'),
  'fabric-controller': rule('A fabric whose controller (APIC) takes groups of pods as its own end points.'),
  'provider-addresses': z
    .enum(['none', 'aws', 'azure', 'gcp'])
    .describe('The provider whose interface hands out addresses for pods, so that its network knows them.'),
  'addresses-per-network': z
    .union([z.enum(['unlimited']), z.int().min(1).max(1_000_000_000)])
    .describe('Addresses that the whole network may hold.'),
};

const completeRules = {
  ...rules,
  'layer-2-across-subnets': laterRules['layer-2-across-subnets'].prefault('drop'),
  'route-api': laterRules['route-api'].prefault('drop'),
  'fabric-controller': laterRules['fabric-controller'].prefault('drop'),
  'provider-addresses': laterRules['provider-addresses'].default('none'),
  'addresses-per-network': laterRules['addresses-per-network'].default('unlimited'),
};

const fields = {
  title: line().describe('Name for people.'),
  kind: z.enum(['machine-room', 'vpc']).describe('A machine room of our own, or a rented network.'),
  underlayMtu: z.int().min(576).max(65_535).describe('Largest packet that the network carries, in bytes.'),
  subnets: z.enum(['one', 'per-rack']).describe('All nodes in one subnet, or one subnet in each rack.'),
  source: line().describe('Where these rules are written.'),
};

/** A whole environment file. */
export const environmentSchema = z
  .strictObject({ ...fields, rules: z.strictObject(completeRules).describe('What passes.') })
  .describe('An environment: what the network under the cluster lets pass.');

/** An environment in a scenario: a whole one, or a library one with some rules changed. */
const inlineEnvironmentSchema = z
  .strictObject({
    use: plainName()
      .optional()
      .describe('Environment of the library that this one starts from; then all else may be left out.'),
    ...z.strictObject(fields).partial().shape,
    rules: z
      .strictObject({ ...rules, ...laterRules })
      .partial()
      .optional()
      .describe('Rules that differ, or all rules.'),
  })
  .describe('An environment of this scenario.');

/** `environments` of a scenario. */
export const environmentsSchema = z
  .record(plainName(), inlineEnvironmentSchema)
  .prefault({})
  .describe('Environments of this scenario, by name; they go before those of the library.');

/** What the network under the cluster lets pass, after parsing. */
export type Environment = z.output<typeof environmentSchema>;
/** The rules and quotas of an environment by name. */
export type EnvironmentRules = Environment['rules'];
/** The key of a rule or quota in an environment's file. */
export type RuleName = keyof EnvironmentRules;
/** An entry of `environments` after parsing: a whole environment, or changes of one of the library. */
export type InlineEnvironment = z.output<typeof inlineEnvironmentSchema>;

function toRule(value: 'pass' | 'drop' | z.output<typeof conditionSchema>): Rule {
  if (typeof value === 'string') return { verdict: value };
  return { verdict: 'pass-if', condition: value['pass-if'], within: value.within ?? null };
}
