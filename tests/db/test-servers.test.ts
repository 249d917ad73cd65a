import { createConnection } from 'mysql2/promise'
import postgres from 'postgres'
import { expect, it } from 'vitest'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase, migratedDatabase, templateDatabase } from '~tests/support/postgres'

it('gives each test a PostgreSQL database of its own, copied from one that is made once', async () => {
  let fillings = 0
  const fill = async (url: string) => {
    fillings += 1
    const sql = postgres(url, { max: 1 })
    await sql`create table filled as select 1 as one`
    await sql.end()
  }
  const names = await Promise.all([1, 2].map(() => templateDatabase('template_of_a_test', fill)))
  expect(fillings).toBe(1)
  const copies = await Promise.all(names.map((name) => createDatabase('copy', name)))
  for (const copy of copies) {
    const sql = postgres(copy.url, { max: 1 })
    expect(await sql`select one from filled`).toEqual([{ one: 1 }])
    await copy.drop()
    await sql.end()
  }
})

it('gives each test the product’s own tables, in which the application can’t alter evidence', async () => {
  const [one, two] = await Promise.all([migratedDatabase(), migratedDatabase()])
  expect(one.url).not.toBe(two.url)
  const sql = postgres(one.url, { max: 1 })
  expect(await sql`select count(*)::int as n from evidence_entry`).toEqual([{ n: 0 }])
  await expect(sql`delete from evidence_entry`).rejects.toMatchObject({ code: '42501' })
  await sql.end()
  await Promise.all([one.drop(), two.drop()])
})

it('shares one MariaDB among all who ask, and keeps accents and emoji', async ({ skip }) => {
  const [first, second] = await Promise.all([mariadb(), mariadb()])
  if (!first || !second) return skip()
  expect(first.url('x')).toBe(second.url('x'))
  const connection = await createConnection(await first.createDatabase())
  const [rows] = await connection.query("select 'Zoë 🚲' as text, version() like '%MariaDB%' as maria")
  expect(rows).toEqual([{ text: 'Zoë 🚲', maria: 1 }])
  await connection.end()
})
