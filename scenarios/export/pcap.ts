/**
 * Captures in the classic pcap format, with times in nanoseconds: what tshark, tcpdump and Wireshark open.
 *
 * Source: the format as libpcap documents it (pcap-savefile): magic 0xa1b23c4d for nanoseconds, link type 1 for Ethernet.
 * Numbers are little-endian.
 */

/** A frame as it stood on a wire at an instant: from its Ethernet header on, without its check sequence. */
export interface CapturedFrame {
  readonly timeNs: number;
  readonly bytes: Uint8Array;
}

const MAGIC_OF_NANOSECONDS = 0xa1b23c4d;
const LINK_TYPE_ETHERNET = 1;
const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
/** The longest frame that is kept whole; frames here are shorter. */
const SNAP_BYTES = 262_144;
const NS_PER_SECOND = 1e9;

/** The bytes of a capture file. Frames stand in the order of the list. */
export function pcapFile(frames: readonly CapturedFrame[]): Uint8Array {
  const size = frames.reduce((sum, { bytes }) => sum + RECORD_BYTES + bytes.length, HEADER_BYTES);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  writeHeader(view);
  let at = HEADER_BYTES;
  for (const { timeNs, bytes } of frames) {
    view.setUint32(at, Math.floor(timeNs / NS_PER_SECOND), true);
    view.setUint32(at + 4, timeNs % NS_PER_SECOND, true);
    view.setUint32(at + 8, bytes.length, true);
    view.setUint32(at + 12, bytes.length, true);
    file.set(bytes, at + RECORD_BYTES);
    at += RECORD_BYTES + bytes.length;
  }
  return file;
}

function writeHeader(view: DataView): void {
  view.setUint32(0, MAGIC_OF_NANOSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_BYTES, true);
  view.setUint32(20, LINK_TYPE_ETHERNET, true);
}
