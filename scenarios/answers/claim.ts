/**
 * Claims of a lesson: each quotes words of its text and gives the expression that makes them true or false.
 *
 *     "costs TCP a tenth": 1 - goodput(standard/tcp) / goodput(jumbo/tcp) in 5% .. 15%
 *     "refuses it": verdict(azure-like-vpc/calico-ipip) is refused by ip-protocol-4
 *     with fabric.uplink=2Gbps:
 *     "ten times as long": latencyP99(spread) > 6 * latencyP99(talkers-together)
 *
 * A figure is the mean of a metric over the runs of one alternative, in the metric's own unit; `us`, `ms`, `s` and `%` scale
 * numbers; of one source of requests it is `latencyP99:jobs(plain)`. What a walk finds on the cable is a figure of its alternative, too (`wrapBytes(flannel-vxlan/as-set)`, see
 * compile/walk-figures.ts), and `tunnelBytes(wireguard)` is one of a kind of tunnel. `with` lines change the scenario for the claims below them, `with nothing:` takes the changes back.
 * Source: ours. Leaves out: intervals; margins are written with room for chance, and the seeds of CI are fixed.
 */

/** One claim: what the text says, and what it means. */
export interface Claim {
  /** Words that stand in the lesson. */
  readonly quote: string;
  /** Changes of the scenario, each `path=value`. */
  readonly changes: readonly string[];
  readonly expression: string;
}

/** What expressions ask of the runs. */
export interface ClaimFacts {
  /** Mean of a metric over the runs of an alternative. */
  figure(metric: string, alternative: string): number;
  /** The verdict on an alternative and the rules that gave it. */
  verdict(alternative: string): { readonly verdict: string; readonly rules: readonly string[] };
}

/** The outcome of one claim: the figures on both sides are for whoever has to mend it. */
export interface ClaimOutcome {
  readonly holds: boolean;
  /** What was found, in the order of the expression. */
  readonly found: string;
}

/** A claim that cannot be read or evaluated. */
export class ClaimProblem extends Error {
  override readonly name = 'ClaimProblem';
}

/** The claims of a lesson: every line of its blocks that are fenced as `claims`. @throws {ClaimProblem} */
export function claimsOf(lesson: string): Claim[] {
  const blocks = [...lesson.matchAll(/^```claims\n([\s\S]*?)^```$/gm)].map(([, content]) => content!);
  return blocks.flatMap(claimsOfBlock);
}

/** The text of a lesson without its claims: that is where quoted words must stand. */
export function textWithoutClaims(lesson: string): string {
  return lesson.replace(/^```claims\n[\s\S]*?^```$/gm, '');
}

function claimsOfBlock(block: string): Claim[] {
  let changes: readonly string[] = [];
  return block.split('\n').flatMap((line) => {
    const changed = /^with (.+):$/.exec(line)?.[1];
    if (changed !== undefined) changes = changed === 'nothing' ? [] : changed.split(', ');
    if (changed !== undefined || line.trim() === '') return [];
    const read = /^"([^"]+)": (.+)$/.exec(line);
    if (read === null) throw new ClaimProblem(`not a claim: ${line}; write "words of the lesson": expression`);
    return [{ quote: read[1]!, changes, expression: read[2]! }];
  });
}

/** Evaluates an expression. @throws {ClaimProblem} when it cannot be read */
export function evaluateClaim(expression: string, facts: ClaimFacts): ClaimOutcome {
  const verdict = /^verdict\(([^)]+)\) is (\w+)(?: by ([\w-]+))?$/.exec(expression);
  if (verdict !== null) return verdictOutcome(facts.verdict(verdict[1]!), verdict[2]!, verdict[3]);
  return new Reader(expression, facts).comparison();
}

function verdictOutcome(
  found: { readonly verdict: string; readonly rules: readonly string[] },
  verdict: string,
  rule: string | undefined,
): ClaimOutcome {
  const holds = found.verdict === verdict && (rule === undefined || found.rules.includes(rule));
  return { holds, found: `${found.verdict} by ${found.rules.join(', ') || 'nothing'}` };
}

/** Numbers with their units, metrics with their alternative, signs. */
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)(us|ms|s|%)?(?![\w.])|([A-Za-z]\w*(?::[-.\w]+)?)\(([^)]+)\)|(<=|>=|\.\.|[-+*/()<>=]|in\b))/y;

const SCALE: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9, '%': 0.01 };

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
};

type Token = { readonly kind: 'number'; readonly value: number } | { readonly kind: 'sign'; readonly sign: string };

/** Reads an expression from left to right and computes as it goes. */
class Reader {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(expression: string, facts: ClaimFacts) {
    this.#expression = expression;
    this.#tokens = tokensOf(expression, facts);
  }

  comparison(): ClaimOutcome {
    const left = this.#sum();
    const sign = this.#takeSign();
    const right = this.#sum();
    const outcome = sign === 'in' ? this.#range(left, right) : this.#compared(left, sign, right);
    if (this.#at < this.#tokens.length) throw this.#problem('ends too late');
    return outcome;
  }

  #range(left: number, low: number): ClaimOutcome {
    if (this.#takeSign() !== '..') throw this.#problem('has no `..` after `in`');
    const high = this.#sum();
    return { holds: left >= low && left <= high, found: `${shown(left)}, wanted ${shown(low)} to ${shown(high)}` };
  }

  #compared(left: number, sign: string, right: number): ClaimOutcome {
    const compare = COMPARE[sign];
    if (compare === undefined) throw this.#problem('compares nothing');
    return { holds: compare(left, right), found: `${shown(left)} and ${shown(right)}` };
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#peek(); sign === '+' || sign === '-'; sign = this.#peek()) {
      this.#at++;
      value += (sign === '+' ? 1 : -1) * this.#product();
    }
    return value;
  }

  #product(): number {
    let value = this.#factor();
    for (let sign = this.#peek(); sign === '*' || sign === '/'; sign = this.#peek()) {
      this.#at++;
      const factor = this.#factor();
      value = sign === '*' ? value * factor : value / factor;
    }
    return value;
  }

  #factor(): number {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'number') return token.value;
    if (token?.sign === '-') return -this.#factor();
    if (token?.sign !== '(') throw this.#problem('misses a number');
    const value = this.#sum();
    if (this.#takeSign() !== ')') throw this.#problem('misses a )');
    return value;
  }

  #peek(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'sign' ? token.sign : undefined;
  }

  #takeSign(): string {
    const sign = this.#peek();
    if (sign === undefined) throw this.#problem('ends too early');
    this.#at++;
    return sign;
  }

  #problem(what: string): ClaimProblem {
    return new ClaimProblem(`the expression ${what}: ${this.#expression}`);
  }
}

function tokensOf(expression: string, facts: ClaimFacts): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = expression.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new ClaimProblem(`cannot be read from \`${text.slice(from)}\`: ${expression}`);
    const [, digits, unit, metric, alternative, sign] = match;
    if (digits !== undefined) tokens.push({ kind: 'number', value: Number(digits) * (SCALE[unit ?? ''] ?? 1) });
    else if (metric !== undefined) tokens.push({ kind: 'number', value: facts.figure(metric, alternative!) });
    else tokens.push({ kind: 'sign', sign: sign! });
  }
  return tokens;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(5)));
}
