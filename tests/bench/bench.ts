/** What a person may set for a run; a bench that has no use for it leaves it alone. */
export type BenchOptions = {
  /** How many rows, subjects or calls the workload has, instead of the bench's own number. */
  size?: number | undefined
  /** A folder whose database is kept for the next run, so that filling is done once. Absent: a new one, removed at the end. */
  data?: string | undefined
  /** A line for the person who waits; goes to stderr. */
  say: (line: string) => void
}

/** One comparison: ours and the baseline in the same unit, measured in turns in one run. */
export type Part = {
  name: string
  ours: number
  baseline: number
  unit: string
  /** How many measurements or operations stand behind each of the two. */
  n: number
}

/**
 * A workload with its baseline. A file `NAME.bench.ts` in this folder whose default export is one of these is all that a
 * new bench takes. Several parts: the bench's own ratio is that of the worst part.
 */
export type Bench = {
  /** One line for `npm run bench -- --list`. */
  about: string
  /** What the ratio ours / baseline wants to be (no test holds it: machines differ). Absent: there is no goal. */
  goal?: { atMost: number } | { atLeast: number }
  run(options: BenchOptions): Promise<Part[]>
}

export type Result = Part & { ratio: number; parts?: (Part & { ratio: number })[] }

/** The answer of a bench: its worst part, with all of them beside it where there are several. */
export function resultOf(name: string, { goal }: Bench, parts: readonly Part[]): Result {
  const rated = parts.map((part) => ({ ...part, ratio: part.ours / part.baseline }))
  const better = goal && 'atLeast' in goal ? -1 : 1
  const [worst] = [...rated].sort((one, other) => better * (other.ratio - one.ratio))
  if (!worst) throw new Error(`${name} measured nothing`)
  return { ...worst, name, ...(rated.length > 1 ? { parts: rated } : {}) }
}

export function reachesGoal({ ratio }: Result, { goal }: Bench): boolean | undefined {
  if (!goal) return undefined
  return 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast
}
