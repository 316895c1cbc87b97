/** The one generator of `seedrandom` that is used; the package's own types describe only its entry point. */
declare module 'seedrandom/lib/alea.js' {
  /** A generator of multiples of 2^-32 from 0 to below 1, started from a hash of `seed`. */
  function alea(seed: string): () => number;
  export = alea;
}
