import postgres from 'postgres'
import { scanResidue, type SearchedPerson } from '~/erasure/residue/scan.server'
import { openAdapter } from '~/systems/adapters/open-adapter.server'
import { checkMap } from '~/systems/check-map'
import { parseDataMap } from '~/systems/parse-map'
import type { Bench } from './bench'
import { fillText, personOf, textTables } from './fill-text'
import { inTurns, timed } from './in-turns'
import { startBenchServer } from './own-database'

const many = 50
/** 50 persons are to cost no more than so many times one. */
const timesOne = 3

const map = [
  'version: 1',
  'system: crm',
  'backups: {kept: P35D}',
  'tables:',
  ...Object.keys(textTables).map((table) => `  ${table}: {personal: false}`),
].join('\n')

/** What is left of one person, and of 50, in 2 GB of free text, against one expression on every column, written by hand. */
export default {
  about: 'residue of 1 and of 50 persons in 2 GB of text, against `a ~* x OR b ~* x` for each table and person by hand',
  goal: { atMost: 1 },
  async run(options) {
    const { size = 2_000_000_000, say } = options
    const server = await startBenchServer(options)
    const name = `text_${String(size)}`
    const isNew = await server.create(name)
    const sql = postgres(server.url(name), { max: 1, onnotice: () => undefined })
    const adapter = openAdapter({ engine: 'postgres', url: server.url(name), maxConnections: 2 })
    try {
      if (isNew)
        say(`${String(size)} bytes filled in ${String(Math.round((await timed(() => fillText(sql, size))) / 1000))} s`)
      const parsed = parseDataMap(map)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
      const catalogue = await adapter.readCatalogue()
      const { resolved } = checkMap(parsed.map, catalogue)
      const system = { catalogue, map: resolved }
      const scan = async (people: readonly number[]) => {
        const residues = await scanResidue(adapter, { system, persons: people.map(searched) })
        return residues.map((each) => each.findings.reduce((sum, finding) => sum + finding.rows, 0))
      }
      const byHand = async (person: number) => {
        const x = expression(person)
        let rows = 0
        for (const [table, columns] of Object.entries(textTables)) {
          const where = columns.map((column) => `"${column}"::text ~* $1`).join(' or ')
          rows += (await sql.unsafe(`select id from ${table} where ${where}`, [x])).length
        }
        return rows
      }
      const someone = (round: number) => 17 + round * 991
      const crowd = (round: number) => Array.from({ length: many }, (_, i) => someone(round) + i * 97)
      const [[one], hand] = [await scan([someone(0)]), await byHand(someone(0))]
      if (one !== hand)
        throw new Error(`${String(one)} values with person ${String(someone(0))}, by hand ${String(hand)}`)
      const all = await scan(crowd(0))
      if (all[0] !== one) throw new Error(`${String(all[0])} values of a person in the crowd, alone ${String(one)}`)
      const rounds = size > 500_000_000 ? 2 : 3
      const single = await inTurns(
        (round) => scan([someone(round)]),
        (round) => byHand(someone(round)),
        { rounds, warmUp: 0 },
      )
      const crowded = await inTurns(
        (round) => scan(crowd(round)),
        (round) => scan([someone(round)]),
        { rounds, warmUp: 0 },
      )
      return [
        { name: 'residue-1', ...single, unit: 'ms', n: rounds },
        {
          name: `residue-${String(many)}`,
          ours: crowded.ours,
          baseline: crowded.baseline * timesOne,
          unit: 'ms',
          n: rounds,
        },
      ]
    } finally {
      await adapter.close()
      await sql.end({ timeout: 5 })
      await server.close()
    }
  },
} satisfies Bench

const nameOf = (n: number) =>
  `Jan${String.fromCharCode(97 + (n % 26))} van der Berg${String.fromCharCode(97 + (n % 25))}e`

function searched(n: number): SearchedPerson {
  const { email, phone, number } = personOf(n)
  return {
    traces: { identifiers: [email, number], phones: [`+31${phone.slice(1)}`], names: [nameOf(n)] },
    mayStay: () => false,
    chosen: false,
  }
}

/** What a good engineer would search for: address, number and phone however it is spelled; and the name. */
function expression(n: number): string {
  const { email, phone, number } = personOf(n)
  const digits = [...phone.slice(1)].join('[ ()./-]*')
  return `${email.replaceAll('.', '\\.')}|${number}|(\\+31|0031|0)[ ()./-]*${digits}|${nameOf(n).replaceAll(' ', '[^a-z0-9]+')}`
}
