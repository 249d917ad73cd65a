import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { staff, staffIdentity } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'
import { mayGiveRole } from './roles'
import type { Role } from './roles'
import { endSessionsOf } from './sessions.server'

export type StaffRow = typeof staff.$inferSelect
/** Who acts: as much of a staff member as a verb needs to know. */
export type StaffMember = { id: string; email: string; name: string; role: Role; language: 'nl' | 'en' }

/** Addresses of staff are compared trimmed, composed and in lower case. */
export function staffEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

export function memberOf(row: StaffRow): StaffMember {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role as Role,
    language: row.language === 'en' ? 'en' : 'nl',
  }
}

export async function findStaffByEmail(db: Executor, email: string): Promise<StaffRow | undefined> {
  const [row] = await db
    .select()
    .from(staff)
    .where(eq(staff.email, staffEmail(email)))
  return row
}

export async function findStaff(db: Executor, id: string): Promise<StaffRow | undefined> {
  const [row] = await db.select().from(staff).where(eq(staff.id, id))
  return row
}

export function listStaff(db: Executor): Promise<StaffRow[]> {
  return db.select().from(staff).orderBy(asc(staff.name), asc(staff.id))
}

/** Not disabled, of these roles: who may be given a case, or be told that something waits for approval. */
export function activeStaff(db: Executor, roles: readonly Role[]): Promise<StaffRow[]> {
  return db
    .select()
    .from(staff)
    .where(and(inArray(staff.role, [...roles]), isNull(staff.disabledAt)))
    .orderBy(asc(staff.name), asc(staff.id))
}

/** Tells of an account whether its owner came in once, by a password or the organisation's own log-in. */
export async function whoCameIn(db: Executor): Promise<(row: Pick<StaffRow, 'id' | 'passwordHash'>) => boolean> {
  const known = await db.selectDistinct({ id: staffIdentity.staffId }).from(staffIdentity)
  const bySingleSignOn = new Set(known.map(({ id }) => id))
  return ({ id, passwordHash }) => passwordHash !== null || bySingleSignOn.has(id)
}

/** Of the active ones those who came in once: mails are for them. */
export async function reachableStaff(db: Executor, roles: readonly Role[]): Promise<StaffRow[]> {
  const cameIn = await whoCameIn(db)
  return (await activeStaff(db, roles)).filter(cameIn)
}

/** Names by id, for lists and timelines; of ids that are not staff nothing comes back. */
export async function staffNames(db: Executor, ids: Iterable<string | null>): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null)
  if (wanted.length === 0) return new Map()
  const rows = await db.select({ id: staff.id, name: staff.name }).from(staff).where(inArray(staff.id, wanted))
  return new Map(rows.map((row) => [row.id, row.name]))
}

export type AccountRefusal = 'unknown_staff' | 'not_yourself' | 'above_you' | 'last_admin' | 'already_so'
type AccountChange = { ok: true; staff: StaffRow } | { ok: false; reason: AccountRefusal }

async function lockFor(tx: Transaction, by: StaffMember, staffId: string): Promise<AccountChange> {
  // All admins are locked in one order, so that two of them can't disable each other at once.
  const admins = await tx.select().from(staff).where(eq(staff.role, 'admin')).orderBy(asc(staff.id)).for('update')
  const [row] = await tx.select().from(staff).where(eq(staff.id, staffId)).for('update')
  if (!row) return { ok: false, reason: 'unknown_staff' }
  if (row.id === by.id) return { ok: false, reason: 'not_yourself' }
  if (!mayGiveRole(by.role, row.role as Role)) return { ok: false, reason: 'above_you' }
  const cameIn = await whoCameIn(tx)
  const others = admins.filter((admin) => admin.id !== row.id && !admin.disabledAt && cameIn(admin))
  if (row.role === 'admin' && !row.disabledAt && others.length === 0) return { ok: false, reason: 'last_admin' }
  return { ok: true, staff: row }
}

/** Closes an account: nobody signs in with it, its sessions and API tokens stop at once. */
export async function disableStaff(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { by, staffId }: { by: StaffMember; staffId: string },
): Promise<AccountChange> {
  const found = await lockFor(tx, by, staffId)
  if (!found.ok) return found
  if (found.staff.disabledAt) return { ok: false, reason: 'already_so' }
  await tx.update(staff).set({ disabledAt: runtime.clock.now() }).where(eq(staff.id, staffId))
  await endSessionsOf(tx, staffId)
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'staff.disabled',
    data: { staff: staffId },
  })
  return found
}

/** Opens a disabled account again; its old sessions stay ended. */
export async function enableStaff(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { by, staffId }: { by: StaffMember; staffId: string },
): Promise<AccountChange> {
  const found = await lockFor(tx, by, staffId)
  if (!found.ok) return found
  if (!found.staff.disabledAt) return { ok: false, reason: 'already_so' }
  await tx.update(staff).set({ disabledAt: null }).where(eq(staff.id, staffId))
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'staff.enabled',
    data: { staff: staffId },
  })
  return found
}

/** Gives another role; the sessions of the account end, so that nothing of the old role lives on. */
export async function changeRole(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  { by, staffId, role }: { by: StaffMember; staffId: string; role: Role },
): Promise<AccountChange> {
  if (!mayGiveRole(by.role, role)) return { ok: false, reason: 'above_you' }
  const found = await lockFor(tx, by, staffId)
  if (!found.ok) return found
  if (found.staff.role === role) return { ok: false, reason: 'already_so' }
  await tx.update(staff).set({ role }).where(eq(staff.id, staffId))
  await endSessionsOf(tx, staffId)
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: by.id },
    verb: 'staff.role_changed',
    data: { staff: staffId, from: found.staff.role, to: role },
  })
  return found
}

/** The language in which the desk and its mails speak to this person. */
export async function chooseLanguage(tx: Transaction, staffId: string, language: 'nl' | 'en'): Promise<void> {
  await tx.update(staff).set({ language }).where(eq(staff.id, staffId))
}
