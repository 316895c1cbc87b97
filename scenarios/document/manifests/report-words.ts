/** The report on manifests in sentences: for the answer, for warnings, and for `import`. */
import { grouped } from '../address-check.ts';
import { formatProblems } from '../problems.ts';
import { KINDS } from './kinds.ts';
import type { ManifestReport } from './report.ts';

/** What an answer says of the manifests that it rests on: what was read, left out, and has no effect. */
export function manifestSentences(report: ManifestReport): string[] {
  return [
    `Read from manifests: ${kindWords(report)}. Nodes offer what they report; pods that have a node stay on it.`,
    ...leftOutSentences(report),
  ];
}

/** What was left out or has no effect. */
export function leftOutSentences(report: ManifestReport): string[] {
  const { ignored, problems, notes, cut } = report;
  const withoutEffect = Object.keys(report.kinds).flatMap((kind) => {
    const words = KINDS[kind]?.withoutEffect;
    return words === undefined ? [] : [`${count(report.kinds[kind], kind)}: ${words}.`];
  });
  return [
    ...(cut ? ['A manifest file ends in the middle: what stood after that is missing from this answer.'] : []),
    ...(problems.length === 0
      ? []
      : [`${count(problems.length, 'problem')} in the manifests; check lists each with its line.`]),
    ...notes,
    ...withoutEffect,
    ...(ignored.length === 0
      ? []
      : [
          `${count(ignored.length, 'field')} of the manifests ${ignored.length === 1 ? 'is' : 'are'} not known and ignored; check lists each by its path.`,
        ]),
  ];
}

/** The same with every problem and its place before it, for the terminal. */
export function leftOutLines(report: ManifestReport): string[] {
  const { problems } = report;
  return [...(problems.length === 0 ? [] : [formatProblems(problems)]), ...leftOutSentences(report)];
}

/** "200 Nodes, 3,000 Pods". */
export function kindWords({ kinds }: ManifestReport): string {
  const words = Object.keys(KINDS).flatMap((kind) => (kinds[kind] === undefined ? [] : [count(kinds[kind], kind)]));
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** The ignored fields as lines: kind, path, how often. */
export function ignoredLines({ ignored }: Pick<ManifestReport, 'ignored'>): string[] {
  return ignored.map(({ kind, path, count: times }) => {
    return `${kind} ${path}: ignored${times > 1 ? `, ${grouped(times)} times` : ''}`;
  });
}

function count(number: number, noun: string): string {
  return `${grouped(number)} ${number === 1 ? noun : /s$/.test(noun) ? `${noun}es` : noun.replace(/y$/, 'ie').concat('s')}`;
}
