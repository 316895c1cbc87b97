/**
 * How many units walk the kernels when cards and kernels handle many packets at once.
 *
 * Source: Linux 6.x: segmentation offload (up to 64 KiB, `GSO_MAX_SIZE`), udp_gro_receive (packets in UDP tunnels are joined
 * only if the kernel knows that they are whole: by an outer checksum, or because the card has checked the inner one),
 * Documentation/networking/segmentation-offloads.rst. IPIP and GRE are joined; WireGuard joins what it has decrypted; a
 * program behind a TUN device reads every packet by itself.
 * Left out: what a unit costs (models/machine), cards that join by themselves (LRO), UDP's own segmentation.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Encapsulation } from './encapsulation.ts';
import type { IpPacket } from './ip-packet.ts';
import { NO_OFFLOAD, type Offload } from './path-settings.ts';

/** `GSO_MAX_SIZE`. */
export const UNIT_BYTES_MAX = 65_536;

/** Units of the sender's kernel for so many bytes that leave at once. */
export function unitsOf(
  bytes: number,
  payloadBytes: number,
  offload: Offload = NO_OFFLOAD,
  encapsulation: Encapsulation = 'none',
): number {
  const whole = offload.segmentation && sendsWhole(encapsulation, offload);
  const perUnit = whole ? Math.floor(UNIT_BYTES_MAX / payloadBytes) * payloadBytes : payloadBytes;
  return Math.ceil(bytes / perUnit);
}

function sendsWhole(encapsulation: Encapsulation, { tunnelSegmentation }: Offload): boolean {
  if (encapsulation === 'none') return true;
  // A program reads packets; encryption is done packet by packet.
  return encapsulation !== 'tun' && encapsulation !== 'wireguard' && tunnelSegmentation;
}

/** Whether the receiver's kernel may join packets of that tunnel. */
export function joins(encapsulation: Encapsulation, offload: Offload = NO_OFFLOAD): boolean {
  if (!offload.receive || encapsulation === 'tun') return false;
  const isUdp = encapsulation === 'vxlan' || encapsulation === 'geneve';
  return !isUdp || offload.udpChecksum || offload.cardChecksInner;
}

/** Counts units of a receiver. */
export interface JoinedPackets {
  /** A packet of the stream has arrived. */
  take(packet: IpPacket, nowNs: TimeNs, offload: Offload | undefined, encapsulation: Encapsulation): void;
  /** Units so far. */
  units(): number;
}

/** A counter of units: packets that arrive at one instant and follow each other are one, up to 64 KiB. */
export function joinedPackets(): JoinedPackets {
  let units = 0;
  let lastNs = -1;
  let next = -1;
  let bytes = 0;
  return {
    take({ position, length }, nowNs, offload, encapsulation) {
      const follows = nowNs === lastNs && position === next && bytes + length <= UNIT_BYTES_MAX;
      if (follows && joins(encapsulation, offload)) bytes += length;
      else {
        units++;
        bytes = length;
      }
      lastNs = nowNs;
      next = position + length;
    },
    units: () => units,
  };
}
