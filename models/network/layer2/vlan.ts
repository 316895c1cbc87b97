/**
 * Which frames a port of a bridge lets in and out, by their 802.1Q tag.
 *
 * Source: IEEE 802.1Q-2018 (ids 0 and 4095 are reserved, so 1 to 4094 are usable); the words access, trunk and native
 * are those of switches.
 * Left out: priorities, private VLANs, stacked tags (802.1ad).
 */

/** The smallest id that a network may have. */
export const VLAN_ID_MIN = 1;
/** The greatest: 4095 is reserved. */
export const VLAN_ID_MAX = 4094;
/** The VLAN of a bridge that nobody told of VLANs. */
export const DEFAULT_VLAN = 1;
/** How many networks one trunk can tell apart. */
export const VLAN_IDS_USABLE = VLAN_ID_MAX - VLAN_ID_MIN + 1;

/** What a port carries. */
export type PortVlans =
  /** Untagged frames of one VLAN: what a host is plugged into. */
  | { readonly access: number }
  /** Tagged frames of these VLANs, or of all; untagged ones belong to `native`, and are dropped without it. */
  | { readonly trunk: readonly number[] | 'all'; readonly native?: number };

/** A frame without a tag. */
export const UNTAGGED = 0;
/** A frame that a port does not let through. */
export const REFUSED = -1;

/** What is wrong with an id, in a sentence, or undefined. */
export function vlanIdProblem(id: number): string | undefined {
  if (Number.isInteger(id) && id >= VLAN_ID_MIN && id <= VLAN_ID_MAX) return undefined;
  return `VLAN ${id} cannot be used: ids go from ${VLAN_ID_MIN} to ${VLAN_ID_MAX} (802.1Q reserves 0 and 4095).`;
}

/** What is wrong with a port's VLANs, in sentences. */
export function portVlansProblems(vlans: PortVlans): string[] {
  const ids = 'access' in vlans ? [vlans.access] : [...trunkIds(vlans), ...nativeIds(vlans)];
  return ids.flatMap((id) => vlanIdProblem(id) ?? []);
}

const trunkIds = (vlans: { readonly trunk: readonly number[] | 'all' }): readonly number[] =>
  vlans.trunk === 'all' ? [] : vlans.trunk;
const nativeIds = (vlans: { readonly native?: number }): readonly number[] =>
  vlans.native === undefined ? [] : [vlans.native];

/** The VLAN of a frame that comes in with this tag (0: none), or `REFUSED`. */
export function vlanOfIncoming(vlans: PortVlans, tag: number): number {
  if ('access' in vlans) return tag === UNTAGGED || tag === vlans.access ? vlans.access : REFUSED;
  if (tag === UNTAGGED) return vlans.native ?? REFUSED;
  return vlans.trunk === 'all' || vlans.trunk.includes(tag) ? tag : REFUSED;
}

/** The tag with which a frame of a VLAN leaves (0: none), or `REFUSED`. */
export function tagOfOutgoing(vlans: PortVlans, vlan: number): number {
  if ('access' in vlans) return vlan === vlans.access ? UNTAGGED : REFUSED;
  if (vlan === vlans.native) return UNTAGGED;
  return vlans.trunk === 'all' || vlans.trunk.includes(vlan) ? vlan : REFUSED;
}
