import { and, count, isNull, lt, sql } from 'drizzle-orm'
import { apiToken, keyCheck, staffPasskey, staffTotp } from '~db/schema'
import type { Executor } from '~db/client'
import { jobFigures } from '~/jobs/job-figures.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { reachableStaff } from '~/staff/accounts.server'
import type { StaffRow } from '~/staff/accounts.server'
import { reviewStanding } from './agreement-review.server'
import { detailsOf } from './change-system.server'
import { handlingOf, isByHand } from './handling'
import { listSystems } from './registry.server'
import type { SystemListed } from './registry.server'
import { latestHealth } from './watch.server'

/** Whether something is in order, or wants somebody to look. Values are counts, days (ISO 8601) and keys of systems. */
export type SafetyCheck = {
  check: string
  inOrder: boolean
  values: Record<string, string | number>
}

/** The master key is to be changed after so many days, a token for machines after a year. */
const keyDays = 730
const tokenDays = 365

/**
 * What an organisation has to know of its own safety (GDPR art. 30(1)(g) and 32): one check after the other, those that
 * are in order, too. `doctor` and the page under settings say the same.
 */
export async function safetyChecks(
  runtime: Pick<Runtime, 'db' | 'clock' | 'settings' | 'publicUrl' | 'demo'>,
): Promise<SafetyCheck[]> {
  const { db } = runtime
  const organisation = await readOrganisation(db)
  const today = runtime.clock.now().toZonedDateTimeISO(organisation['organisation.zone']).toPlainDate()
  const staff = await reachableStaff(db, ['agent', 'approver', 'admin', 'auditor'])
  const inRole = (role: string) => staff.filter((member) => member.role === role).length
  const { givenUp } = await jobFigures(db)
  const checks: SafetyCheck[] = [
    plain('second_factor_rule', organisation['staff.secondFactor'] === 'required' && !runtime.demo),
    counted('second_factor_missing', await withoutSecondFactor(db, staff)),
    { check: 'approvers', inOrder: inRole('approver') > 1, values: { count: inRole('approver') } },
    { check: 'admins', inOrder: inRole('admin') > 1, values: { count: inRole('admin') } },
    ...(await keyChecks(runtime)),
    plain('evidence_owner', await hasOwnerOfItsOwn(db)),
    plain('https', runtime.publicUrl.startsWith('https://')),
    plain('mail', (runtime.settings.MAIL_TRANSPORT ?? 'mailbox') !== 'mailbox'),
    counted('jobs', givenUp),
    plain(
      'privacy_officer',
      organisation['organisation.privacyOfficer'] !== '' || organisation['organisation.contact'] !== '',
    ),
  ]
  const systems = await listSystems(db)
  const health = await latestHealth(
    db,
    systems.map(({ id }) => id),
  )
  for (const system of systems) checks.push(...checksOf(system, health.get(system.id), today))
  return checks
}

const plain = (check: string, inOrder: boolean): SafetyCheck => ({ check, inOrder, values: {} })
const counted = (check: string, count: number): SafetyCheck => ({ check, inOrder: count === 0, values: { count } })

async function withoutSecondFactor(db: Executor, staff: readonly StaffRow[]): Promise<number> {
  const totp = await db.select({ id: staffTotp.staffId }).from(staffTotp)
  const passkeys = await db.selectDistinct({ id: staffPasskey.staffId }).from(staffPasskey)
  const have = new Set([...totp, ...passkeys].map(({ id }) => id))
  // Whoever has no password comes in by the organisation's own log-in, which has its own rules.
  return staff.filter((member) => member.passwordHash && !have.has(member.id)).length
}

async function keyChecks({ db, clock }: Pick<Runtime, 'db' | 'clock'>): Promise<SafetyCheck[]> {
  const before = (days: number) => clock.now().subtract({ hours: 24 * days })
  const [old] = await db
    .select({ since: keyCheck.createdAt })
    .from(keyCheck)
    .where(lt(keyCheck.createdAt, before(keyDays)))
  const [tokens] = await db
    .select({ count: count() })
    .from(apiToken)
    .where(and(isNull(apiToken.revokedAt), lt(apiToken.createdAt, before(tokenDays))))
  return [
    {
      check: 'master_key',
      inOrder: old === undefined,
      values: old ? { since: old.since.toString().slice(0, 10) } : {},
    },
    counted('api_tokens', tokens?.count ?? 0),
  ]
}

/** Whether the evidence belongs to another role than the one that we work with. */
async function hasOwnerOfItsOwn(db: Executor): Promise<boolean> {
  const [row] = await db.execute<{ own: boolean }>(
    sql`select pg_get_userbyid(relowner) = current_user as own from pg_class where oid = 'evidence_entry'::regclass`,
  )
  return row?.own === false
}

function checksOf(
  system: SystemListed,
  health: Awaited<ReturnType<typeof latestHealth>> extends Map<string, infer H> ? H | undefined : never,
  today: Parameters<typeof reviewStanding>[1],
): SafetyCheck[] {
  const isDatabase = system.engine === 'postgres' || system.engine === 'mysql'
  const of = (check: string, inOrder: boolean, values: Record<string, string | number> = {}): SafetyCheck => ({
    check,
    inOrder,
    values: { system: system.key, ...values },
  })
  const { role, agreement, reviewOn, country } = detailsOf(system)
  const review = reviewStanding(reviewOn, today)
  const changed = (health?.added.length ?? 0) + (health?.removed.length ?? 0)
  return [
    ...(isDatabase
      ? [
          of('system_map', system.mapVersion !== null),
          of('system_drift', changed === 0, { count: changed }),
          of('system_answers', health?.answers !== false),
          of('system_scan_role', system.hasScanRole),
        ]
      : []),
    // A data map says how long backups live; elsewhere a person has to.
    of('system_backups', isByHand(system.engine) ? handlingOf(system).keptDays !== null : system.mapVersion !== null),
    of('system_country', country !== ''),
    ...(role === 'processor' ? [of('system_agreement', agreement !== '')] : []),
    ...(role === 'processor' || reviewOn !== ''
      ? [of('system_review', reviewOn !== '' && review === null, reviewOn ? { on: reviewOn } : {})]
      : []),
  ]
}
