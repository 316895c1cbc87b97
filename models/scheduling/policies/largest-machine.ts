/**
 * The largest machine of the OpenB trace: the published policies measure what is left and what is asked for by it.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641). Leaves out: larger
 * machines, for which scores end at 0.
 */

/** Thousandths of a processor. */
export const LARGEST_CPU_MILLI = 128_000;

/** Thousandths over all devices. */
export const LARGEST_GPU_MILLI = 8_000;
