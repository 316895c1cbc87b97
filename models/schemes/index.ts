/** The network schemes: one file for each mode, one line here. */

import { antreaGeneve } from './antrea-geneve.ts';
import { antreaHybrid } from './antrea-hybrid.ts';
import { antreaNoEncap } from './antrea-noencap.ts';
import { awsVpcCni } from './aws-vpc-cni.ts';
import { awsVpcCniPrefix } from './aws-vpc-cni-prefix.ts';
import { azureCni } from './azure-cni.ts';
import { azureCniOverlay } from './azure-cni-overlay.ts';
import { calicoBgp } from './calico-bgp.ts';
import { calicoIpip } from './calico-ipip.ts';
import { calicoIpipCrossSubnet } from './calico-ipip-crosssubnet.ts';
import { calicoMesh } from './calico-mesh.ts';
import { calicoReflectors } from './calico-reflectors.ts';
import { calicoTor } from './calico-tor.ts';
import { calicoVxlan } from './calico-vxlan.ts';
import { calicoVxlanCrossSubnet } from './calico-vxlan-crosssubnet.ts';
import { ciliumGeneve } from './cilium-geneve.ts';
import { ciliumNative } from './cilium-native.ts';
import { ciliumVxlan } from './cilium-vxlan.ts';
import { contivAci } from './contiv-aci.ts';
import { contivBgp } from './contiv-bgp.ts';
import { contivVlan } from './contiv-vlan.ts';
import { contivVxlan } from './contiv-vxlan.ts';
import { customStatic } from './custom-static.ts';
import { customVpcRoutes } from './custom-vpc-routes.ts';
import { flannelDirectRouting } from './flannel-directrouting.ts';
import { flannelHostGw } from './flannel-host-gw.ts';
import { flannelUdp } from './flannel-udp.ts';
import { flannelVxlan } from './flannel-vxlan.ts';
import { gkeVpcNative } from './gke-vpc-native.ts';
import { ipvlanL2 } from './ipvlan-l2.ts';
import { ipvlanL3 } from './ipvlan-l3.ts';
import { kubeRouter } from './kube-router.ts';
import { macvlan } from './macvlan.ts';
import { openshiftMultitenant } from './openshift-multitenant.ts';
import { openshiftNetworkPolicy } from './openshift-networkpolicy.ts';
import { openshiftSdn } from './openshift-sdn.ts';
import { ovnKubernetes } from './ovn-kubernetes.ts';
import type { NetworkScheme } from './scheme.ts';

/** Every scheme: those of the comparison first, then what came after, the modes of one family together. */
export const SCHEMES: readonly NetworkScheme[] = [
  flannelVxlan,
  flannelDirectRouting,
  flannelHostGw,
  flannelUdp,
  calicoBgp,
  calicoMesh,
  calicoReflectors,
  calicoTor,
  calicoIpip,
  calicoIpipCrossSubnet,
  calicoVxlan,
  calicoVxlanCrossSubnet,
  contivVlan,
  contivVxlan,
  contivBgp,
  contivAci,
  openshiftSdn,
  openshiftMultitenant,
  openshiftNetworkPolicy,
  customStatic,
  customVpcRoutes,
  ciliumNative,
  ciliumVxlan,
  ciliumGeneve,
  kubeRouter,
  ovnKubernetes,
  antreaGeneve,
  antreaNoEncap,
  antreaHybrid,
  macvlan,
  ipvlanL2,
  ipvlanL3,
  awsVpcCni,
  awsVpcCniPrefix,
  azureCni,
  azureCniOverlay,
  gkeVpcNative,
];

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
  /** How nodes come to know where the pods of other nodes are. */
  readonly controlPlane: NetworkScheme['controlPlane'];
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
    controlPlane: scheme.controlPlane,
    join: scheme.join,
    source: scheme.source,
  }));
}
