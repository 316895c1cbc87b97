/** What a field of a Kubernetes object may hold: the vocabulary in which the kinds say which fields the model knows. */

/** One field that the model knows. */
export type Field =
  | { readonly is: 'text' | 'whole' | 'number' | 'flag' | 'quantity' | 'texts' | 'labels' | 'quantities' | 'anything' }
  | { readonly is: 'one of'; readonly words: readonly string[] }
  | { readonly is: 'list'; readonly of: Field }
  | { readonly is: 'map'; readonly members: Readonly<Record<string, Field>> };

/** Text. */
export const TEXT: Field = { is: 'text' };
/** A whole number that is not negative. */
export const WHOLE: Field = { is: 'whole' };
/** A whole number of any sign. */
export const NUMBER: Field = { is: 'number' };
/** True or false. */
export const FLAG: Field = { is: 'flag' };
/** A quantity such as 500m. */
export const QUANTITY: Field = { is: 'quantity' };
/** A list of texts. */
export const TEXTS: Field = { is: 'texts' };
/** A map from text to text. */
export const LABELS: Field = { is: 'labels' };
/** A map from a resource to a quantity. */
export const QUANTITIES: Field = { is: 'quantities' };
/** Kept whole, and looked at by whoever uses it. */
export const ANYTHING: Field = { is: 'anything' };

/** One of some words. */
export const oneOf = (...words: readonly string[]): Field => ({ is: 'one of', words });
/** A list of fields of one form. */
export const listOf = (of: Field): Field => ({ is: 'list', of });
/** A map whose members are known by name. */
export const map = (members: Readonly<Record<string, Field>>): Field => ({ is: 'map', members });
