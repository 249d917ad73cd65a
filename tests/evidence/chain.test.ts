import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendEvidence } from '~/evidence/append.server'
import { exportEvidence } from '~/evidence/export.server'
import type { EvidenceLine } from '~/evidence/lines'
import { newestSeal, sealEvidence } from '~/evidence/seal.server'
import { verifyEvidence } from '~/evidence/verify.server'
import type { Verdict } from '~/evidence/verify.server'
import { inTransaction } from '~/platform/runtime.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let world: TestRuntime
let owner: postgres.Sql

beforeEach(async () => {
  world = await testRuntime()
  owner = postgres(world.ownerUrl, { max: 1, onnotice: () => undefined })
})

afterEach(async () => {
  await owner.end()
  await world.close()
})

async function append(count: number, word = 'x'): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    world.clock.set(world.clock.now().add({ seconds: 1 }).toString())
    await inTransaction(world.runtime, (tx) =>
      appendEvidence(tx, world.runtime, {
        actor: { kind: 'system' },
        verb: 'request.received',
        data: { word, i, nested: { b: 2, a: 1 } },
      }),
    )
  }
}

async function exported(since?: ReturnType<TestRuntime['clock']['now']>): Promise<EvidenceLine[]> {
  const lines: EvidenceLine[] = []
  for await (const line of exportEvidence(world.runtime, { since })) lines.push(line)
  return lines
}

async function* stream(lines: readonly unknown[]): AsyncGenerator<unknown> {
  for (const line of lines) yield await Promise.resolve(line)
}

const verifyLines = (lines: readonly unknown[], expectSeal?: string): Promise<Verdict> =>
  verifyEvidence(world.runtime.keys, stream(lines), { expectSeal })

const verifyDatabase = (expectSeal?: string): Promise<Verdict> =>
  verifyEvidence(world.runtime.keys, exportEvidence(world.runtime), { expectSeal })

/** What only the role that owns the tables can do, and only after it has put the triggers out of work. */
async function asOwner(change: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
  await owner.begin(async (sql) => {
    for (const table of ['evidence_entry', 'evidence_link', 'evidence_seal'])
      await sql`alter table ${sql(table)} disable trigger user`
    await sql`alter table evidence_link drop constraint if exists evidence_link_entry_id_evidence_entry_id_fk`
    await change(sql)
    for (const table of ['evidence_entry', 'evidence_link', 'evidence_seal'])
      await sql`alter table ${sql(table)} enable trigger user`
  })
}

describe('the sealed log', () => {
  it('is whole after entries in several sealings, and knows how many', async () => {
    expect(await verifyDatabase()).toEqual({ ok: true, entries: 0, seals: 0, firstBad: null, complete: true })
    await append(3)
    await sealEvidence(world.runtime)
    await append(2)
    await sealEvidence(world.runtime)
    expect(await verifyDatabase()).toEqual({ ok: true, entries: 5, seals: 2, firstBad: null, complete: true })
  })

  it('takes an entry whose transaction commits after later ones, and entries of several sealers once', async () => {
    let commit = () => {}
    let inserted = () => {}
    const waiting = new Promise<void>((resolve) => (commit = resolve))
    const there = new Promise<void>((resolve) => (inserted = resolve))
    const late = inTransaction(world.runtime, async (tx) => {
      await appendEvidence(tx, world.runtime, { actor: { kind: 'system' }, verb: 'late.one' })
      inserted()
      await waiting
    })
    await there
    await append(2)
    await sealEvidence(world.runtime)
    commit()
    await late
    await Promise.all([1, 2, 3].map(() => sealEvidence(world.runtime)))
    expect(await verifyDatabase()).toMatchObject({ ok: true, entries: 3, complete: true })
    const order = (await exported()).flatMap((line) => (line.type === 'entry' ? [line.id] : []))
    expect(order.at(-1)).toBe(1)
  })

  it('is sealed every hour though nothing happens', async () => {
    await sealEvidence(world.runtime)
    await sealEvidence(world.runtime)
    expect(Number((await newestSeal(world.runtime.db))?.number)).toBe(1)
    world.clock.set(world.clock.now().add({ hours: 1 }).toString())
    await sealEvidence(world.runtime)
    expect(await verifyDatabase()).toMatchObject({ ok: true, entries: 0, seals: 2, complete: true })
  })

  it('refuses change, removal and emptying by the application', async () => {
    await append(1)
    await sealEvidence(world.runtime)
    for (const statement of [
      'update evidence_seal set number = 9',
      'delete from evidence_seal',
      'truncate evidence_seal',
      'delete from evidence_link',
      'update evidence_entry set verb = null',
    ])
      await expect(owner.unsafe(statement)).rejects.toThrow('insert-only')
  })
})

describe('a log altered in the database by its owner', () => {
  beforeEach(async () => {
    await append(4)
    await sealEvidence(world.runtime)
    await append(4)
    await sealEvidence(world.runtime)
  })

  it.each<[string, string, number]>([
    ['one entry has another word', `update evidence_entry set data = '{"word":"y"}' where id = 3`, 3],
    ['one entry has another moment', `update evidence_entry set at = at + interval '1 second' where id = 6`, 6],
    ['one entry has another actor', `update evidence_entry set actor_kind = 'staff' where id = 1`, 1],
    ['one entry is gone', `delete from evidence_entry where id = 5`, 5],
    ['the tail of the entries is gone', `delete from evidence_entry where id > 6`, 7],
    ['entries and links of the tail are gone', `delete from evidence_link where position > 6`, 7],
    [
      'two entries changed places',
      `update evidence_link set entry_id = -1 where entry_id = 6; update evidence_link set entry_id = 6 where entry_id = 8; update evidence_link set entry_id = 8 where entry_id = -1`,
      8,
    ],
    ['a seal was set back', `update evidence_seal set position = 3 where number = 1`, 3],
    ['a seal is gone', `delete from evidence_seal where number = 1`, 8],
  ])('%s: the first bad one is named', async (_, statement, firstBad) => {
    await asOwner((sql) => sql.unsafe(statement))
    expect(await verifyDatabase()).toMatchObject({ ok: false, firstBad, complete: false })
  })

  it('is not built upon', async () => {
    await asOwner((sql) => sql`delete from evidence_link where position = 8`)
    expect(await sealEvidence(world.runtime)).toEqual({ ok: false, reason: 'altered', position: 8n })
  })

  it('an entry slipped in without the key is named, also once it has been sealed', async () => {
    await asOwner(
      (sql) =>
        sql`insert into evidence_entry (at, actor_kind, verb, data) select at, actor_kind, 'plan.approved', data from evidence_entry where id = 2`,
    )
    await sealEvidence(world.runtime)
    expect(await verifyDatabase()).toMatchObject({ ok: false, firstBad: 9 })
  })

  it('an entry with the MAC of another is named', async () => {
    await asOwner(async (sql) => {
      await sql`drop index evidence_entry_mac`
      await sql`insert into evidence_entry (at, actor_kind, verb, data, mac) select at, actor_kind, 'plan.approved', data, mac from evidence_entry where id = 2`
    })
    await sealEvidence(world.runtime)
    expect(await verifyDatabase()).toMatchObject({ ok: false, firstBad: 9 })
  })

  it('whose tail was cut together with its seals lacks the seal that was noted elsewhere', async () => {
    const noted = Buffer.from((await newestSeal(world.runtime.db))?.hash ?? []).toString('hex')
    expect(await verifyDatabase(noted)).toMatchObject({ ok: true, complete: true })
    await asOwner(async (sql) => {
      await sql`delete from evidence_seal where number = 2`
      await sql`delete from evidence_link where position > 4`
      await sql`delete from evidence_entry where id > 4`
    })
    expect(await verifyDatabase(noted)).toMatchObject({ ok: true, entries: 4, complete: false })
  })
})

describe('an exported log', () => {
  let lines: EvidenceLine[]
  beforeEach(async () => {
    await append(3)
    await sealEvidence(world.runtime)
    await append(3)
    await sealEvidence(world.runtime)
    lines = await exported()
  })

  it('is whole, with the seals where they were set and the trailer last', async () => {
    expect(lines.map(({ type }) => type)).toEqual([
      ...['entry', 'entry', 'entry', 'seal', 'entry', 'entry', 'entry', 'seal', 'trailer'],
    ])
    expect(await verifyLines(lines)).toEqual({ ok: true, entries: 6, seals: 2, firstBad: null, complete: true })
  })

  it('begins where it is asked to, and that part is whole', async () => {
    const fourth = lines.find((line) => line.type === 'entry' && line.position === 4)
    if (fourth?.type !== 'entry') throw new Error('the fourth entry is there')
    const part = await exported(world.clock.now().subtract({ seconds: 2 }))
    expect(part[0]).toMatchObject({ type: 'seal', number: 1 })
    expect(part[1]).toMatchObject({ type: 'entry', position: 4 })
    expect(await verifyLines(part)).toEqual({ ok: true, entries: 3, seals: 2, firstBad: null, complete: true })
    const nothing = await exported(world.clock.now().add({ hours: 1 }))
    expect(await verifyLines(nothing)).toMatchObject({ ok: true, entries: 0, complete: true })
  })

  it('cut anywhere is incomplete, at a seal too', async () => {
    for (let length = 0; length < lines.length; length += 1) {
      const verdict = await verifyLines(lines.slice(0, length))
      expect(verdict).toMatchObject({ ok: true, complete: false })
    }
  })

  it('with any one line changed, removed, doubled or put elsewhere is not ok, whichever', async () => {
    for (let at = 0; at < lines.length - 1; at += 1) {
      const without = lines.filter((_, index) => index !== at)
      const doubled = lines.flatMap((line, index) => (index === at ? [line, line] : [line]))
      const swapped = lines.map((line, index) => lines[index === at ? at + 1 : index === at + 1 ? at : index] ?? line)
      for (const altered of [without, doubled, swapped]) expect((await verifyLines(altered)).ok).toBe(false)
    }
  })

  it('with any one member of any line changed is not ok', async () => {
    for (const [at, line] of lines.entries())
      for (const [name, value] of Object.entries(line)) {
        const other = typeof value === 'number' ? value + 1 : typeof value === 'string' ? flipped(value) : 'other'
        const altered = lines.map((each, index) => (index === at ? { ...each, [name]: other } : each))
        expect(await verifyLines(altered), `${String(at)}.${name}`).not.toMatchObject({ ok: true, complete: true })
      }
  })

  it('made under another key is not ok', async () => {
    const other = await testRuntime()
    try {
      expect((await verifyEvidence(other.runtime.keys, stream(lines))).ok).toBe(false)
    } finally {
      await other.close()
    }
  })

  it('with a line that is no JSON names the place', async () => {
    expect(await verifyLines([...lines.slice(0, 2), null, ...lines.slice(2)])).toMatchObject({ ok: false, firstBad: 3 })
  })
})

const flipped = (text: string) => (text.startsWith('a') ? `b${text.slice(1)}` : `a${text.slice(1)}`)
