import manifest from '../../package.json' with { type: 'json' };

/** The version of this program, as package.json has it. */
export const WAVETANK_VERSION: string = manifest.version;
