import { KeyStore } from '~/systems/key-store'
import type { Row } from '~/systems/adapters/adapter'
import type { RowKey } from '~/systems/located'

/** Values of rows by table and key, packed: what a batch has to know of its rows after they are gone. */
export class PackedValues {
  private readonly tables = new Map<string, { keys: KeyStore; texts: Buffer[] }>()

  put(table: string, key: RowKey, columns: readonly string[], values: Row): void {
    let of = this.tables.get(table)
    if (!of) this.tables.set(table, (of = { keys: new KeyStore(), texts: [] }))
    const named = Object.fromEntries(columns.map((name) => [name, values[name] ?? null]))
    of.texts[of.keys.add(key)] = Buffer.from(JSON.stringify(named))
  }

  get(table: string, key: RowKey): Row {
    const of = this.tables.get(table)
    const text = of?.texts[of.keys.find(key)]
    return text ? (JSON.parse(text.toString('utf8')) as Row) : {}
  }
}
