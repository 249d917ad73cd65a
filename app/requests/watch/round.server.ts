import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import type { MailProps } from '~emails/index'
import { findCalendar } from '~/deadlines/calendar'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffRow } from '~/staff/accounts.server'
import { inRole, onDuty, readReach, standsInFor, withDeputies } from '~/staff/reach.server'
import type { Reach } from '~/staff/reach.server'
import type { RequestKind } from '../kinds'
import { takeDigests } from './digest.server'
import type { Digest } from './digest.server'
import { joinLines, longestList } from './lines'
import type { Line } from './lines'
import { noteDueDates, noteUnassigned, takeNotices } from './notice.server'
import type { Audience, Told } from './notice.server'

/** What one person is told in this round: which cases, and the notices that it is about. */
type News = { lines: Line[]; keys: string[]; pressingOwn: number }

/**
 * One round of the watch over the due dates: notes whose day has come, takes up what waits, and mails each person at most
 * once: the digest of the day when it is due, else a mail about this round's cases. `whatWaits`: takes up only what waits,
 * as new cases do, and leaves the dates to a full round. Everything in one transaction that holds a lock, so that of two
 * workers the second finds it done, and one that was killed left nothing half told. Answers how many mails went out.
 */
export function watchRound(runtime: Runtime, look: 'full' | 'whatWaits' = 'full'): Promise<number> {
  return inTransaction(runtime, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('privacybalie.watch'))`)
    const now = runtime.clock.now()
    const isMorning = look === 'full' && (await noteTheDay(tx, now))
    const reach = await readReach(tx, runtime)
    const told = await takeNotices(tx, now)
    const news = newsOf(reach, told)
    const digests = isMorning
      ? await takeDigests(tx, { reach, now, news: new Set(news.keys()) })
      : new Map<string, Digest>()
    let mails = 0
    for (const member of reach.staff.values()) {
      const about = news.get(member.id)
      const digest = digests.get(member.id)
      if (digest) mails += await mailDigest(tx, runtime, member, digest, about, reach.today.toString())
      else if (about) mails += await mailNews(tx, runtime, member, about)
    }
    if (mails > 0)
      await appendEvidence(tx, runtime, {
        actor: { kind: 'system' },
        verb: 'watch.told',
        data: { cases: told.length, mails, digests: digests.size },
      })
    return mails
  })
}

/**
 * Notes what the day brings. It begins when people come to work: before that hour it is still yesterday, so that nobody is
 * told at night, but by a worker that was down, of what it missed. Answers whether the day has begun.
 */
async function noteTheDay(tx: Transaction, now: Temporal.Instant): Promise<boolean> {
  const organisation = await readOrganisation(tx)
  const found = await findCalendar(organisation['organisation.calendar'])
  if (!found.ok) throw new Error(`No calendar for ${found.key}`)
  const local = now.toZonedDateTimeISO(organisation['organisation.zone'])
  const hasBegun = local.hour >= organisation['watch.hour']
  const today = hasBegun ? local.toPlainDate() : local.toPlainDate().subtract({ days: 1 })
  await noteDueDates(tx, { today, now, organisation })
  await noteUnassigned(tx, { today, now, organisation, calendar: found.calendar })
  return hasBegun
}

/** Who gets which notice. The group and the admins are told whether they are there or not; of new cases those on duty. */
function recipientsOf(reach: Reach, audience: Audience, assigneeId: string | null): StaffRow[] {
  const all = (members: StaffRow[]) =>
    withDeputies(
      reach,
      members.map(({ id }) => id),
    )
  if (audience === 'new_case') return onDuty(reach)
  if (audience === 'group') return all(inRole(reach, 'agent'))
  if (audience === 'admins') return all(inRole(reach, 'admin'))
  if (audience === 'unassigned') return all([...inRole(reach, 'agent'), ...inRole(reach, 'admin')])
  if (assigneeId === null) return []
  // Whoever had the case can't be reached any more: nobody in particular has it.
  const reached = withDeputies(reach, [assigneeId])
  return reached.length > 0 ? reached : onDuty(reach)
}

const whyOf: Record<Audience, Line['why']> = {
  assignee: 'due',
  group: 'due',
  admins: 'due',
  unassigned: 'unassigned',
  new_case: 'new',
}
const weight = ['due', 'unassigned', 'new'] as const

function newsOf(reach: Reach, told: readonly Told[]): Map<string, News> {
  const own = new Map([...reach.staff.keys()].map((id) => [id, new Set(standsInFor(reach, id))]))
  const news = new Map<string, News>()
  for (const { audiences, key, ...about } of told) {
    const whys = new Map<string, Line['why']>()
    for (const audience of audiences)
      for (const member of recipientsOf(reach, audience, about.assigneeId)) {
        const known = whys.get(member.id)
        const why = whyOf[audience]
        if (!known || weight.indexOf(why) < weight.indexOf(known)) whys.set(member.id, why)
      }
    for (const [staffId, why] of whys) {
      const to = news.get(staffId) ?? { lines: [], keys: [], pressingOwn: 0 }
      to.lines.push({ ...about, why })
      to.keys.push(key)
      if (why === 'due' && about.assigneeId && own.get(staffId)?.has(about.assigneeId)) to.pressingOwn++
      news.set(staffId, to)
    }
  }
  return news
}

function listed(lines: readonly Line[], total: number): Pick<MailProps['watched_cases'], 'cases' | 'more'> {
  const cases = lines.slice(0, longestList).map(({ reference, kind, dueOn, why }) => ({
    reference,
    kind: kind as RequestKind,
    dueOn: dueOn.toString(),
    why,
  }))
  return { cases, more: total - cases.length }
}

const addressed = (member: StaffRow) => ({
  to: member.email,
  language: member.language === 'en' ? ('en' as const) : ('nl' as const),
})

async function mailDigest(
  tx: Transaction,
  runtime: Runtime,
  member: StaffRow,
  digest: Digest,
  about: News | undefined,
  day: string,
): Promise<number> {
  const lines = joinLines(about?.lines ?? [], digest.lines)
  // Cases of their own that press are in the digest's number already.
  const beside = (about?.lines.length ?? 0) - (about?.pressingOwn ?? 0)
  const total = Math.max(lines.length, digest.pressing + beside)
  const sent = await sendMail(tx, runtime, {
    template: 'staff_digest',
    ...addressed(member),
    idempotencyKey: `staff_digest:${member.id}:${day}`,
    props: { ...digest.counts, ...listed(lines, total), url: `${runtime.publicUrl}/desk/queue` },
  })
  return sent ? 1 : 0
}

async function mailNews(tx: Transaction, runtime: Runtime, member: StaffRow, about: News): Promise<number> {
  const cause = createHash('sha256').update(JSON.stringify(about.keys)).digest('hex').slice(0, 32)
  const mail = { ...addressed(member), idempotencyKey: `watched:${member.id}:${cause}` }
  const [only, ...others] = joinLines(about.lines, [])
  if (!only) return 0
  if (others.length > 0) {
    const props = { ...listed([only, ...others], others.length + 1), url: `${runtime.publicUrl}/desk/queue` }
    return (await sendMail(tx, runtime, { ...mail, template: 'watched_cases', props })) ? 1 : 0
  }
  const props = {
    reference: only.reference,
    kind: only.kind as RequestKind,
    dueOn: only.dueOn.toString(),
    url: `${runtime.publicUrl}/desk/requests/${only.reference}`,
  }
  const inMail = { ...mail, requestId: only.id }
  const sent =
    only.why === 'new'
      ? await sendMail(tx, runtime, { ...inMail, template: 'new_case', props })
      : await sendMail(tx, runtime, { ...inMail, template: 'watched_case', props: { ...props, why: only.why } })
  return sent ? 1 : 0
}
