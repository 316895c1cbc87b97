/** A file or folder of the user's cannot be used. The message is one sentence with what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  /** The path as it was used. */
  readonly path: string;

  constructor(message: string, path: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
  }
}

/** What the operating system's words mean for somebody who gave a path, and the remedy. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission. Choose another place, or change its permissions.',
  EPERM: 'the system forbids it. Choose another place, or change its permissions.',
  EROFS: 'it lies on a disk that is read-only. Choose another place.',
  ENOSPC: 'the disk is full. Make room, or choose a place on another disk.',
  EDQUOT: 'the quota of this disk is used up. Make room, or choose a place on another disk.',
  EFBIG: 'the file would be larger than is allowed here. Raise the limit (`ulimit -f`), or choose another place.',
  ENOTDIR: 'a part of this path is a file where a folder is needed. Choose another path, or move that file away.',
  EEXIST: 'a file stands where a folder is needed. Choose another path, or move that file away.',
  EISDIR: 'it is a folder and not a file. Name a file in it.',
  ENOENT: 'it does not exist. Check the spelling and the folder you are in.',
  ENAMETOOLONG: 'its name is too long. Choose a shorter one.',
  ELOOP: 'it is a symbolic link that leads to itself. Name the real file.',
  EMFILE: 'too many files are open. Close other programs, or raise the limit (`ulimit -n`).',
};

/** The error to throw for a failed call on `path`; `deed` is what was tried: "be written". Unknown faults stay as they are. */
export function fileProblem(error: unknown, deed: string, path: string): unknown {
  const reason = REASONS[codeOf(error)];
  return reason === undefined ? error : new FileProblem(`${path} cannot ${deed}: ${reason}`, path, error);
}

/** What `stat` tells of a path, as far as it matters here. */
export interface PathStatus {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/**
 * Refuses what must not be read whole: pipes and devices, which may never end or never begin, and files of more than
 * `bytesMax` bytes. @throws FileProblem
 */
export function checkReadable(path: string, status: PathStatus, bytesMax = Infinity): void {
  if (status.isDirectory()) throw new FileProblem(`${path} cannot be read: ${REASONS['EISDIR']}`, path);
  if (!status.isFile()) {
    throw new FileProblem(`${path} cannot be read: it is a pipe or a device. Name a plain file.`, path);
  }
  if (status.size <= bytesMax) return;
  const sizes = `it has ${status.size} bytes, and at most ${bytesMax} are read`;
  throw new FileProblem(`${path} cannot be read: ${sizes}. Name a smaller file.`, path);
}

/** The code of a system error (`ENOENT`), or an empty text. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
