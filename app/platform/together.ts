import { z } from 'zod'

const withCode = z.object({ code: z.string().optional(), cause: z.object({ code: z.string() }).optional() })

/** What PostgreSQL says to every statement after the one that failed: not the reason. */
function isAftermath(error: unknown): boolean {
  const { data } = withCode.safeParse(error)
  return (data?.code ?? data?.cause?.code) === '25P02'
}

/**
 * Like `Promise.all`, for what is said to the database in one transaction at once: statements follow each other without
 * waiting for answers. Hears all of them before it throws, since what is still at work when its transaction is rolled back
 * would run outside of it. In what order they are carried out is not certain.
 */
export function together<T extends readonly unknown[] | []>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>
export async function together(works: readonly unknown[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(works)
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  if (failures.length > 0) throw failures.find((failure) => !isAftermath(failure)) ?? failures[0]
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined))
}
