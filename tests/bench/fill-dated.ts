import type postgres from 'postgres'

/** 25 tables: customers, and 24 of their rows, each row with the day from which its term runs. */
export const datedTables = ['customers', ...Array.from({ length: 24 }, (_, i) => `records_${i + 1}`)]

/** Rows whose term (a year, warned of 30 days ahead) ended lie back this far at the most, in days. */
const spread = 370

/** A CRM of so many rows in all, in 25 tables of equal size, a small part of them past its term. */
export async function fillDated(sql: postgres.Sql, rows: number): Promise<void> {
  const each = Math.max(100, Math.round(rows / datedTables.length))
  for (const table of datedTables) {
    const customer = table === 'customers' ? '' : 'customer_id bigint not null references customers,'
    await sql.unsafe(`
      create table ${table} (id bigint primary key, ${customer} email text, active_on date not null, remark text);
      insert into ${table} select i, ${customer ? 'i,' : ''} 'person' || i || '@example.nl',
        current_date - (i * 7919::bigint % ${spread})::int, 'remark ' || i from generate_series(1, ${each}) i;
      create index on ${table} (active_on);
      ${customer ? `create index on ${table} (customer_id);` : ''}`)
  }
  await sql.unsafe('vacuum analyze')
}

/** The data map of that CRM, as a person would write it. */
export function datedMap(): string {
  const term = 'delete_after: [{from: active_on, term: P1Y, warn: P30D, then: delete}]'
  return [
    'version: 1',
    'system: crm',
    'backups: {kept: P35D}',
    'tables:',
    `  customers: {subject: {email: email}, erase: delete, ${term}}`,
    ...datedTables
      .slice(1)
      .map((table) => `  ${table}: {belongs_to: [{table: customers, on: {customer_id: id}}], erase: delete, ${term}}`),
  ].join('\n')
}

/**
 * The same conditions in plain SQL, written for this one schema: what is over and what will be soon, the first 500 rows that
 * are over, and how many end in which month of the year ahead. Answers how many are over.
 */
export function datedQueries(sql: postgres.Sql): () => Promise<number> {
  return async () => {
    let over = 0
    for (const table of datedTables) {
      const [counted] = await sql<{ over: number }[]>`
        select count(*) filter (where active_on <= current_date - interval '1 year')::int as over,
          count(*) filter (where active_on > current_date - interval '1 year')::int as near, min(active_on)
        from ${sql(table)} where active_on <= current_date - interval '1 year' + interval '30 days'`
      if (counted && counted.over > 0)
        await sql`select id from ${sql(table)} where active_on <= current_date - interval '1 year' order by id limit 500`
      await sql`
        select date_trunc('month', active_on + interval '1 year') as month, count(*) from ${sql(table)}
        where active_on > current_date - interval '1 year' and active_on <= current_date group by 1`
      over += counted?.over ?? 0
    }
    return over
  }
}
