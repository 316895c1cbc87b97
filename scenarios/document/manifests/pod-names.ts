/**
 * Names of pods as controllers make them: `web-5d9c7b4f8d-x2k4p`, `db-0`, `agent-h7wqz`.
 *
 * Source: Kubernetes 1.34 (`util/rand`: the alphabet without vowels and look-alikes; a hash of the template between
 * Deployment and pod). Upstream draws the last five characters; here they follow from the owner and the number, so that
 * one manifest gives one set of names. Leaves out: upstream's own hash, which depends on the layout of its structures.
 */

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** Longer starts are cut, so that a name with its suffix stays within 63 characters. */
const PREFIX_LENGTH_MAX = 58;

/** The hash by which pods of one template are told: up to ten characters. */
export function templateHash(template: unknown): string {
  return [...String(hashOf(JSON.stringify(template)))].map((digit) => ALPHABET[Number(digit)]).join('');
}

/** Gives pods names that are not taken. */
export class PodNames {
  readonly #taken: Set<string>;
  /** The next number of each owner. */
  readonly #next = new Map<string, number>();

  /** `taken`: names by namespace, `shop/web-0`. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** A name with a suffix of five characters. */
  drawn(namespace: string, owner: string): string {
    const prefix = `${owner.slice(0, PREFIX_LENGTH_MAX)}-`;
    const key = `${namespace}/${owner}`;
    for (let number = this.#next.get(key) ?? 0; ; number++) {
      const name = `${prefix}${suffixOf(hashOf(`${key}/${number}`))}`;
      if (!this.take(namespace, name)) continue;
      this.#next.set(key, number + 1);
      return name;
    }
  }

  /** Takes a name; false if it is taken already. */
  take(namespace: string, name: string): boolean {
    const key = `${namespace}/${name}`;
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }
}

function suffixOf(hash: number): string {
  let rest = hash;
  let suffix = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    suffix += ALPHABET[rest % ALPHABET.length];
    rest = Math.floor(rest / ALPHABET.length);
  }
  return suffix;
}

/** FNV-1a, 32 bits, and a last mix so that neighbours differ in all characters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
