import { readFile } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import { staff } from '~db/schema'
import { demoCrmFile } from '~db/demo/fill-crm'
import { demoSettings, demoStaff } from '~db/demo/organisation'
import { isSettingName, writeSetting } from '~/platform/organisation.server'
import { markAsDemo } from '~/platform/master-key.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import { hashPassword, verifyPassword } from '~/staff/passwords.server'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { addSystem, changeSystemUrl, findSystem, presentMap, testSystem } from '~/systems/registry.server'

export type DemoStaffMember = { email: string; password: string; role: string }

const program = { kind: 'system' } as const

/** The demo's settings, staff and connected CRM; running it again changes only what is missing. */
export async function furnishOrganisation(
  runtime: Runtime,
  options: { crmUrl: string; known: Map<string, string>; newPassword: () => string },
): Promise<DemoStaffMember[]> {
  await inTransaction(runtime, async (tx) => {
    await markAsDemo(tx, runtime.clock)
    for (const [name, value] of Object.entries(demoSettings))
      if (isSettingName(name)) await writeSetting(tx, runtime, name, value, null)
  })
  await connectCrm(runtime, options.crmUrl)
  const members: DemoStaffMember[] = []
  for (const member of demoStaff) members.push(await staffMember(runtime, member, options))
  return members
}

async function staffMember(
  runtime: Runtime,
  member: (typeof demoStaff)[number],
  { known, newPassword }: { known: Map<string, string>; newPassword: () => string },
): Promise<DemoStaffMember> {
  const [row] = await runtime.db.select().from(staff).where(eq(staff.email, member.email))
  const before = known.get(member.email)
  if (row && before && (await verifyPassword(row.passwordHash, before)))
    return { email: member.email, password: before, role: row.role }
  const password = newPassword()
  const passwordHash = await hashPassword(password)
  if (row) await runtime.db.update(staff).set({ passwordHash }).where(eq(staff.id, row.id))
  else
    await runtime.db.insert(staff).values({
      email: member.email,
      name: member.name,
      role: member.role,
      passwordHash,
      createdAt: runtime.clock.now(),
    })
  return { email: member.email, password, role: member.role }
}

/**
 * Connects the CRM as `crm` (again, when its PostgreSQL listens on another port than at the last start) and applies the map of db/demo/crm-map.yaml, as `system add`
 * and `map apply` would.
 */
async function connectCrm(runtime: Runtime, url: string): Promise<void> {
  const known = await findSystem(runtime.db, 'crm')
  if (known && !(await testSystem(runtime, known)).ok)
    await inTransaction(runtime, (tx) => changeSystemUrl(tx, runtime, { key: 'crm', url, actor: program }))
  if (!known)
    await inTransaction(runtime, (tx) =>
      addSystem(tx, runtime, {
        key: 'crm',
        engine: 'postgres',
        url,
        details: { provider: 'Fietsenwinkel De Spaak', country: 'NL' },
        actor: program,
      }),
    )
  const row = await findSystem(runtime.db, 'crm')
  if (!row || (await presentMap(runtime.db, row.id))) return
  const yaml = await readFile(demoCrmFile('crm-map.yaml'), 'utf8')
  const checked = await checkMapOf(runtime, runtime.db, 'crm', yaml)
  if (!checked.ok)
    throw new Error(
      `The demo's own data map does not fit: ${checked.problems.map((p) => `${p.path} ${p.message}`).join('; ') || checked.reason}`,
    )
  await inTransaction(runtime, (tx) =>
    storeMap(tx, runtime, { key: 'crm', yaml, catalogue: checked.catalogue, actor: program }),
  )
}
