import { createConnection } from 'mysql2/promise'
import postgres from 'postgres'
import { expect, it } from 'vitest'
import { mariadb } from '~tests/support/mariadb'
import { createDatabase, templateDatabase } from '~tests/support/postgres'

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

it('shares one MariaDB among all who ask, and keeps accents and emoji', async ({ skip }) => {
  const [first, second] = await Promise.all([mariadb(), mariadb()])
  if (!first || !second) return skip()
  expect(first.url('x')).toBe(second.url('x'))
  const connection = await createConnection(await first.createDatabase())
  const [rows] = await connection.query("select 'Zoë 🚲' as text, version() like '%MariaDB%' as maria")
  expect(rows).toEqual([{ text: 'Zoë 🚲', maria: 1 }])
  await connection.end()
})
