/**
 * Headers as they stand on the wire, outermost first, and the bytes that they take.
 *
 * Source: IEEE 802.3 and 802.1Q, RFC 791 (IPv4), RFC 768 (UDP), RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 2003 (IP in
 * IP), RFC 4271 (BGP).
 * Left out: IPv6, options, checksums; the bytes themselves (a frame here is what a rule may look at).
 */

/**
 * Who owns an address: what the physical network knows by itself, or what only the container network knows (`pod`). A
 * `granted` address is a pod's that the network itself handed out, so the network knows it.
 */
export type Owner = 'node' | 'pod' | 'router' | 'granted';

const OWNER_WORDS: Readonly<Record<Owner, string>> = {
  node: 'a node',
  pod: 'a pod',
  router: 'a router',
  granted: 'a pod, by the network itself',
};

/** An IP or MAC address with its owner. */
export interface Endpoint {
  /** IP or hardware address as text. */
  readonly address: string;
  readonly owner: Owner;
}

/** A header, with what rules may look at. */
export type Header =
  | {
      readonly kind: 'ethernet';
      readonly source: Endpoint;
      readonly destination: Endpoint;
      readonly broadcast: boolean;
    }
  | { readonly kind: 'vlan'; readonly id: number }
  | { readonly kind: 'ipv4'; readonly source: Endpoint; readonly destination: Endpoint; readonly protocol: number }
  | { readonly kind: 'udp'; readonly destinationPort: number }
  | { readonly kind: 'vxlan'; readonly vni: number }
  | { readonly kind: 'geneve'; readonly vni: number; readonly optionBytes: number }
  | { readonly kind: 'tcp'; readonly destinationPort: number };

/** A frame: its headers from the outside in. */
export type Frame = readonly Header[];

/** Protocol numbers of IPv4 (IANA). */
export const IP_PROTOCOL = { ipInIp: 4, tcp: 6, udp: 17 } as const;

/** Bytes of a header between the Ethernet header and the payload. */
export const HEADER_BYTES = { vlan: 4, ipv4: 20, udp: 8, vxlan: 8, geneve: 8, ethernet: 14 } as const;

/** Preamble (8), Ethernet header (14), frame check (4) and gap (12): what a packet takes on the wire beside its IP bytes. */
export const WIRE_FRAMING_BYTES = 38;

/** Bytes of the IP MTU that VXLAN takes: inner Ethernet 14, VXLAN 8, UDP 8, outer IPv4 20. */
export const VXLAN_OVERHEAD_BYTES = HEADER_BYTES.ethernet + HEADER_BYTES.vxlan + HEADER_BYTES.udp + HEADER_BYTES.ipv4;

/** Bytes of the IP MTU that stand before the pod's own IP header: everything between the outer Ethernet header and it. */
export function encapsulationBytesOf(frame: Frame): number {
  const inner = frame.map(({ kind }) => kind).lastIndexOf('ipv4');
  return frame.slice(1, Math.max(1, inner)).reduce((sum, header) => sum + encapsulationBytesOfHeader(header), 0);
}

function encapsulationBytesOfHeader(header: Header): number {
  if (header.kind === 'vlan' || header.kind === 'tcp') return 0;
  return HEADER_BYTES[header.kind] + (header.kind === 'geneve' ? header.optionBytes : 0);
}

/** A header in words, as a rule's explanation quotes it. */
export function describeHeader(header: Header): string {
  switch (header.kind) {
    case 'ethernet':
      return header.broadcast
        ? `Ethernet broadcast from ${describeEndpoint(header.source)}`
        : `Ethernet source ${describeEndpoint(header.source)}, destination ${describeEndpoint(header.destination)}`;
    case 'vlan':
      return `802.1Q tag, VLAN ${header.id}`;
    case 'ipv4':
      return `IPv4 source ${describeEndpoint(header.source)}, destination ${describeEndpoint(header.destination)}, protocol ${header.protocol}`;
    case 'udp':
      return `UDP port ${header.destinationPort}`;
    case 'vxlan':
      return `VXLAN, VNI ${header.vni}`;
    case 'geneve':
      return `Geneve, VNI ${header.vni}${header.optionBytes === 0 ? '' : `, ${header.optionBytes} bytes of options`}`;
    case 'tcp':
      return `TCP port ${header.destinationPort}`;
  }
}

function describeEndpoint(endpoint: Endpoint): string {
  return `${endpoint.address} (${OWNER_WORDS[endpoint.owner]})`;
}

/** What a scheme puts around a pod's packet on one way. */
export interface WireShape {
  /** Headers between the underlay's Ethernet header and the pod's IP header. */
  readonly encapsulationBytes: number;
  /** Bytes beside the IP MTU (a VLAN tag). */
  readonly tagBytes: number;
}

/** IP MTU that pods may use: the underlay's, less what the scheme leaves free. */
export function podMtu(underlayMtu: number, reserveBytes: number): number {
  return underlayMtu - reserveBytes;
}

/** Bytes that a pod's largest packet takes on the wire: its MTU, the wrap, the tag and the framing. */
export function packetWireBytesMax(shape: WireShape, mtu: number): number {
  return bareWireBytes(shape, mtu);
}

/**
 * Bytes on the wire for `bytes` of TCP payload cut into packets of at most `payloadBytes`.
 * For full packets of an untagged, unwrapped MTU of 1,500 this is 1,538 for 1,448.
 */
export function wireBytes(shape: WireShape, bytes: number, payloadBytes: number, headerBytes: number): number {
  const packets = Math.ceil(bytes / payloadBytes);
  return bytes + packets * (headerBytes + shape.encapsulationBytes + shape.tagBytes + WIRE_FRAMING_BYTES);
}

/** Bytes on the wire of a packet of `ipBytes`: those, the wrap, the tag and the framing. */
export function bareWireBytes(shape: WireShape, ipBytes: number): number {
  return ipBytes + shape.encapsulationBytes + shape.tagBytes + WIRE_FRAMING_BYTES;
}
