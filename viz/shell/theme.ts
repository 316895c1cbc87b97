/** The theme: what the system prefers, unless the reader chose. */

export type Theme = 'dark' | 'light';
export type ThemeChoice = Theme | 'auto';

const STORED = 'wavetank-theme';
const ORDER: readonly ThemeChoice[] = ['auto', 'dark', 'light'];

/** Resolves a choice to the theme in force. */
export function themeOf(choice: ThemeChoice, systemIsDark: boolean): Theme {
  if (choice !== 'auto') return choice;
  return systemIsDark ? 'dark' : 'light';
}

/** Keeps `data-theme` on the root element and tells listeners. */
export class ThemeSwitch {
  choice: ThemeChoice = stored();
  readonly #system = matchMedia('(prefers-color-scheme: dark)');
  readonly #listeners = new Set<(theme: Theme) => void>();

  constructor() {
    this.#system.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  get theme(): Theme {
    return themeOf(this.choice, this.#system.matches);
  }

  /** Goes to the next of auto, dark, light. */
  next(): void {
    this.choice = ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length];
    try {
      localStorage.setItem(STORED, this.choice);
    } catch {
      // A browser that keeps nothing still switches for this visit.
    }
    this.#apply();
  }

  /** Calls now and after each change; returns the way to stop. */
  listen(listener: (theme: Theme) => void): () => void {
    this.#listeners.add(listener);
    listener(this.theme);
    return () => this.#listeners.delete(listener);
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.theme;
    for (const listener of this.#listeners) listener(this.theme);
  }
}

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(STORED);
    return value === 'dark' || value === 'light' ? value : 'auto';
  } catch {
    return 'auto';
  }
}
