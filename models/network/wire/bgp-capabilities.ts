/**
 * Capabilities that an OPEN tells of.
 *
 * Source: RFC 5492, RFC 4760 (multiprotocol), RFC 2918 (route refresh), RFC 4724 (graceful restart), RFC 6793 (AS numbers of
 * four octets). Left out: what others mean (they are kept as bytes).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** A capability, in the order in which they stand. */
export type BgpCapability =
  | { readonly kind: 'multiprotocol'; readonly family: number; readonly subfamily: number }
  | { readonly kind: 'route-refresh' }
  | { readonly kind: 'graceful-restart'; readonly restarted: boolean; readonly restartSeconds: number }
  | { readonly kind: 'four-octet-as'; readonly asn: number }
  | { readonly kind: 'other'; readonly code: number; readonly bytes: Uint8Array };

/** IPv4 unicast. */
export const IPV4_UNICAST = { family: 1, subfamily: 1 } as const;

const CODE = { multiprotocol: 1, routeRefresh: 2, gracefulRestart: 64, fourOctetAs: 65 } as const;
const RESTARTED = 0x8000;
const RESTART_SECONDS_MAX = 4095;

/** The list as it stands in the optional parameter. */
export function encodeCapabilities(capabilities: readonly BgpCapability[]): Uint8Array {
  const writer = new ByteWriter();
  for (const capability of capabilities) encodeCapability(writer, capability);
  assert(writer.length <= 253, () => `capabilities of ${writer.length} bytes do not fit into an OPEN`);
  return writer.done();
}

function encodeCapability(writer: ByteWriter, capability: BgpCapability): void {
  switch (capability.kind) {
    case 'multiprotocol':
      writer.u8(CODE.multiprotocol).u8(4).u16(capability.family).u8(0).u8(capability.subfamily);
      return;
    case 'route-refresh':
      writer.u8(CODE.routeRefresh).u8(0);
      return;
    case 'graceful-restart':
      writer
        .u8(CODE.gracefulRestart)
        .u8(2)
        .u16((capability.restarted ? RESTARTED : 0) + capability.restartSeconds);
      return;
    case 'four-octet-as':
      writer.u8(CODE.fourOctetAs).u8(4).u32(capability.asn);
      return;
    case 'other':
      writer.u8(capability.code).u8(capability.bytes.length).raw(capability.bytes);
  }
}

/** Reads a list. @throws WireProblem */
export function decodeCapabilities(reader: ByteReader): BgpCapability[] {
  const capabilities: BgpCapability[] = [];
  while (reader.left > 0) {
    const code = reader.u8();
    capabilities.push(decodeCapability(code, reader.raw(reader.u8())));
  }
  return capabilities;
}

/** One of a form that is known; any other is kept as bytes. */
function decodeCapability(code: number, bytes: Uint8Array): BgpCapability {
  const reader = new ByteReader(bytes, 'BGP capability');
  if (code === CODE.multiprotocol && bytes.length === 4) {
    const family = reader.u16();
    reader.u8();
    return { kind: 'multiprotocol', family, subfamily: reader.u8() };
  }
  if (code === CODE.routeRefresh && bytes.length === 0) return { kind: 'route-refresh' };
  if (code === CODE.fourOctetAs && bytes.length === 4) return { kind: 'four-octet-as', asn: reader.u32() };
  if (code === CODE.gracefulRestart && bytes.length === 2) {
    const flags = reader.u16();
    return {
      kind: 'graceful-restart',
      restarted: (flags & RESTARTED) !== 0,
      restartSeconds: flags & RESTART_SECONDS_MAX,
    };
  }
  return { kind: 'other', code, bytes };
}
