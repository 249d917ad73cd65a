import { and, eq, isNull } from 'drizzle-orm'
import { randomInt } from 'node:crypto'
import { staffRecoveryCode } from '~db/schema'
import type { Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import type { Runtime } from '~/platform/runtime.server'

const howMany = 10
// Without what is easily misread; ten of them are 49 bits.
const letters = '23456789abcdefghjkmnpqrstuvwxyz'

function codeHash(runtime: Pick<Runtime, 'keys'>, staffId: string, code: string): Uint8Array {
  return runtime.keys.hmac('codes', `recovery:${staffId}:${code}`)
}

/** Ten new codes, in place of the old ones; shown once, stored as keyed hashes. Each is `xxxxx-xxxxx`. */
export async function makeRecoveryCodes(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  staffId: string,
): Promise<string[]> {
  const five = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)] ?? '').join('')
  const codes = Array.from({ length: howMany }, () => `${five()}-${five()}`)
  await tx.delete(staffRecoveryCode).where(eq(staffRecoveryCode.staffId, staffId))
  await tx.insert(staffRecoveryCode).values(
    codes.map((code) => ({
      staffId,
      codeHash: codeHash(runtime, staffId, code),
      createdAt: runtime.clock.now(),
    })),
  )
  await appendEvidence(tx, runtime, { actor: { kind: 'staff', id: staffId }, verb: 'staff.recovery_codes_made' })
  return codes
}

/** Uses a code up; false when it is wrong or was used before. Two at once: one of them finds it used. */
export async function takeRecoveryCode(
  tx: Transaction,
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  { staffId, code }: { staffId: string; code: string },
): Promise<boolean> {
  const plain = code
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^(.{5})(.{5})$/, '$1-$2')
  const used = await tx
    .update(staffRecoveryCode)
    .set({ usedAt: runtime.clock.now() })
    .where(
      and(
        eq(staffRecoveryCode.staffId, staffId),
        eq(staffRecoveryCode.codeHash, codeHash(runtime, staffId, plain)),
        isNull(staffRecoveryCode.usedAt),
      ),
    )
    .returning({ staffId: staffRecoveryCode.staffId })
  return used.length > 0
}
