import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import { together } from '~/platform/together'
import { factsOfRequest, isIdentityOpen, standingOf } from '~/requests/identification.server'
import type { RequestRow } from '~/requests/move.server'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import type { Identifiers } from '~/systems/located'

/** Kinds of identifiers that are proven of a person, as identity/ records them. */
export type Proven = 'email' | 'phone' | 'customerNumber'

/**
 * What a request knows of its subject: proven identifiers find rows; what was only typed may choose between persons
 * (datamap.md "Who is found"), and only where that try was counted: not while the identity is open. Null once the case is
 * purged.
 */
export async function subjectOfRequest(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  row: RequestRow,
  proven: readonly Proven[],
): Promise<{ identifiers: Identifiers; facts: Record<string, string> } | null> {
  const [sealer, standing, chosenBy] = await together([
    requestSealer(db, runtime, row.id),
    standingOf(db, row),
    factsOfRequest(db, runtime, row.id),
  ])
  if (!sealer) return null
  const { email, phone, customerNumber } = openPersonal(sealer, row)
  const known = { email, phone, customer_number: customerNumber }
  const counts = {
    email: proven.includes('email'),
    phone: proven.includes('phone'),
    customer_number: proven.includes('customerNumber'),
  }
  const identifiers: { email?: string[]; phone?: string[]; customer_number?: string[] } = {}
  const facts: Record<string, string> = {}
  for (const kind of ['email', 'phone', 'customer_number'] as const) {
    const value = known[kind]
    if (!value) continue
    if (counts[kind]) identifiers[kind] = [value]
    // Address and phone of whoever files for another are their own.
    else if (row.filedBy === 'self' || kind === 'customer_number') facts[kind] = value
  }
  if (isIdentityOpen(standing)) return { identifiers, facts: {} }
  // What chose the person when they were identified chooses them again.
  return { identifiers, facts: { ...(chosenBy ?? facts) } }
}
