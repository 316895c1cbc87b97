/** Text that goes to a file in pieces of some size: a system call for each line would cost more than the line. */
import type { ExportFile } from './format.ts';

const PIECE_CHARS = 65_536;
const ENCODER = new TextEncoder();

/** Collects text for a file. Call `flush` at the end. */
export class TextFile {
  private readonly file: ExportFile;
  private pieces: string[] = [];
  private length = 0;

  constructor(file: ExportFile) {
    this.file = file;
  }

  /** Appends. */
  write(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
    if (this.length >= PIECE_CHARS) this.flush();
  }

  /** Hands over what has come together. */
  flush(): void {
    if (this.length > 0) this.file.write(ENCODER.encode(this.pieces.join('')));
    this.pieces = [];
    this.length = 0;
  }
}
