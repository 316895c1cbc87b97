/** The network schemes: one file each, one line here. */
import { calicoBgp } from './calico-bgp.ts';
import { contivVlan } from './contiv-vlan.ts';
import { customStatic } from './custom-static.ts';
import { flannelVxlan } from './flannel-vxlan.ts';
import { openshiftSdn } from './openshift-sdn.ts';
import type { NetworkScheme } from './scheme.ts';

/** Every scheme, in the order of the comparison. */
export const SCHEMES: readonly NetworkScheme[] = [flannelVxlan, calicoBgp, contivVlan, openshiftSdn, customStatic];

/** Names that scenarios may use. */
export const schemeNames: readonly string[] = SCHEMES.map((scheme) => scheme.name);

/** The scheme of that name, or undefined. */
export function schemeNamed(name: string): NetworkScheme | undefined {
  return SCHEMES.find((scheme) => scheme.name === name);
}

/** One row of the capability table. */
export interface SchemeRow {
  readonly name: string;
  readonly title: string;
  readonly mode: string;
  readonly attachment: string;
  readonly layer: string;
  readonly traversal: string;
  readonly isolation: string;
  readonly policy: string;
  /** Bytes of the underlay's IP MTU that pods cannot use. */
  readonly mtuOverheadBytes: number;
  /** How a pod joins, step by step. */
  readonly join: readonly string[];
  /** Where the scheme's behaviour is written. */
  readonly source: string;
}

/** The capability table of every scheme. */
export function schemeTable(): SchemeRow[] {
  return SCHEMES.map((scheme) => ({
    name: scheme.name,
    title: scheme.title,
    mode: scheme.mode,
    attachment: scheme.attachment,
    layer: scheme.layer,
    traversal: scheme.traversal,
    isolation: scheme.isolation,
    policy: scheme.policy,
    mtuOverheadBytes: scheme.mtuReserveBytes,
    join: scheme.join,
    source: scheme.source,
  }));
}
