import { describe, expect, it } from 'vitest';
import { ClaimProblem, claimsOf, evaluateClaim, textWithoutClaims } from '../../../scenarios/answers/claim.ts';

const FACTS = {
  figure: (metric: string, alternative: string) => {
    if (metric !== 'goodput') throw new ClaimProblem(`no ${metric}`);
    return alternative === 'small/tcp' ? 9 : 10;
  },
  verdict: () => ({ verdict: 'refused', rules: ['vlan-ids'] }),
};

const holds = (expression: string): boolean => evaluateClaim(expression, FACTS).holds;

describe('expressions of claims', () => {
  it('compute with the usual precedence, from the left, with signs and units', () => {
    expect(holds('1 + 2 * 3 - 4 / 2 = 5')).toBe(true);
    expect(holds('8 / 4 / 2 = 1')).toBe(true);
    expect(holds('-(1 - 3) = 2')).toBe(true);
    expect(holds('10% = 0.1')).toBe(true);
    expect(holds('1ms = 1000us')).toBe(true);
    expect(holds('1s = 1000000000')).toBe(true);
  });

  it('compare and bound', () => {
    expect(holds('1 - goodput(small/tcp) / goodput(big/tcp) in 5% .. 15%')).toBe(true);
    expect(holds('1 - goodput(small/tcp) / goodput(big/tcp) in 11% .. 15%')).toBe(false);
    expect([holds('2 < 2'), holds('2 <= 2'), holds('3 > 2'), holds('2 >= 3')]).toEqual([false, true, true, false]);
  });

  it('ask for verdicts and the rule that gave them', () => {
    expect(holds('verdict(x/y) is refused')).toBe(true);
    expect(holds('verdict(x/y) is refused by vlan-ids')).toBe(true);
    expect(holds('verdict(x/y) is refused by broadcast')).toBe(false);
    expect(holds('verdict(x/y) is allowed')).toBe(false);
  });

  it.each(['1 +', '1 < 2 3', '1', '(1 < 2', 'goodput(a', '1 in 2', '2 ~ 2', '', '1 1 < 2', 'mean(a) < 1'])(
    'that cannot be read are told: %s',
    (expression) => expect(() => holds(expression)).toThrow(ClaimProblem),
  );
});

describe('claims of a lesson', () => {
  const LESSON =
    'A tenth is lost.\n\n```claims\n"A tenth": 1 < 2\n\nwith a.b=1, c=2:\n"lost": 2 < 3\nwith nothing:\n"is": 3 < 4\n```\n';

  it('quote its words and carry the changes in force', () => {
    expect(claimsOf(LESSON)).toEqual([
      { quote: 'A tenth', changes: [], expression: '1 < 2' },
      { quote: 'lost', changes: ['a.b=1', 'c=2'], expression: '2 < 3' },
      { quote: 'is', changes: [], expression: '3 < 4' },
    ]);
    expect(textWithoutClaims(LESSON).trim()).toBe('A tenth is lost.');
  });

  it('are refused when a line is none', () => {
    expect(() => claimsOf('```claims\nno quote\n```\n')).toThrow(/not a claim: no quote/);
  });
});
