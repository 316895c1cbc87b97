/**
 * Hardware addresses by a rule, so that one can tell whose they are: all locally administered.
 *
 * Source: 0a:58 and the IPv4 address, as the CNI bridge plugin and OVN-Kubernetes make them for pods; ee:ee:ee:ee:ee:ee at the host's
 * end of Calico's veth pairs (Calico documentation); the others are ours. Left out: what makers burn into cards.
 */
import type { MacAddress } from '../wire/ethernet.ts';

const BITS_OF_IP = 4_294_967_296;

/** A pod, or a bridge that is its router. */
export const podMac = (ip: number): MacAddress => 0x0a58 * BITS_OF_IP + ip;
/** A node's card. */
export const cardMac = (ip: number): MacAddress => 0x0200 * BITS_OF_IP + ip;
/** A router of the room, or the provider's. */
export const routerMac = (ip: number): MacAddress => 0x0201 * BITS_OF_IP + ip;
/** The end of a tunnel on a node. */
export const tunnelMac = (nodeIp: number): MacAddress => 0x0202 * BITS_OF_IP + nodeIp;
/** A spine that routes. */
export const spineMac = (spine: number): MacAddress => 0x0203 * BITS_OF_IP + spine;
/** The host's end of a veth pair to a pod whose node routes. */
export const HOST_END_MAC: MacAddress = 0xeeee_eeee_eeee;
