import { createHash } from 'node:crypto'
import type postgres from 'postgres'
import { newKey, seal } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'

/** How many requests, and how many of them are open; the rest were closed and purged in the years before. */
export type Filling = { requests: number; open: number }

const colleagues = 20
const batch = 5_000

/**
 * Fills an empty, migrated database with requests: one statement per table over `generate_series`, the indexes made
 * afterwards. What the list opens of the open ones (name, data key) is sealed as the product seals it. `sql` must be a
 * connection of the superuser, since references between tables are not checked row by row.
 */
export async function fillRequests(sql: postgres.Sql, runtime: Runtime, { requests, open }: Filling): Promise<void> {
  const connection = await sql.reserve()
  try {
    await connection`set session_replication_role = replica`
    await connection`set synchronous_commit = off`
    await connection`
      insert into staff (id, email, name, role, created_at)
      select md5('colleague' || i)::uuid, 'colleague' || i || '@bench.example', 'Collega ' || i, 'agent', now()
      from generate_series(1, ${colleagues}) as i`
    await sealOpenOnes(connection, runtime, open)
    const indexes = await connection<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition from pg_indexes
      where tablename = 'request' and indexname not in (select conname from pg_constraint)`
    for (const { name } of indexes) await connection`drop index ${connection(name)}`
    await insertSubmissions(connection, requests)
    await insertRequests(connection, requests, open)
    for (const { definition } of indexes) await connection.unsafe(definition)
    await connection`
      insert into data_key (request_id, wrapped, created_at) select id, wrapped, now() from sealed`
    await countOpenOnes(connection)
    await connection`drop table sealed`
    await connection`set session_replication_role = origin`
  } finally {
    connection.release()
  }
  await sql`vacuum analyze`
}

/** The id of the request with this number, as `md5('request' || i)::uuid` gives it in SQL. */
function idOf(i: number): string {
  const hex = createHash('md5').update(`request${i}`).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

async function sealOpenOnes(sql: postgres.ReservedSql, runtime: Runtime, open: number): Promise<void> {
  await sql`create unlogged table sealed (id uuid primary key, wrapped bytea, name bytea)`
  for (let from = 1; from <= open; from += batch) {
    const ids: string[] = []
    const wrapped: string[] = []
    const names: string[] = []
    for (let i = from; i < Math.min(from + batch, open + 1); i++) {
      const [id, key] = [idOf(i), newKey()]
      ids.push(id)
      wrapped.push(hex(runtime.keys.seal('wrapping', key, `data_key:${id}`)))
      names.push(hex(seal(key, `Persoon Nummer${i}`, `request.name:${id}`)))
    }
    await sql`
      insert into sealed select id, decode(wrapped, 'hex'), decode(name, 'hex')
      from unnest(${ids}::uuid[], ${wrapped}::text[], ${names}::text[]) as given (id, wrapped, name)`
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

async function insertSubmissions(sql: postgres.ReservedSql, requests: number): Promise<void> {
  await sql`
    insert into submission (id, channel, language, created_at)
    select md5('submission' || i)::uuid, 'portal', 'nl', now() from generate_series(1, ${requests}) as i`
}

// The first `open` numbers are the open ones: due from ten days ago to five weeks ahead. The others were due in the six
// years before, and are closed.
async function insertRequests(sql: postgres.ReservedSql, requests: number, open: number): Promise<void> {
  await sql`
    insert into request (id, reference, submission_id, kind, state, channel, language, received_at, received_on, due_on,
      strict_due_on, extended_due_on, internal_target_on, assignee_id, verified_at, closed_at, purged_at, name_sealed)
    select md5('request' || i)::uuid, 'AVG-' || extract(year from due - 30) || '-' || upper(lpad(to_hex(i), 6, '0')),
      md5('submission' || i)::uuid,
      (array['access','rectification','erasure','restriction','portability','objection','consent_withdrawal'])[1 + i % 7],
      case when i <= ${open}
        then (array['received','in_progress','awaiting_subject','awaiting_approval','executing'])[1 + (i / 7) % 5]
        else (array['completed','completed','completed','refused','withdrawn'])[1 + (i / 7) % 5] end,
      'portal', 'nl', due - 30, due - 30, due, due, due + 60, due - 10,
      case when i % 5 = 0 then null else md5('colleague' || 1 + i % ${colleagues})::uuid end,
      due - 30, case when i > ${open} then due - 2 end, case when i > ${open} then due + 300 end, sealed.name
    from (
      select i, case when i <= ${open} then current_date - 10 + (hashint4(i) & 1023) % 46
        else current_date - 20 - (hashint4(i) & 65535) % 2190 end as due
      from generate_series(1, ${requests}) as i) as numbered
    left join sealed on numbered.i <= ${open} and sealed.id = md5('request' || i)::uuid`
}

async function countOpenOnes(sql: postgres.ReservedSql): Promise<void> {
  await sql`
    insert into queue_bucket (facet, value, count)
    select facet, value, count(*) from request
    cross join lateral (values ('state', state), ('due', due_on::text),
      ('assignee', coalesce(assignee_id, '00000000-0000-0000-0000-000000000000')::text)) as seen (facet, value)
    where closed_at is null and state <> 'unverified' group by facet, value`
}
