/** The ways between pods of an alternative as the overlay room plays them, where MTUs were set by hand. */
import { hostAddress } from '../../models/network/addresses.ts';
import { type PathSettings, pathWarnings } from '../../models/network/overlay/path-settings.ts';
import { fitOf, type WayFit } from '../../models/network/overlay/way-fit.ts';
import { shapeOf } from '../../models/network/walking/ground.ts';
import { pathOf, type WayMtus } from '../../models/network/walking/tunnel.ts';
import type { PlannedAlternative } from './plan.ts';
import { VLAN_ID_DEFAULT } from './plan.ts';

/** A way within a rack, and one to another rack. */
export interface WaysBetweenPods<T> {
  readonly inRack: T;
  readonly betweenRacks: T;
}

/** All MTUs of an alternative, as the scheme or a hand has set them. */
export function mtusOf({ document, environment, podMtu, deviceMtu }: PlannedAlternative): WayMtus {
  const { fabric, messages } = document.mtu;
  return {
    pod: podMtu,
    underlay: environment.underlayMtu,
    device: deviceMtu,
    tells: messages === 'pass',
    ...(fabric === undefined ? {} : { fabric }),
  };
}

/** Both ways, place by place. */
export function pathsOf(alternative: PlannedAlternative): WaysBetweenPods<PathSettings> {
  const { scheme, environment } = alternative;
  const shape = (sameSubnet: boolean) => {
    const packets = scheme.packets({ ...exampleEnds(alternative), sameSubnet });
    return shapeOf(packets.find(({ frame }) => frame.some(({ kind }) => kind === 'ipv4'))!.frame);
  };
  const [near, away] = [shape(true), shape(environment.subnets === 'one')];
  const isRouted = environment.subnets === 'per-rack' && away.nextHop === 'router';
  const { joins } = scheme.forwarding;
  const mtus = mtusOf(alternative);
  const far = ['leaf', 'spine', 'leaf of the receiver'];
  return {
    inRack: pathOf(near.wrap, joins, mtus, { kind: 'switch', names: ['leaf'] }),
    betweenRacks: pathOf(away.wrap, joins, mtus, {
      kind: isRouted ? 'router' : 'switch',
      names: far,
    }),
  };
}

function exampleEnds({ document }: PlannedAlternative) {
  const { nodeCidr, podCidr, vlan } = document.cluster;
  return {
    sourcePod: hostAddress(podCidr, 1),
    destinationPod: hostAddress(podCidr, 2),
    sourceNode: hostAddress(nodeCidr, 1),
    destinationNode: hostAddress(nodeCidr, 2),
    router: hostAddress(nodeCidr, 0),
    vlanId: vlan?.id ?? VLAN_ID_DEFAULT,
  };
}

/** What both ways do with packets; undefined where nobody has set an MTU, so that every packet fits. */
export function fitsOf(alternative: PlannedAlternative): WaysBetweenPods<WayFit> | undefined {
  const { pods, tunnel, fabric } = alternative.document.mtu;
  if (pods === undefined && tunnel === undefined && fabric === undefined) return undefined;
  const { inRack, betweenRacks } = pathsOf(alternative);
  return { inRack: fitOf(inRack), betweenRacks: fitOf(betweenRacks) };
}

const WHERE = { inRack: 'within a rack', betweenRacks: 'between racks' } as const;

/** What can be but will surprise about the MTUs of some alternatives, in sentences. */
export function mtuWarnings(alternatives: readonly PlannedAlternative[]): string[] {
  return [...new Set(alternatives.flatMap(warningsOfOne))];
}

function warningsOfOne(alternative: PlannedAlternative): string[] {
  const paths = pathsOf(alternative);
  const small = [...pathWarnings(paths.inRack), ...pathWarnings(paths.betweenRacks)];
  const fits = fitsOf(alternative);
  const long = (['inRack', 'betweenRacks'] as const).flatMap((way) =>
    fits === undefined ? [] : longWarnings(fits[way], WHERE[way]),
  );
  return [...small, ...long].map((sentence) => `${alternative.name}: ${sentence}`);
}

function longWarnings({ tcpMtu, wholeUpTo, swallowedFrom }: WayFit, where: string): string[] {
  if (Number.isFinite(swallowedFrom))
    return [`Packets of ${swallowedFrom} bytes and more never arrive ${where}, and nobody tells their senders.`];
  return tcpMtu > wholeUpTo ? [`Packets longer than ${wholeUpTo} bytes are cut in the tunnel ${where}.`] : [];
}
