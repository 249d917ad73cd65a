type Work = (round: number) => Promise<unknown>

/** What counts of a work that does something before or after. */
export class Took {
  constructor(readonly milliseconds: number) {}
}

/**
 * Runs both works in turns, who comes first changing from round to round, so that a machine that slows down half-way
 * slows both. Answers the median milliseconds of each; a work that answers `Took` says itself how many milliseconds of
 * it count. The warm-up rounds come before and do not count.
 */
export async function inTurns(
  ours: Work,
  baseline: Work,
  { rounds, warmUp = 3 }: { rounds: number; warmUp?: number },
): Promise<{ ours: number; baseline: number }> {
  const times: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] }
  for (let round = 0; round < rounds + warmUp; round++) {
    const both = { ours, baseline }
    const order: (keyof typeof both)[] = round % 2 === 0 ? ['ours', 'baseline'] : ['baseline', 'ours']
    for (const name of order) {
      const said: { value?: unknown } = {}
      const took = await timed(async () => {
        said.value = await both[name](round)
      })
      const milliseconds = said.value instanceof Took ? said.value.milliseconds : took
      if (round >= warmUp) times[name].push(milliseconds)
    }
  }
  return { ours: median(times.ours), baseline: median(times.baseline) }
}

/** Milliseconds that a work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing')
  return (low + high) / 2
}

/** Does `count` works, `connections` at a time. */
export async function atOnce(connections: number, count: number, work: Work): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: connections }, worker))
}
