import manifest from '../../package.json' with { type: 'json' };

/** The version of this program, as package.json has it. */
export const WAVETANK_VERSION: string = manifest.version;

/** The packages that this program runs with, and their exact versions. */
export const PACKAGE_VERSIONS: Readonly<Record<string, string>> = manifest.dependencies;
