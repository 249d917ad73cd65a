import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { recordIdentification } from '~/requests/identification.server'
import { findRequest } from '~/requests/find.server'

/** Staff looked at who the person of a request is: nothing stands between them and a plan or a package. */
export async function identified(runtime: Runtime, requestId: string): Promise<void> {
  await inTransaction(runtime, async (tx) => {
    const row = await findRequest(tx, requestId)
    if (!row) throw new Error('no such request')
    await recordIdentification(tx, runtime, row, {
      finding: 'met',
      channels: ['verified_elsewhere'],
      actor: { kind: 'system' },
    })
  })
}
