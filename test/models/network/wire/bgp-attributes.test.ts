/** Path attributes byte for byte: flags, type, length and value as the tables of the RFCs have them, and as tshark reads them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBgp } from '../../../../models/network/wire/bgp.ts';
import {
  type BgpAttributes,
  decodeAttributes,
  encodeAttributes,
} from '../../../../models/network/wire/bgp-attributes.ts';
import { ByteReader, WireProblem } from '../../../../models/network/wire/bytes.ts';
import { ETHER_TYPE } from '../../../../models/network/wire/ethernet.ts';
import { ipv4, PROTOCOL } from '../../../../models/network/wire/ipv4.ts';
import { encodePacket } from '../../../../models/network/wire/packet.ts';
import { pcapFile } from '../../../../scenarios/export/pcap.ts';
import { dissect, HAS_TSHARK } from '../../../scenarios/export/tshark.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Name, attribute, and its bytes: RFC 4271 sections 4.3 and 5 (0x40 well-known, 0x80 optional, 0xc0 optional transitive), RFC
 * 1997, RFC 4456 section 8, RFC 6793 section 4.1 for the aggregator of eight bytes.
 */
const WRITTEN: readonly (readonly [string, BgpAttributes, string])[] = [
  ['ORIGIN', { origin: 'incomplete' }, '40 01 01 02'],
  [
    'AS_PATH',
    {
      asPath: [
        { kind: 'sequence', asns: [64_512, 4_200_000_001] },
        { kind: 'set', asns: [7] },
      ],
    },
    '40 02 10 02 02 0000fc00 fa56ea01 01 01 00000007',
  ],
  ['AS_PATH of a route of one’s own', { asPath: [] }, '40 02 00'],
  ['NEXT_HOP', { nextHop: 0x0a000102 }, '40 03 04 0a000102'],
  ['MULTI_EXIT_DISC', { med: 50 }, '80 04 04 00000032'],
  ['MULTI_EXIT_DISC of 0, which is not the same as none', { med: 0 }, '80 04 04 00000000'],
  ['LOCAL_PREF', { localPreference: 200 }, '40 05 04 000000c8'],
  ['ATOMIC_AGGREGATE', { atomicAggregate: true }, '40 06 00'],
  ['AGGREGATOR', { aggregator: { asn: 65_001, address: 0x0a010101 } }, 'c0 07 08 0000fde9 0a010101'],
  ['COMMUNITIES', { communities: [0xfde90007, 0xffffff01] }, 'c0 08 08 fde90007 ffffff01'],
  ['ORIGINATOR_ID', { originatorId: 0x01010101 }, '80 09 04 01010101'],
  ['CLUSTER_LIST', { clusterList: [0x02020202, 0x03030303] }, '80 0a 08 02020202 03030303'],
];

describe('an attribute', () => {
  it.each(WRITTEN)('%s', (_, attributes, bytes) => {
    const written = bytes.replaceAll(' ', '');
    expect(hex(encodeAttributes(attributes, true))).toBe(written);
    const reader = new ByteReader(Uint8Array.from(Buffer.from(written, 'hex')), 'test');
    expect(decodeAttributes(reader, true)).toEqual(attributes);
  });

  it('takes two bytes for a length above 255, and says so in its flags', () => {
    const communities = Array.from({ length: 64 }, (_, i) => i);
    expect(hex(encodeAttributes({ communities }, true).subarray(0, 4))).toBe('d0080100');
    const clusterList = Array.from({ length: 63 }, (_, i) => i);
    expect(hex(encodeAttributes({ clusterList }, true).subarray(0, 3))).toBe('800afc');
  });

  it('with the flags of another kind is refused', () => {
    for (const [name, , bytes] of WRITTEN) {
      const wrong = Uint8Array.from(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
      wrong[0] = wrong[0]! ^ 0x80;
      const read = (): unknown => decodeAttributes(new ByteReader(wrong, 'test'), true);
      expect(read, name).toThrow(WireProblem);
    }
  });
});

describe('a list of attributes that was damaged', () => {
  it('is read, or is a problem with a name, and nothing else; and reading ends', () => {
    const all = WRITTEN.filter(([name]) => !name.includes(' of '));
    const valid = encodeAttributes(Object.assign({}, ...all.map(([, attributes]) => attributes)), true);
    const damage = fc.record({
      at: fc.nat(valid.length - 1),
      byte: fc.nat(255),
      cutAt: fc.option(fc.nat(valid.length)),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 4 }), (damages) => {
        let bytes = valid.slice();
        for (const { at, byte, cutAt, twice } of damages) {
          if (at < bytes.length) bytes[at] = byte;
          if (cutAt !== null) bytes = bytes.slice(0, cutAt);
          if (twice) bytes = Uint8Array.from([...bytes, ...bytes]);
        }
        try {
          const read = decodeAttributes(new ByteReader(bytes, 'test'), true);
          // What was read can be written, and read again the same.
          const again = encodeAttributes(read, true);
          expect(decodeAttributes(new ByteReader(again, 'test'), true)).toEqual(read);
        } catch (error) {
          expect(error).toBeInstanceOf(WireProblem);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe.skipIf(!HAS_TSHARK)('tshark reads', () => {
  it('flags, types and values as we wrote them', () => {
    const attributes: BgpAttributes = {
      origin: 'igp',
      asPath: [{ kind: 'sequence', asns: [65_001] }],
      nextHop: 0x0a000102,
      med: 50,
      localPreference: 200,
      atomicAggregate: true,
      aggregator: { asn: 65_001, address: 0x0a010101 },
      communities: [0xfde90007],
      originatorId: 0x01010101,
      clusterList: [0x02020202, 0x03030303],
    };
    const payload = encodeBgp({
      type: 'update',
      withdrawn: [],
      attributes,
      nlri: [{ address: 0x0af44000, length: 26 }],
    });
    const frame = encodePacket({
      headers: [
        { kind: 'ethernet', destination: 0x020000000001, source: 0x020000000002, etherType: ETHER_TYPE.ipv4 },
        ipv4({ source: 0x0a000001, destination: 0x0a000002, protocol: PROTOCOL.tcp, identification: 9 }),
        {
          kind: 'tcp',
          sourcePort: 49_152,
          destinationPort: 179,
          sequence: 1,
          acknowledgement: 1,
          flags: 0x18,
          window: 64_240,
          urgent: 0,
          options: [],
        },
      ],
      payload,
    });
    const path = 'bgp.update.path_attribute';
    const fields = ['flags', 'type_code', 'multi_exit_disc', 'local_pref', 'originator_id', 'aggregator_as'];
    const [read] = dissect(
      pcapFile([{ timeNs: 1, bytes: frame }]),
      fields.map((field) => `${path}.${field}`),
    );
    expect(read!.complaints).toEqual([]);
    const [flags, types, ...values] = read!.fields;
    expect(flags!.split('|').map(Number)).toEqual([0x40, 0x40, 0x40, 0x80, 0x40, 0x40, 0xc0, 0xc0, 0x80, 0x80]);
    expect(types!.split('|').map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(values).toEqual(['50', '200', '1.1.1.1', '65001']);
  });
});
