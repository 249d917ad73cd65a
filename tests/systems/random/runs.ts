/**
 * How many random worlds a property is held against: few in the suite, and always the same ones. PROPERTY_RUNS tries as many
 * as it says, PROPERTY_SEED others; a failure is then shown as it was found, since making it small takes long.
 */
export function runs(few: number): { readonly numRuns: number; readonly seed: number; readonly endOnFailure: boolean } {
  return {
    numRuns: Number(process.env.PROPERTY_RUNS ?? few),
    seed: Number(process.env.PROPERTY_SEED ?? 20250131),
    endOnFailure: process.env.PROPERTY_RUNS !== undefined,
  }
}

/** How long a property may take, in milliseconds. */
export const LONGEST = process.env.PROPERTY_RUNS ? 3_600_000 : 240_000
