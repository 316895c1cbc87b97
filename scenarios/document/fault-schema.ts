/** What breaks in a scenario, when, and for how long. */
import { z } from 'zod';
import { duration, exactlyOne, type Refusal } from './field.ts';

/** Where a fault strikes: a drawn one, or a named one. */
export type Fault = {
  /** Instant of the fault, ns. */
  readonly at: number;
  /** How long it lasts, ns; null: until the end of the run. */
  readonly for: number | null;
} & (
  | {
      readonly kind: 'link';
      readonly target: 'any-uplink' | { readonly rack: number; readonly spine: number };
      /** Its packets are lost while its ports see nothing. */
      readonly silent: boolean;
    }
  /** A switch by number. */
  | {
      readonly kind: 'switch';
      readonly target: 'any-spine' | 'any-leaf' | { readonly spine: number } | { readonly leaf: number };
    }
  /** A node by name, or any. */
  | { readonly kind: 'node'; readonly target: string; readonly cut: boolean }
  /** A rack by number. */
  | { readonly kind: 'rack'; readonly target: 'any' | number; readonly cut: boolean }
  /** All nodes with this value of the zone's label. */
  | { readonly kind: 'zone'; readonly target: string; readonly cut: boolean }
  /** The server that tells nodes of each other's pods, or another part of a living cluster's control plane. */
  | { readonly kind: 'control-plane-away'; readonly part?: 'scheduler' | 'controllers' }
);

/** An uplink that the seed draws. */
export const anyUplink = () => z.enum(['any-uplink']);

/** An uplink by its ends. */
export const uplinkSchema = z
  .strictObject({
    rack: z.int().min(0).describe('Number of the rack, from 0.'),
    spine: z.int().min(0).describe('Number of the spine, from 0.'),
  })
  .describe('The link between this rack and this spine.');

const spineSchema = z
  .strictObject({ spine: z.int().min(0).describe('Number of the spine, from 0.') })
  .describe('This spine switch.');

const leafSchema = z
  .strictObject({ leaf: z.int().min(0).describe('Number of its rack, from 0.') })
  .describe('The top-of-rack switch of this rack.');

const faultFields = z
  .strictObject({
    at: duration().describe('When it breaks.'),
    for: duration({ min: 1 })
      .optional()
      .describe(
        'How long until a link or a switch is mended or a control plane is back, and with `load` until nodes are; to the end if left out.',
      ),
    link: z
      .union([anyUplink(), uplinkSchema])
      .optional()
      .describe('A leaf-to-spine link: `any-uplink` is drawn by the seed, or name its ends.'),
    switch: z
      .union([z.enum(['any-spine', 'any-leaf']), spineSchema, leafSchema])
      .optional()
      .describe(
        'A switch with all its links: `any-spine` and `any-leaf` are drawn by the seed, or give a number. Nodes under a leaf run on, each by itself: only with `load`.',
      ),
    silent: z
      .boolean()
      .optional()
      .describe('The link loses every packet while both of its ports go on seeing light: nobody is told.'),
    node: z.string().min(1).max(80).optional().describe('A node: `any` is drawn by the seed, or name it.'),
    rack: z
      .union([z.enum(['any']), z.int().min(0)])
      .optional()
      .describe('A whole rack: `any` is drawn by the seed, or give its number, from 0.'),
    zone: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .describe('All nodes with this value of the label `topology.kubernetes.io/zone`.'),
    cut: z
      .boolean()
      .optional()
      .describe(
        'With `load`: the nodes run on, but nobody outside hears them, nor they anybody outside. Nodes of one cut hear each other.',
      ),
    controlPlane: z
      .enum(['away', 'scheduler', 'controllers'])
      .optional()
      .describe(
        '`away`: the server that tells nodes of the pods of others (the Kubernetes API, etcd or an SDN controller, whichever the network scheme has) does not answer their agents: nothing new is programmed. Schemes without such a server do not notice. With `load` it is the API server, and then the `scheduler` or the controller manager (`controllers`) may be down by themselves: pods run on, and nothing is placed, scaled or evicted until the part is back and has its lease again.',
      ),
  })
  .describe('Exactly one of a link, a switch, a node, a rack, a zone or a control plane fails.');

const NOT_SILENT: Refusal = {
  message: 'only a link dies in silence',
  expected: 'no `silent` here',
  hint: 'leave it out: nodes and racks that die take their ports along',
};

const NOT_CUT: Refusal = {
  message: 'only nodes, racks and zones are cut off',
  expected: 'no `cut` here',
  hint: 'leave it out: a link that fails is cut anyway',
};

/** `faults` of a scenario. */
export const faultsSchema = z
  .array(
    exactlyOne(faultFields, ['link', 'switch', 'node', 'rack', 'zone', 'controlPlane'])
      .refine(({ link, silent }) => silent === undefined || link !== undefined, {
        path: ['silent'],
        params: { refusal: NOT_SILENT },
      })
      .refine(
        ({ node, rack, zone, cut }) =>
          cut === undefined || node !== undefined || rack !== undefined || zone !== undefined,
        { path: ['cut'], params: { refusal: NOT_CUT } },
      )
      .transform(toFault)
      .describe('One fault.'),
  )
  .max(1000)
  .prefault([])
  .describe('What breaks during the run.');

function toFault(fields: z.output<typeof faultFields>): Fault {
  const when = { at: fields.at, for: fields.for ?? null };
  if (fields.link !== undefined) return { ...when, kind: 'link', target: fields.link, silent: fields.silent ?? false };
  if (fields.switch !== undefined) return { ...when, kind: 'switch', target: fields.switch };
  const cut = fields.cut ?? false;
  if (fields.node !== undefined) return { ...when, kind: 'node', target: fields.node, cut };
  if (fields.rack !== undefined) return { ...when, kind: 'rack', target: fields.rack, cut };
  if (fields.zone !== undefined) return { ...when, kind: 'zone', target: fields.zone, cut };
  const part = fields.controlPlane;
  return { ...when, kind: 'control-plane-away', ...(part === undefined || part === 'away' ? {} : { part }) };
}
