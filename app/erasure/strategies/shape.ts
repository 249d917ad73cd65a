import type { CatalogueColumn, Engine } from '~/systems/catalogue'
import { largestInteger } from '~/systems/largest-integer'
import { keyword, sql, type Sql } from '~/systems/adapters/sql'

/** Longest pseudonym token; 19 hex digits hold 76 bits, enough that two values never meet by chance. */
const TOKEN = 20
const EMAIL_HEX = 24
const EMAIL_DOMAIN = 'pseudonym.invalid'
const SHORT_EMAIL_DOMAIN = 'p.invalid'
/** Digits after 000: no telephone number begins so, and nobody is called by accident. */
const UNDIALLED = '000'

const digitsOf: Record<Engine, (hex: Sql) => Sql> = {
  postgres: (hex) => sql`translate(${hex}, 'abcdef', '012345')`,
  mysql: (hex) =>
    ['a', 'b', 'c', 'd', 'e', 'f'].reduce(
      (inner, letter, index) => sql`REPLACE(${inner}, ${keyword(`'${letter}'`)}, ${keyword(`'${index}'`)})`,
      hex,
    ),
}

const matches: Record<Engine, (text: Sql, pattern: Sql) => Sql> = {
  postgres: (text, pattern) => sql`${text} ~ ${pattern}`,
  mysql: (text, pattern) => sql`${text} REGEXP ${pattern}`,
}

/** How many characters of what fit into the column; `room` is null where there is no limit. */
export function shapeLengths(room: number | null): { token: number; emailHex: number; emailDomain: string } {
  const limit = room ?? 255
  const domain = limit >= EMAIL_HEX + EMAIL_DOMAIN.length + 1 ? EMAIL_DOMAIN : SHORT_EMAIL_DOMAIN
  return {
    token: Math.max(1, Math.min(TOKEN, limit)),
    emailHex: Math.min(EMAIL_HEX, limit - domain.length - 1),
    emailDomain: domain,
  }
}

/**
 * The text of a pseudonym in the shape of the old text: an e-mail under `.invalid`, digits for what reads as a telephone
 * number, else a letter and hexadecimal digits. Empty text stays empty.
 */
export function shapedText(engine: Engine, text: Sql, hex: Sql, column: CatalogueColumn, unique: boolean): Sql {
  const { token, emailHex, emailDomain } = shapeLengths(column.length)
  const constant = (n: number) => keyword(String(n))
  const concat = (parts: Sql[]) =>
    parts.reduce((a, b) => (engine === 'postgres' ? sql`${a} || ${b}` : sql`CONCAT(${a}, ${b})`))
  const count = sql`char_length(regexp_replace(${text}, '[^0-9]', ''${keyword(engine === 'postgres' ? ", 'g'" : '')}))`
  const wanted = unique ? sql`greatest(${count}, ${constant(Math.min(15, (column.length ?? 16) - 1))})` : count
  const phone = concat([
    sql`CASE WHEN ${text} LIKE '+%' THEN '+' ELSE '' END`,
    keyword(`'${UNDIALLED}'`),
    sql`substr(${digitsOf[engine](hex)}, 1, ${wanted} - 3)`,
  ])
  const email = concat([sql`substr(${hex}, 1, ${constant(emailHex)})`, keyword(`'@${emailDomain}'`)])
  const plain = concat([keyword("'p'"), sql`substr(${hex}, 1, ${constant(token - 1)})`])
  const isEmail = emailHex >= 6 ? sql`WHEN ${text} LIKE '%@%' THEN ${email}` : keyword('')
  return sql`CASE WHEN ${text} = '' THEN ${text} ${isEmail}
    WHEN ${matches[engine](text, keyword("'^[+]?[0-9][0-9 ()./-]{5,}$'"))} AND ${count} >= 6 THEN ${phone}
    ELSE ${plain} END`
}

/** A UUID out of hexadecimal digits: version 8 (RFC 9562, "custom"). */
export function shapedUuid(engine: Engine, hex: Sql): Sql {
  const part = (from: number, length: number) =>
    sql`substr(${hex}, ${keyword(String(from))}, ${keyword(String(length))})`
  const parts = [
    part(1, 8),
    keyword("'-'"),
    part(9, 4),
    keyword("'-8'"),
    part(14, 3),
    keyword("'-a'"),
    part(18, 3),
    keyword("'-'"),
    part(21, 12),
  ]
  return engine === 'postgres'
    ? parts.reduce((a, b) => sql`${a} || ${b}`)
    : sql`CONCAT(${parts.reduce((a, b) => sql`${a}, ${b}`)})`
}

/** A whole number from 1 to the column's largest, out of hexadecimal digits. */
export function shapedInteger(engine: Engine, hex: Sql, column: CatalogueColumn): Sql {
  const most = keyword(String(largestInteger(column)))
  return engine === 'postgres'
    ? sql`(1 + ('x0' || substr(${hex}, 1, 15))::bit(64)::bigint % ${most})`
    : sql`(1 + CAST(CONV(substr(${hex}, 1, 15), 16, 10) AS UNSIGNED) % ${most})`
}
