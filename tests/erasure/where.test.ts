import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { evidenceEntry } from '~db/schema'
import { handOutLooks } from '~/erasure/elsewhere/look.server'
import { whereIs } from '~/erasure/where.server'
import { proveElsewhere } from '~/identity/prove-elsewhere.server'
import { inTransaction } from '~/platform/runtime.server'
import { findRequest } from '~/requests/find.server'
import { addSystem } from '~/systems/registry.server'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'
import { connect, file, hire, type Staff } from './case'
import { freePort } from './receiver'
import { map, smallCrm, type SmallCrm } from './small-crm'

describe('where a person is', () => {
  let test: TestRuntime
  let crm: SmallCrm
  let other: SmallCrm
  let agent: Staff
  beforeAll(async () => {
    test = await testRuntime()
    agent = await hire(test.runtime, 'agent')
    crm = await smallCrm('postgres')
    other = await smallCrm('postgres')
    const { runtime } = test
    await connect(runtime, 'shop', 'postgres', crm.url, map)
    await connect(runtime, 'slow', 'postgres', other.url, map.replace('system: shop', 'system: slow'))
    const [away, port] = [new URL(crm.url), await freePort()]
    await inTransaction(runtime, async (tx) => {
      const order = { details: {}, actor: { kind: 'system' } } as const
      away.port = String(port)
      await addSystem(tx, runtime, {
        ...order,
        key: 'service',
        engine: 'webhook',
        url: `http://127.0.0.1:${String(port)}/`,
      })
      await addSystem(tx, runtime, { ...order, key: 'unmapped', engine: 'postgres', url: away.href })
      await addSystem(tx, runtime, {
        ...order,
        key: 'paper',
        engine: 'listed',
        details: { handling: { name: 'Papier' } },
      })
    })
  })
  afterAll(async () => {
    await crm.close()
    await other.close()
    await test.close()
  })

  const look = async (id: number, more: Partial<Parameters<typeof whereIs>[1]> = {}) => {
    const { runtime } = test
    const requestId = await file(runtime, agent, { email: `person${String(id)}@shop.example`, kinds: ['access'] })
    await inTransaction(runtime, (tx) =>
      proveElsewhere(tx, runtime, { requestId, proves: ['email'], note: 'Aan de balie', actor: agent }),
    )
    const row = await findRequest(runtime.db, requestId)
    if (!row) throw new Error('no request')
    await handOutLooks(runtime, requestId)
    const order = { row, proven: ['email'] as const, staffId: agent.id, look: null, unmasked: false, ...more }
    const found = await whereIs(runtime, order)
    return { requestId, at: new Map(found?.map((each) => [each.system, each])) }
  }

  it('counts per table over all systems and places, and says of each that is away why', async () => {
    const { at } = await look(1)
    expect(at.get('shop')).toMatchObject({ state: 'found', candidates: [], looked: null })
    expect(at.get('shop')?.tables.map(({ table, rows, shared }) => [table, rows, shared])).toEqual([
      ['customers', 1, 0],
      ['addresses', 0, 1],
      ['invoices', 2, 0],
      ['invoice_lines', 2, 0],
      ['tickets', 1, 0],
      ['audit', 2, 0],
    ])
    expect(at.get('service')).toMatchObject({ state: 'failed', failure: 'unreachable' })
    expect(at.get('unmapped')).toMatchObject({ state: 'failed', failure: 'no_map' })
    expect(at.get('paper')).toMatchObject({ name: 'Papier', state: 'person', ticked: 'open' })
  })

  it('shows rows only of the table that is looked at, masked unless the case is open, and logs the look', async () => {
    const { runtime } = test
    const masked = await look(5, { look: { system: 'shop', table: 'customers' } })
    expect(masked.at.get('slow')?.looked).toBeNull()
    const [row] = masked.at.get('shop')?.looked?.rows ?? []
    expect(row).toMatchObject({ email: 'p•••@shop.example', born_on: '1980-••-••' })
    expect(JSON.stringify(masked.at.get('shop'))).not.toContain('Bakker5')
    const entries = await runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, masked.requestId))
    expect(entries.find((each) => each.verb === 'request.located')).toMatchObject({
      actorId: agent.id,
      system: 'shop',
      data: { looked: 'customers', unmasked: false },
    })
    const open = await look(5, { look: { system: 'shop', table: 'customers' }, unmasked: true })
    expect(open.at.get('shop')?.looked?.rows[0]).toMatchObject({ last_name: 'Bakker5' })
    expect((await look(5, { look: { system: 'shop', table: 'no such' } })).at.get('shop')?.looked).toBeNull()
  })

  it('tells persons who share an identifier apart, and what only looks like the person', async () => {
    await crm.run(`insert into customers (id, number, email, phone, first_name, last_name, born_on)
      values (70, 'K-70', ' Person7@shop.example', '0612345607', 'Piet', 'Ander', '1990-01-01'),
             (71, 'K-71', 'person8+nieuws@shop.example', '0699999999', 'Anna8', 'Bakker8', '1980-05-18')`)
    const { at } = await look(7)
    expect(at.get('shop')).toMatchObject({ state: 'ambiguous', tables: [] })
    expect(at.get('shop')?.candidates).toHaveLength(2)
    expect(JSON.stringify(at.get('shop')?.candidates)).not.toContain('Bakker7')
    expect(at.get('slow')).toMatchObject({ state: 'found' })
    const like = (await look(8)).at.get('shop')
    expect(like?.suggestions).toContainEqual({ table: 'customers', rows: 1, why: 'plus_address' })
  })

  it('a system that takes too long is named, and the others are shown', async () => {
    const held = other.adapter.transaction(async (tx) => {
      await tx.run((await import('~/systems/adapters/sql')).keyword('lock table customers in access exclusive mode'))
      return (await look(9)).at
    })
    const at = await held
    expect(at.get('shop')).toMatchObject({ state: 'found' })
    expect(at.get('slow')).toMatchObject({ state: 'failed', failure: expect.stringMatching(/timeout/) as string })
  }, 60_000)
})
