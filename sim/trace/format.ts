/**
 * The file format of a recording (`.wtrace`), version 2: constants and limits.
 *
 *     magic (8 bytes)  version (u32)
 *     frame HEAD       the header and the catalog
 *     frame CHNK …     records in the order of time; before some of them a frame KEYF (the state at that point)
 *     frame PYRM       columns of numbers over time (older files have none)
 *     frame FOOT       the index, all names, the density of records over time, the digest
 *     length of the frame FOOT (u32)  end magic (8 bytes)
 *
 * All numbers are little-endian. A frame is a prefix (tag, length and CRC-32 of the head, length of the body, CRC-32 of
 * the prefix itself; five u32), a head (one MessagePack map) and a body of parts (one MessagePack map each, whose
 * lengths and checksums stand in the head). Columns of numbers inside a part are byte planes (see byte-planes.ts).
 *
 * Version 1 had all names of the footer in one piece; version 2 repeats the pieces of the chunks.
 *
 * The bytes depend only on the sequence of calls of the recorder: no clock of the machine, no name of the host.
 * Left out: compression of chunks.
 */

/** First bytes of a file; the first one is not text, and the last would be changed by a text-mode transfer. */
export const MAGIC: readonly number[] = [0x89, 0x57, 0x54, 0x52, 0x41, 0x43, 0x45, 0x0a];
/** Last bytes of a finished file. */
export const END_MAGIC: readonly number[] = [0x0a, 0x45, 0x4e, 0x44, 0x54, 0x52, 0x57, 0x89];
/** The version of the format that is written; older ones are read, newer ones are refused. */
export const TRACE_VERSION = 2;
/** The word in `TraceHeader.format`. */
export const FORMAT_NAME = 'wavetank-trace';
/** Suffix of the files. */
export const TRACE_SUFFIX = '.wtrace';

/** Bytes of the magic and the version. */
export const PREAMBLE_BYTES = 12;
/** Bytes of the prefix of a frame. */
export const FRAME_PREFIX_BYTES = 20;
/** Bytes of the length and the magic at the end. */
export const TRAILER_BYTES = 12;

/** Tags of frames: four letters read as a little-endian u32. */
export const FRAME_TAGS = {
  head: 0x44414548,
  chunk: 0x4b4e4843,
  keyframe: 0x4659454b,
  footer: 0x544f4f46,
  pyramid: 0x4d525950,
} as const;

/** Records in one chunk: decoding one takes about a millisecond, and its columns take 1.4 MB of memory. */
export const CHUNK_RECORDS_MAX = 65_536;
/** A chunk that spans this much simulated time is cut early, if it is worth the cost of a chunk. */
export const CHUNK_SPAN_NS = 60_000_000_000;
/** Fewer records than this are not cut by time: a chunk costs a few hundred bytes by itself. */
export const CHUNK_RECORDS_MIN = 4_096;
/** Chunks between two keyframes when the chunks are full. */
export const KEYFRAME_CHUNKS = 4;
/** Chunks between two keyframes at most, however small the chunks are (a live view flushes often). */
export const KEYFRAME_CHUNKS_MAX = 64;

/** Tables of a catalog; models have a dozen. */
export const TABLES_MAX = 255;
/** Kinds of records: two a table and one a column; they are stored in 16 bits. */
export const KINDS_MAX = 65_535;
/** Kinds of marks. */
export const MARKS_MAX = 65_535;
/** Numbers that a mark may carry. */
export const PAYLOAD_MAX = 4;
/** Values of an enum: stored in 8 bits. */
export const ENUM_VALUES_MAX = 256;
/** Rows of one table over a whole run. */
export const ROWS_MAX = 33_554_432;

/** Bytes of one head of a frame; a large catalog has some tens of kilobytes. */
export const HEAD_BYTES_MAX = 16_777_216;
/** Bytes of one body of a frame; the largest is a keyframe of a million rows. */
export const BODY_BYTES_MAX = 536_870_912;
/** Bytes of one frame. */
export const FRAME_BYTES_MAX = FRAME_PREFIX_BYTES + HEAD_BYTES_MAX + BODY_BYTES_MAX;
/** Bytes of one name or text in UTF-8. */
export const TEXT_BYTES_MAX = 65_535;
/** Bytes of all names of one table, or of all texts, unfolded. */
export const TEXTS_BYTES_MAX = 536_870_912;
/** Bytes of new names after which a chunk is cut early. */
export const CHUNK_TEXT_BYTES_MAX = 8_388_608;
/** Bytes of the columns of one state in memory; a file that asks for more is taken for damaged. */
export const STATE_BYTES_MAX = 1_073_741_824;
/** Nested maps and arrays in a MessagePack document; ours have six. */
export const MESSAGE_DEPTH_MAX = 24;
/** Bins of the density over time that the footer keeps. */
export const DENSITY_BINS = 4_096;
/** Buckets of the finest level of a pyramid: wider than most screens. */
export const PYRAMID_BUCKETS = 1_024;
/** Recordings with fewer records have no pyramid. */
export const PYRAMID_RECORDS_MIN = 4_096;
/** Bins that a caller may ask for. */
export const DENSITY_REQUEST_MAX = 1_000_000;
