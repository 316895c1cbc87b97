/** Who is told before whom: by the first change that concerns a neighbour, then by when its session came up. */
import { describe, expect, it } from 'vitest';
import { Collecting } from '../../../../models/network/bgp/collecting.ts';
import type { UpdateMessage } from '../../../../models/network/bgp/message.ts';
import { NO_END } from '../../../../models/network/bgp/session-ends.ts';
import { NOT_TOLD, UpdateGroup } from '../../../../models/network/bgp/update-group.ts';

const NEIGHBOR = { timers: { mraiSeconds: 0 } } as never;
const END_OF_RIB: UpdateMessage = { kind: 'update', withdrawn: [], announced: [], attributes: -1 };

/** One speaker whose sessions came up in this order, by group; what it is told of prefix 0. */
function speaker(...groups: number[][]) {
  const collecting = new Collecting({
    originatorOf: () => NO_END,
    pack: (withdrawn, announced) => [
      ...(withdrawn.length > 0 ? [{ kind: 'update', withdrawn, announced: [], attributes: -1 } as const] : []),
      ...[...announced].map(
        ([attributes, list]) => ({ kind: 'update', withdrawn: [], announced: list, attributes }) as const,
      ),
    ],
    endOfRib: END_OF_RIB,
  });
  const all = groups.map((ends) => {
    const group = new UpdateGroup(0, true, NEIGHBOR);
    group.members.push(...ends);
    return group;
  });
  const order = groups.flat().sort((a, b) => a - b);
  for (const end of order) collecting.welcome(all[groups.findIndex((ends) => ends.includes(end))]!, end, false);
  collecting.letters(all);
  const told = (): string[] =>
    collecting
      .letters(all)
      .flatMap(({ ends, messages }) =>
        ends.map(
          (end) =>
            `${end}${messages.map(({ announced, attributes }) => (announced.length > 0 ? `+${attributes}` : '-')).join('')}`,
        ),
      );
  /** A decision: prefix 0 has these attributes now, from this end. */
  const decide = (attributes: number, source: number): void => {
    for (const group of all) {
      const change = {
        prefix: 0,
        before: group.told(0),
        after: attributes,
        sourceBefore: group.source(0),
        sourceAfter: source,
      };
      group.tell(0, attributes, source);
      collecting.add(group, [change]);
    }
  };
  return { decide, told };
}

describe('the order of telling', () => {
  it('is that in which sessions came up, over groups', () => {
    const { decide, told } = speaker([1, 4], [2, 3]);
    decide(7, NO_END);
    expect(told()).toEqual(['1+7', '2+7', '3+7', '4+7']);
  });

  it('has the source of the first change last, and takes the route back from that of the second where it stood meanwhile', () => {
    const { decide, told } = speaker([1, 2, 3, 4]);
    decide(7, 2);
    decide(8, 4);
    expect(told()).toEqual(['1+8', '3+8', '4-', '2+8']);
  });

  it('begins anew with every telling', () => {
    const { decide, told } = speaker([1, 2, 3]);
    decide(7, 1);
    expect(told()).toEqual(['2+7', '3+7']);
    decide(NOT_TOLD, NO_END);
    expect(told()).toEqual(['2-', '3-']);
    decide(9, 3);
    expect(told()).toEqual(['1+9', '2+9']);
  });
});
