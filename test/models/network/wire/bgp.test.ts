import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABSENT, type Attributes, NEXT_HOP_SENDER } from '../../../../models/network/bgp/attributes.ts';
import { attributeBytes, prefixBytes } from '../../../../models/network/bgp/message.ts';
import { type BgpWireMessage, decodeBgp, decodeBgpMessages, encodeBgp } from '../../../../models/network/wire/bgp.ts';
import { IPV4_UNICAST } from '../../../../models/network/wire/bgp-capabilities.ts';
import { joined, WireProblem } from '../../../../models/network/wire/bytes.ts';
import { anyBgpMessage } from './arbitrary.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const MARKER = 'ff'.repeat(16);

describe('BGP messages as bytes', () => {
  it('come back as they were, one by one and in a stream that was cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(anyBgpMessage, { minLength: 1, maxLength: 4 }), fc.nat(), (messages, place) => {
        const encoded = messages.map((message) => encodeBgp(message));
        encoded.forEach((bytes, i) => {
          expect(decodeBgp(bytes)).toEqual(messages[i]);
        });
        const stream = joined(...encoded);
        const cut = place % (stream.length + 1);
        const first = decodeBgpMessages(stream.slice(0, cut));
        const second = decodeBgpMessages(joined(first.rest, stream.slice(cut)));
        expect([...first.messages, ...second.messages]).toEqual(messages);
        expect(second.rest.length).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('decoders never throw anything but a problem', () => {
    const survives = (bytes: Uint8Array): void => {
      try {
        decodeBgpMessages(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(WireProblem);
      }
    };
    fc.assert(
      fc.property(anyBgpMessage, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, place, change) => {
        const bytes = encodeBgp(message);
        bytes[place % bytes.length] = bytes[place % bytes.length]! ^ change;
        survives(bytes);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.uint8Array({ maxLength: 90 }), (type, body) => {
        const head = Uint8Array.from([...new Array<number>(16).fill(255), 0, 19 + body.length, type]);
        survives(joined(head, body));
      }),
      { numRuns: 2000 },
    );
  });

  it('an OPEN of RFC 4271 and 6793, byte for byte', () => {
    const open: BgpWireMessage = {
      type: 'open',
      asn: 4_200_000_001,
      holdSeconds: 180,
      routerId: 0x0a000001,
      capabilities: [
        { kind: 'multiprotocol', ...IPV4_UNICAST },
        { kind: 'route-refresh' },
        { kind: 'four-octet-as', asn: 4_200_000_001 },
      ],
    };
    expect(hex(encodeBgp(open))).toBe(`${MARKER}002d01045ba000b40a00000110020e01040001000102004104fa56ea01`);
  });

  it('an UPDATE: withdrawn, attributes in ascending order, prefixes with as many bytes as they need', () => {
    const update: BgpWireMessage = {
      type: 'update',
      withdrawn: [{ address: 0x0af40000, length: 26 }],
      attributes: {
        origin: 'igp',
        asPath: [{ kind: 'sequence', asns: [64512] }],
        nextHop: 0x0a000102,
        communities: [0xffffff01],
        localPreference: 100,
        originatorId: 0x01010101,
        clusterList: [0x02020202],
      },
      nlri: [{ address: 0x0af44000, length: 18 }],
    };
    expect(hex(encodeBgp(update)).slice(32)).toBe(
      [
        '0050',
        '02',
        '0005',
        '1a0af40000',
        '0030',
        '40010100',
        '40020602010000fc00',
        '4003040a000102',
        '40050400000064',
        'c00804ffffff01',
        '80090401010101',
        '800a0402020202',
        '120af440',
      ].join(''),
    );
  });

  it('two octets of AS numbers where one end knows no more', () => {
    const update: BgpWireMessage = {
      type: 'update',
      withdrawn: [],
      attributes: { origin: 'egp', asPath: [{ kind: 'set', asns: [1, 65_535] }], nextHop: 1 },
      nlri: [],
    };
    const bytes = encodeBgp(update, { fourOctetAs: false });
    expect(hex(bytes)).toContain('400206010200 01ffff'.replaceAll(' ', ''));
    expect(decodeBgp(bytes, { fourOctetAs: false })).toEqual(update);
  });

  it.each([
    ['version 3', '001d01', '03 0001 00b4 0a000001 00', 'version 4'],
    ['hold time of 2 s', '001d01', '04 0001 0002 0a000001 00', 'hold time'],
    ['router id', '001d01', '04 0001 00b4 00000000 00', 'router id'],
    ['AS 0', '001d01', '04 0000 00b4 0a000001 00', 'AS number'],
    ['length', '001201', '', '19 to 4,096'],
    ['prefix of 33 bits', '001c02', '0005 21 0a000001 0000', '32 bits'],
    ['type', '001309', '', 'type 1 to 4'],
    ['ORIGIN twice', '001f02', '0000 0008 40010100 40010100', 'twice'],
    ['ORIGIN that is optional', '001b02', '0000 0004 c0010100', 'flags'],
    ['prefix without attributes', '001902', '0000 0000 080a', 'ORIGIN'],
  ])('refuses a wrong %s', (_, head, body, words) => {
    const bytes = Buffer.from(`${MARKER}${head}${body.replaceAll(' ', '')}`, 'hex');
    expect(() => decodeBgp(Uint8Array.from(bytes))).toThrow(WireProblem);
    expect(() => decodeBgp(Uint8Array.from(bytes))).toThrow(words);
  });
});

/** Lengths that speakers count by are those of the bytes. */
describe('lengths of models/network/bgp/message.ts', () => {
  const attributes: Attributes = {
    origin: 'igp',
    asPath: [64512, 64513],
    nextHop: NEXT_HOP_SENDER,
    med: ABSENT,
    localPreference: 100,
    communities: [1, 2],
    originatorId: 9,
    clusterList: [3],
    atomicAggregate: true,
  };

  it('are those of the bytes', () => {
    const bare = encodeBgp({ type: 'update', withdrawn: [], attributes: {}, nlri: [] });
    expect(bare.length).toBe(23);
    const wire = encodeBgp({
      type: 'update',
      withdrawn: [],
      attributes: {
        origin: attributes.origin,
        asPath: [{ kind: 'sequence', asns: attributes.asPath }],
        nextHop: 1,
        localPreference: 100,
        communities: attributes.communities,
        originatorId: 9,
        clusterList: attributes.clusterList,
        atomicAggregate: true,
      },
      nlri: [
        { address: 0x0af40000, length: 26 },
        { address: 0, length: 0 },
      ],
    });
    const prefixes = prefixBytes({ address: 0, length: 26 }) + prefixBytes({ address: 0, length: 0 });
    expect(wire.length).toBe(23 + attributeBytes(attributes) + prefixes);
  });
});
