import type { Executor } from '~db/client'
import { newKey } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import { encodeKey } from '~/systems/located'
import { mask } from '~/systems/mask'
import { readColumns } from '~/systems/locate/rows'
import { openSystem } from '~/systems/registry.server'
import { modelOf, modelTable } from './model'
import { withFoundTables } from './found-tables'
import { findPlan, openPlan, readContents, systemsOfPlan } from './plan-store.server'
import { rewriteRows } from './rewrite.server'

class LookedAt extends Error {
  constructor(readonly after: ReadonlyMap<string, Readonly<Record<string, string | null>>>) {
    super()
  }
}

export interface Sample {
  readonly columns: readonly {
    readonly column: string
    readonly before: string | null
    readonly after: string | null
  }[]
}

/**
 * Before and after of some rows that a plan rewrites in one table, masked, read when looked at: the statements run in a
 * transaction that is rolled back, under a key that is nobody's. Throws `SystemError` when the database does not answer.
 */
export async function samples(
  db: Executor,
  runtime: Runtime,
  order: { planId: string; system: string; table: string; limit?: number },
): Promise<readonly Sample[]> {
  const plan = await findPlan(db, order.planId)
  const row = (await systemsOfPlan(db, order.planId)).find((each) => each.systemKey === order.system)
  const answer = await openSystem(runtime, db, order.system)
  if (!plan || !row || !answer.ok) return []
  const { sealer, search } = await openPlan(db, runtime, plan)
  const contents = await readContents(db, sealer, row.id)
  const set = contents.sets.find((each) => each.table === order.table && each.action === 'pseudonymise')
  if (!set) return []
  const system = withFoundTables(answer.system, search)
  const model = modelOf(system.map)
  const { resolved, touched } = modelTable(model, set.table)
  const keys = [...set.rows.slice(0, order.limit ?? 3).keys]
  const before = new Map(
    (await readColumns(system.adapter, resolved, keys, touched)).map((each) => [encodeKey(each.key), each.values]),
  )
  const after = await rewritten(async (look) => {
    await system.adapter.transaction(
      async (tx) => {
        const isKey = (name: string) => resolved.key.some((column) => column.name === name)
        await rewriteRows(
          tx,
          { model, key: newKey(), traces: contents.traces },
          set.table,
          keys,
          set.columns.filter((each) => !isKey(each.column)),
        )
        const now = await readColumns(tx, resolved, keys, touched)
        look(new Map(now.map((each) => [encodeKey(each.key), each.values])))
      },
      { lockTimeoutMs: 2_000 },
    )
  })
  const masked = (value: string | null | undefined) => (value === null || value === undefined ? null : mask(value))
  // What is new altogether may be read; what is left of an old value may still tell who it was.
  const isNew = (kind: string) => ['pseudonym', 'random', 'fixed', 'empty'].includes(kind)
  return keys.map((key) => ({
    columns: set.columns.flatMap((change) => {
      if (change.with.kind === 'keep') return []
      const now = after.get(encodeKey(key))?.[change.column]
      return {
        column: change.column,
        before: masked(before.get(encodeKey(key))?.[change.column]),
        after: isNew(change.with.kind) ? (now ?? null) : masked(now),
      }
    }),
  }))
}

/** Runs `work` up to its look, which rolls the transaction back, and gives what it saw. */
async function rewritten(
  work: (look: (after: LookedAt['after']) => never) => Promise<void>,
): Promise<LookedAt['after']> {
  try {
    await work((after) => {
      throw new LookedAt(after)
    })
  } catch (error) {
    if (error instanceof LookedAt) return error.after
    throw error
  }
  return new Map()
}
