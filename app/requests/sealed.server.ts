import { eq, inArray } from 'drizzle-orm'
import { dataKey } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { newKey, open, seal } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'

/**
 * Seals and opens the personal data of one request under its own data key (design.md "Own data"). `place` is
 * `table.column`; together with the request's id it is the ciphertext's associated data.
 */
export type RequestSealer = {
  seal(place: string, value: string): Uint8Array
  sealOptional(place: string, value: string | null | undefined): Uint8Array | null
  sealBytes(place: string, value: Uint8Array): Uint8Array
  open(place: string, sealed: Uint8Array): string
  openOptional(place: string, sealed: Uint8Array | null): string | null
  openBytes(place: string, sealed: Uint8Array): Uint8Array
}

function sealerFor(key: Uint8Array, requestId: string): RequestSealer {
  const associated = (place: string) => `${place}:${requestId}`
  const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  return {
    seal: (place, value) => seal(key, value, associated(place)),
    sealOptional: (place, value) => (value ? seal(key, value, associated(place)) : null),
    sealBytes: (place, value) => seal(key, value, associated(place)),
    open: (place, sealed) => decode(open(key, sealed, associated(place))),
    openOptional: (place, sealed) => (sealed ? decode(open(key, sealed, associated(place))) : null),
    openBytes: (place, sealed) => open(key, sealed, associated(place)),
  }
}

/** Makes a data key for a new request; `store` writes it, wrapped, once the request's row is there. */
export function newRequestSealer(
  runtime: Pick<Runtime, 'keys' | 'clock'>,
  requestId: string,
): { sealer: RequestSealer; store: (tx: Transaction) => Promise<void> } {
  const key = newKey()
  const wrapped = runtime.keys.seal('wrapping', key, `data_key:${requestId}`)
  return {
    sealer: sealerFor(key, requestId),
    store: async (tx) => {
      await tx.insert(dataKey).values({ requestId, wrapped, createdAt: runtime.clock.now() })
    },
  }
}

/** The sealer of an existing request; null once its data key was destroyed (the case is purged). */
export async function requestSealer(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestId: string,
): Promise<RequestSealer | null> {
  const [row] = await db.select().from(dataKey).where(eq(dataKey.requestId, requestId))
  if (!row?.wrapped) return null
  return sealerFor(runtime.keys.open('wrapping', row.wrapped, `data_key:${requestId}`), requestId)
}

/** The sealers of several requests in one query, for lists. */
export async function requestSealers(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  requestIds: string[],
): Promise<Map<string, RequestSealer>> {
  if (requestIds.length === 0) return new Map()
  const rows = await db.select().from(dataKey).where(inArray(dataKey.requestId, requestIds))
  return new Map(
    rows.flatMap((row) =>
      row.wrapped
        ? [
            [
              row.requestId,
              sealerFor(runtime.keys.open('wrapping', row.wrapped, `data_key:${row.requestId}`), row.requestId),
            ],
          ]
        : [],
    ),
  )
}
