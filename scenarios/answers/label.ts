/**
 * Names from a scenario as words on a page: `aws-like-vpc` becomes "AWS-like VPC".
 *
 * A name that is unknown here only loses its hyphens, so that nothing has to be registered before it can be shown.
 */

const SPELLINGS: Readonly<Record<string, string>> = {
  aci: 'ACI',
  acl: 'ACL',
  aws: 'AWS',
  bgp: 'BGP',
  cni: 'CNI',
  cpu: 'CPU',
  gcp: 'GCP',
  geneve: 'Geneve',
  gke: 'GKE',
  gpu: 'GPU',
  gw: 'gateway',
  ip: 'IP',
  ipip: 'IPIP',
  ipvlan: 'IPVLAN',
  macvlan: 'macvlan',
  mtu: 'MTU',
  networkpolicy: 'NetworkPolicy',
  openshift: 'OpenShift',
  sdn: 'SDN',
  tcp: 'TCP',
  udp: 'UDP',
  vlan: 'VLAN',
  vpc: 'VPC',
  vxlan: 'VXLAN',
};

/** Names that read better otherwise than word by word. */
const WHOLE: Readonly<Record<string, string>> = {
  'machine-room-bgp': 'Machine room with BGP',
  'machine-room-no-bgp': 'Machine room without BGP',
  'calico-ipip-crosssubnet': 'Calico IPIP across subnets',
  'calico-tor': 'Calico with top-of-rack peering',
  'calico-vxlan-crosssubnet': 'Calico VXLAN across subnets',
  'custom-static': 'Custom static routing',
  'custom-vpc-routes': 'Custom VPC routes',
  'flannel-directrouting': 'Flannel DirectRouting',
  'flannel-host-gw': 'Flannel host-gw',
  'gke-vpc-native': 'GKE VPC-native',
  'ipvlan-l2': 'IPVLAN L2',
  'ipvlan-l3': 'IPVLAN L3',
  'kube-router': 'kube-router',
  'machine-room-aci': 'Machine room with an ACI fabric',
  'machine-room-flat': 'Machine room with one segment',
  'ovn-kubernetes': 'OVN-Kubernetes',
  'vmware-like-room': 'Strict virtual switch',
};

/** The words for a name; the first letter is a capital. */
export function labelOf(name: string): string {
  if (Object.hasOwn(WHOLE, name)) return WHOLE[name]!;
  const words = name.split('-').map((word) => (Object.hasOwn(SPELLINGS, word) ? SPELLINGS[word]! : word));
  const text = words.join(' ').replace(/ like(?= |$)/, '-like');
  return text === '' ? name : text[0]!.toUpperCase() + text.slice(1);
}

/** The family of a scheme's modes: `calico` of `calico-bgp`. */
export function familyOf(scheme: string): string {
  return scheme.split('-')[0]!;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** Names in a sentence: more than `most` are counted at the end, because nobody reads them. */
export function listedUpTo(words: readonly string[], most: number): string {
  // To name one more costs as much room as to count it.
  if (words.length <= most + 1) return listed(words);
  return `${words.slice(0, most).join(', ')} and ${words.length - most} others`;
}

/** A label inside a sentence loses its capital unless it is an abbreviation; one with a comma is held by quotes. */
export function inSentence(label: string): string {
  const words = /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;
  return words.includes(',') ? `\u201c${words}\u201d` : words;
}

/** The text as a sentence begins: with a capital. */
export function capitalised(text: string): string {
  return text === '' ? text : text[0]!.toUpperCase() + text.slice(1);
}

/** "1 route", "3 routes". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
