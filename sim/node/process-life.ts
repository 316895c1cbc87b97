/** Whether a process still lives, and when it began: a number alone does not tell, because numbers are used again. */
import { readFileSync } from 'node:fs';
import { codeOf } from './file-problem.ts';

/** Whether a process of this number lives on this machine. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Any other refusal means that it is there and not ours.
    if (codeOf(error) === 'ESRCH') return false;
  }
  const state = statusOf(pid)?.state;
  // One that was killed and that nobody has buried still has its number.
  return state !== 'Z' && state !== 'X';
}

/** The start of a process in the system's own count; undefined where the system does not tell (it is Linux that does). */
export function startTicksOf(pid: number): string | undefined {
  return statusOf(pid)?.startTicks;
}

function statusOf(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    // The second field, the name in parentheses, may hold blanks: state is the third field, start the twenty-second.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startTicks: fields[19]! };
  } catch {
    return undefined;
  }
}
