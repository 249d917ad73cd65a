import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { SystemError, type DatabaseAdapter } from '~/systems/adapters/adapter'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { keyword } from '~/systems/adapters/sql'
import { engines } from '~tests/systems/databases'
import { lineTo } from '~tests/support/line'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase } from '~tests/support/postgres'

describe.each(engines)('a connected database that is away, in %s', (engine) => {
  const closing: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const close of closing) await close()
  })

  const ask = (adapter: DatabaseAdapter) =>
    adapter.transaction((tx) => tx.query(keyword('select 1 as one'))).catch((error: unknown) => error)

  it('says so every time it is asked, and answers again when it is back', async () => {
    const url = engine === 'postgres' ? (await createDatabase('away')).url : await (await mariadb())?.createDatabase()
    const line = await lineTo(url ?? '')
    const adapter = openAdapter({ engine, url: line.url, maxConnections: 2 })
    closing.push(() => adapter.close(), line.close)
    expect(await ask(adapter)).toEqual([{ one: '1' }])
    line.cut()
    for (let times = 0; times < 6; times++) expect(await ask(adapter)).toBeInstanceOf(SystemError)
    line.mend()
    for (let times = 0; times < 3; times++) expect(await ask(adapter)).toEqual([{ one: '1' }])
  })

  it('says so when its session is ended in the middle of a transaction, and is there for the next one', async () => {
    const url =
      (engine === 'postgres' ? (await createDatabase('cut')).url : await (await mariadb())?.createDatabase()) ?? ''
    const adapter = openAdapter({ engine, url, maxConnections: 1 })
    const admin = openAdapter({ engine, url, maxConnections: 1 })
    closing.push(adapter.close, admin.close)
    const own = keyword(engine === 'postgres' ? 'select pg_backend_pid() as id' : 'select connection_id() as id')
    const long = keyword(engine === 'postgres' ? 'select pg_sleep(30)' : 'select sleep(30)')
    for (const waiting of [true, false]) {
      const broken = adapter.transaction(async (tx) => {
        const [session] = await tx.query(own)
        const asleep = waiting ? tx.query(long) : pause(150)
        asleep.catch(() => undefined)
        await pause(50)
        const id = session?.id ?? ''
        await admin.query(keyword(engine === 'postgres' ? `select pg_terminate_backend(${id})` : `kill ${id}`))
        await asleep
        await tx.query(own)
      })
      await expect(broken).rejects.toMatchObject({ kind: 'connection_lost', retryable: true })
      expect(await ask(adapter)).toEqual([{ one: '1' }])
    }
  })

  it('says so every time when nobody listens there', async () => {
    const scheme = engine === 'postgres' ? 'postgres' : 'mysql'
    const adapter = openAdapter({ engine, url: `${scheme}://a:b@127.0.0.1:1/c`, maxConnections: 2 })
    for (let times = 0; times < 6; times++) expect(await ask(adapter)).toMatchObject({ kind: 'unreachable' })
  })
})
