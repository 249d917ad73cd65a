import { expect } from 'vitest'
import { executeSystem } from '~/erasure/execute-system.server'
import { checkFit } from '~/erasure/fit-plan'
import { proposalOrder } from '~/erasure/make-plan.server'
import type { PlanSearch } from '~/erasure/plan-store.server'
import { propose } from '~/erasure/propose.server'
import { rehearse } from '~/erasure/rehearse.server'
import { storedCuts, type RowSet } from '~/erasure/row-sets'
import { verifySystem } from '~/erasure/verify.server'
import type { OpenSystem } from '~/systems/registry.server'
import type { MapTables } from '~tests/systems/random/map'
import { SOUGHT } from '~tests/systems/random/rows'
import type { RandomTable } from '~tests/systems/random/schema'
import { compare, ids, snapshot, waitsInCircle } from './compare'

export const SEARCH: PlanSearch = {
  identifiers: { email: [SOUGHT] },
  facts: {},
  subjects: [],
  rows: null,
  findings: null,
  only: null,
  intent: { kind: 'erase', only: null },
  today: '2026-03-02',
  rules: { fiscalYearEnd: '12-31', zone: 'UTC' },
  held: [],
}
export const HASH_KEY = new Uint8Array(32).fill(1)
const KEY = new Uint8Array(32).fill(2)

export interface World {
  readonly system: OpenSystem
  readonly tables: readonly RandomTable[]
  readonly map: MapTables
}

type Outcome =
  | { readonly how: 'not_planned' }
  | {
      readonly how: 'done'
      readonly chose: boolean
      readonly sets: readonly RowSet[]
    }

/** Plans, rehearses, carries out and verifies; what may not be carried out must change nothing. */
export async function erase(world: World, search: PlanSearch, rowsPerBatch: number): Promise<Outcome> {
  const { system, tables } = world
  const before = await snapshot(system.adapter, tables)
  let asked = search
  let proposal = await propose(system.adapter, proposalOrder(system, asked), HASH_KEY)
  const [candidate] = proposal.person.candidates
  if (candidate) {
    const chosen = proposal.person.candidates.filter(
      (each, i, all) => all.findIndex((o) => o.table === each.table) === i,
    )
    asked = { ...search, subjects: chosen.map(({ table, key }) => ({ system: 'crm', table, key: [...key] })) }
    proposal = await propose(system.adapter, proposalOrder(system, asked), HASH_KEY)
  }
  const { sets } = proposal
  const cuts = storedCuts(proposal.decided.cuts)
  const forbidden = [...proposal.decided.obstacles, ...checkFit(proposal.model, sets)]
  if (forbidden.length > 0 || proposal.decided.decisions.length > 0) return { how: 'not_planned' }
  const going = new Set(ids(sets.filter((set) => set.action === 'delete')))
  const rehearsed = await rehearse(proposal, rowsPerBatch)
  expect(await snapshot(system.adapter, tables)).toEqual(before)
  if (rehearsed.length > 0) {
    expect({ rehearsed, possible: !waitsInCircle(tables, before, going) }).toEqual({ rehearsed, possible: false })
    return { how: 'not_planned' }
  }
  const contents = { sets, cuts, traces: { identifiers: [], phones: [], names: [] }, files: [] }
  const executed = await executeSystem({
    system,
    runId: crypto.randomUUID(),
    planHash: 'x',
    search: asked,
    hashKey: HASH_KEY,
    contents,
    key: KEY,
    at: '2026-03-02T00:00:00Z',
    haltedBy: () => Promise.resolve(null),
    remember: () => Promise.resolve(),
    committed: () => Promise.resolve(),
    rowsPerBatch,
  })
  expect(executed).toMatchObject({ outcome: 'executed' })
  if (executed.outcome !== 'executed') throw new Error(executed.outcome)
  const { receipts } = executed
  const verified = { system, contents, search: asked, hashKey: HASH_KEY, key: KEY, receipts, rowsPerBatch }
  expect(await verifySystem(verified)).toBeNull()
  compare(world, before, await snapshot(system.adapter, tables), sets, cuts)
  return { how: 'done', chose: candidate !== undefined, sets }
}
