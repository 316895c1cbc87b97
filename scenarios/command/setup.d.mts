/** The sentence that refuses a version of Node, or undefined when it will do. */
export function nodeProblem(version: string): string | undefined;

/** A package-lock.json, as far as it is looked at. */
export interface Lock {
  readonly packages?: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly optional?: boolean }>
  >;
}

/** Whether `installed` (node_modules/.package-lock.json) is what `wanted` (package-lock.json) asks for. */
export function isInstalled(wanted: Lock, installed: Lock): boolean;

/** One digest of the names and contents of all sources below `root`. */
export function digestOfSources(root: string): string;
