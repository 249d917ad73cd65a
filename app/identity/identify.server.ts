import type { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import { contactChangedLately } from '~/requests/contact-change.server'
import { factsOfRequest, recordIdentification, standingOf } from '~/requests/identification.server'
import type { NewFinding, Standing, WhyOpen } from '~/requests/identification.server'
import { isOpen } from '~/requests/lifecycle'
import type { RequestState } from '~/requests/lifecycle'
import { lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { openPersonal } from '~/requests/personal.server'
import { endPauses } from '~/requests/resume.server'
import { requestSealer } from '~/requests/sealed.server'
import type { Identifiers } from '~/systems/located'
import { askForFacts } from './ask-for-facts.server'
import { countingProofs, provenBy } from './counting-proofs'
import { takeFactTry, wasTried } from './fact-tries.server'
import { lookUp, type OnFile } from './look-up.server'
import { sendNotices } from './notices.server'
import { proofsOfRequest } from './proof.server'
import type { Proof } from './proof.server'

/** A detail that changed lately could be the work of whoever asks: what is asked waits this long, and the notices are out. */
const waitHours = 48
const program: Actor = { kind: 'system' }

export type Identified = {
  standing: Standing
  /** A connected system that did not answer, so that nothing could be said. */ away: string | null
}

/**
 * Looks how far the person of a request is known, and records it where that changed (design.md "Who may be believed"): a
 * proven address that is on file for exactly one person is enough; so is what was looked at elsewhere, the company's own
 * log-in, or a code to a contact detail on file. May run as often as one likes.
 */
export async function identifyRequest(tx: Transaction, runtime: Runtime, requestId: string): Promise<Identified> {
  const row = await lockRequest(tx, requestId)
  if (!row) throw new Error('There is no such request')
  const standing = await standingOf(tx, row)
  const proofs = countingProofs(row.filedBy, await proofsOfRequest(tx, row.id))
  const ways = [...new Set(proofs.map(({ method }) => method))]
  const nothingNew = standing.finding !== 'open' && ways.every((way) => standing.channels.includes(way))
  const over = !isOpen(row.state as RequestState) || standing.finding === 'contested'
  if (!standing.required && ways.length > 0)
    await endPauses(tx, runtime, { requestId: row.id, actor: program, why: 'identified', cause: 'identity' })
  if (!standing.required || over || nothingNew || ways.length === 0) return { standing, away: null }
  const known = await knownOf(tx, runtime, row, proofs)
  if (!known) return { standing, away: null }
  const looked = await lookUp(tx, runtime, known.identifiers)
  if (!looked.ok) {
    if (standing.finding === 'open' && standing.why !== 'unreachable' && standing.why !== 'facts_given')
      await recordIdentification(tx, runtime, row, {
        finding: 'open',
        why: 'unreachable',
        channels: ways,
        actor: program,
      })
    return { standing: await standingOf(tx, row), away: looked.system }
  }
  const { onFile } = looked
  const { found, emails } = await judge(tx, runtime, row, { standing, ways, ...known, onFile })
  if (found.finding === 'open' && standing.why === found.why) return { standing, away: null }
  await recordIdentification(tx, runtime, row, { wantsSecondChannel: onFile.sensitive, ...found, actor: program })
  if (found.finding === 'open' && found.why === 'shared') await askForFacts(tx, runtime, row)
  const byAnotherWay = found.finding !== 'open' && found.channels.some((way) => way !== 'email_code')
  if (byAnotherWay) await sendNotices(tx, runtime, row, emails, ways.includes('email_code') ? known.email : null)
  return { standing: await standingOf(tx, row), away: null }
}

type Known = { identifiers: Identifiers; email: string | null; typed: Record<string, string> }

/** What is proven of the subject, and what was only typed; null once the case is purged. */
async function knownOf(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  proofs: readonly Proof[],
): Promise<Known | null> {
  const sealer = await requestSealer(tx, runtime, row.id)
  if (!sealer) return null
  const { email, phone, customerNumber } = openPersonal(sealer, row)
  const proven = provenBy(proofs)
  const values = { email, phone, customer_number: customerNumber }
  const counts = {
    email: proven.includes('email'),
    phone: proven.includes('phone'),
    customer_number: proven.includes('customerNumber'),
  }
  const identifiers: { email?: string[]; phone?: string[]; customer_number?: string[] } = {}
  const typed: Record<string, string> = {}
  for (const kind of ['email', 'phone', 'customer_number'] as const) {
    const value = values[kind]
    if (!value) continue
    if (counts[kind]) identifiers[kind] = [value]
    else typed[kind] = value
  }
  return { identifiers, email, typed }
}

type Facing = Known & { standing: Standing; ways: string[]; onFile: OnFile }

async function judge(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  facing: Facing,
): Promise<{ found: Omit<NewFinding, 'actor'>; emails: readonly string[] }> {
  const { ways, onFile, standing } = facing
  const channels = [...new Set([...standing.channels, ...ways])]
  const { emails } = onFile
  const met = {
    finding: standing.finding === 'upheld' ? ('upheld' as const) : ('met' as const),
    channels,
    releaseFrom: standing.releaseFrom ?? (await waitOf(tx, runtime, row)),
  }
  // Staff, the company's log-in or a detail on file vouch for the person; a code vouches for an address.
  if (ways.some((way) => way !== 'email_code')) return { found: met, emails }
  const open = (why: WhyOpen) => ({ found: { finding: 'open' as const, why, channels }, emails: [] })
  if (onFile.persons.length + onFile.sharing.length === 0) return open('not_on_file')
  if (onFile.sharing.length === 0) return { found: met, emails }
  const chosen = await chosenByFacts(tx, runtime, row, facing)
  if (!chosen) return open('shared')
  return { found: { ...met, channels: [...channels, 'facts'], facts: chosen.facts }, emails: chosen.emails }
}

async function waitOf(tx: Transaction, runtime: Runtime, row: RequestRow): Promise<Temporal.Instant | null> {
  const isNew = await contactChangedLately(tx, runtime, row)
  return isNew ? runtime.clock.now().add({ hours: waitHours }) : null
}

/** The typed facts that fit exactly one of those who share the address, if a try is left; null: nobody is chosen. */
async function chosenByFacts(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  { standing, identifiers, typed, onFile }: Facing,
): Promise<{ facts: Record<string, string>; emails: readonly string[] } | null> {
  const given = standing.why === 'facts_given' ? await factsOfRequest(tx, runtime, row.id) : null
  const facts: Record<string, string> = { ...(given ?? typed) }
  if (Object.keys(facts).length === 0) return null
  const submission = (await requestsOfSubmission(tx, row.submissionId)).map(({ id }) => id)
  // What came with the request counts once for all of its rights; so does each form with facts.
  const already = await wasTried(tx, submission, given && standing.at ? standing.at : row.receivedAt)
  const allowed = already
    ? given !== null || standing.why !== 'shared'
    : await takeFactTry(tx, runtime, { requestId: row.id, submission, persons: onFile.sharing })
  if (!allowed) return null
  const chosen = await lookUp(tx, runtime, identifiers, facts)
  return chosen.ok && chosen.onFile.sharing.length === 0 ? { facts, emails: chosen.onFile.emails } : null
}
