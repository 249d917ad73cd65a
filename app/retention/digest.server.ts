import { and, desc, eq } from 'drizzle-orm'
import { retentionDigest } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { activeStaff, findStaffByEmail } from '~/staff/accounts.server'
import type { LocalText, MapTable } from '~/systems/data-map'
import type { DataMap } from '~/systems/data-map'
import type { Temporal } from 'temporal-polyfill'
import type { Finding } from './findings.server'
import { ownerIndex } from './sealed.server'

type Language = 'nl' | 'en'

/** An owner who was told is told again after so many days, as long as something is still there. */
const repeatAfterDays = 7

/**
 * Mails each owner one digest of what is theirs; rows without an owner go to the admins. At most one mail a week per
 * address, however often the job runs. Answers how many mails were sent.
 */
export async function sendDigests(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { findings: readonly Finding[]; maps: ReadonlyMap<string, DataMap>; today: Temporal.PlainDate },
): Promise<number> {
  const byAddress = new Map<string, { address: string; findings: Finding[] }>()
  const admins = (await activeStaff(tx, ['admin'])).map((admin) => admin.email)
  for (const finding of order.findings) {
    if (finding.expired + finding.expiring === 0) continue
    for (const address of finding.owner ? [finding.owner] : admins) {
      const name = Buffer.from(ownerIndex(runtime, address)).toString('hex')
      const known = byAddress.get(name) ?? { address, findings: [] }
      byAddress.set(name, { ...known, findings: [...known.findings, finding] })
    }
  }
  let sent = 0
  for (const { address, findings } of byAddress.values())
    if (await sendDigest(tx, runtime, { ...order, address, findings })) sent++
  return sent
}

async function sendDigest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  {
    address,
    findings,
    maps,
    today,
  }: { address: string; findings: readonly Finding[]; maps: ReadonlyMap<string, DataMap>; today: Temporal.PlainDate },
): Promise<boolean> {
  const index = ownerIndex(runtime, address)
  const [last] = await tx
    .select()
    .from(retentionDigest)
    .where(and(eq(retentionDigest.ownerIndex, index)))
    .orderBy(desc(retentionDigest.day))
    .limit(1)
  if (last && last.day.until(today).days < repeatAfterDays) return false
  const member = await findStaffByEmail(tx, address)
  const language: Language = member?.language === 'en' ? 'en' : 'nl'
  const rows = findings.reduce((sum, finding) => sum + finding.expired + finding.expiring, 0)
  const sent = await sendMail(tx, runtime, {
    template: 'retention_digest',
    to: address,
    language,
    idempotencyKey: `retention_digest:${Buffer.from(index).toString('hex')}:${today.toString()}`,
    props: {
      owner: member?.name ?? '',
      groups: findings.map((finding) => groupOf(finding, maps.get(finding.system)?.tables[finding.table], language)),
      url: `${runtime.publicUrl}/desk/retention`,
    },
  })
  if (!sent) return false
  await tx.insert(retentionDigest).values({ ownerIndex: index, at: runtime.clock.now(), day: today, rows })
  await appendEvidence(tx, runtime, {
    actor: { kind: 'system' },
    verb: 'retention.owner_told',
    data: { groups: findings.length, rows },
  })
  return true
}

function groupOf(finding: Finding, table: MapTable | undefined, language: Language) {
  return {
    system: finding.system,
    label: textIn(table?.label ?? null, language) ?? finding.table,
    expired: finding.expired,
    expiring: finding.expiring,
    firstOn: finding.firstOn?.toString() ?? null,
    basis: textIn(table?.deleteAfter[finding.step]?.basis ?? null, language) ?? '',
  }
}

function textIn(text: LocalText | null, language: Language): string | null {
  return text?.[language] ?? text?.['nl'] ?? null
}
