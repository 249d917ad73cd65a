import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Executor } from '~db/client'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { Language } from '~/requests/kinds'
import type { RequestRow } from '~/requests/move.server'
import { requestSealer } from '~/requests/sealed.server'
import { contentsSchema, leftOutSchema } from './contents'
import { hasOwnPage, indexPage, tablePage } from './html'
import type { Cover, RowSource } from './html'
import { csvFile, jsonFile } from './machine-readable'
import { readParts } from './parts.server'
import type { PackageRecord } from './prepare.server'
import { fileName } from './words'

/**
 * The package as a zip, written while it is read: index.html, data.json, and a CSV per table. Rows are opened part by part,
 * so that memory does not grow with the person's data. Null once the case is purged or nothing was prepared.
 */
export async function zipPackage(
  runtime: Pick<Runtime, 'db' | 'keys' | 'publicUrl'>,
  record: PackageRecord,
  row: RequestRow,
): Promise<Readable | null> {
  const sealer = await requestSealer(runtime.db, runtime, row.id)
  if (!sealer || !record.preparedAt || !record.contents) return null
  const cover = await coverOf(runtime.db, runtime, record, row)
  const rows: RowSource = async function* (place) {
    for await (const part of readParts(runtime.db, sealer, record.id, place)) yield part.rows
  }
  const zip = new ZipFile()
  // A stream of our own, so that a failure while reading ends it with an error and not with a whole-looking file.
  const output = new PassThrough()
  const fail = (error: Error) => void output.destroy(error)
  zip.on('error', fail)
  zip.outputStream.on('error', fail).pipe(output)
  const mtime = new Date((record.releasedAt ?? record.preparedAt).epochMilliseconds)
  const add = (name: string, write: () => AsyncIterable<string>) =>
    zip.addReadStreamLazy(name, { mtime, mode: 0o100644 }, (give) => give(null, Readable.from(inBytes(write()))))
  add('index.html', () => indexPage(cover, rows))
  add('data.json', () => jsonFile(cover, rows))
  for (const [place, table] of cover.contents.tables.entries()) {
    if (table.rows === 0) continue
    const name = fileName(place, table)
    if (hasOwnPage(table)) add(`tables/${name}.html`, () => tablePage(cover, place, table, rows))
    add(`csv/${name}.csv`, () => csvFile(table, rows(place)))
  }
  zip.end()
  return output
}

async function* inBytes(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text, 'utf8')
}

async function coverOf(
  db: Executor,
  runtime: Pick<Runtime, 'publicUrl'>,
  record: PackageRecord,
  row: RequestRow,
): Promise<Cover> {
  const organisation = await readOrganisation(db)
  const language = row.language as Language
  const zone = organisation['organisation.zone']
  return {
    language,
    kind: record.kind === 'portability' ? 'portability' : 'access',
    reference: row.reference,
    receivedOn: row.receivedOn,
    preparedOn: (record.preparedAt ?? record.at).toZonedDateTimeISO(zone).toPlainDate(),
    contents: contentsSchema.parse(record.contents),
    leftOut: leftOutSchema.parse(record.leftOut ?? []),
    organisation: {
      name: organisation['organisation.name'],
      contact: organisation['organisation.contact'],
      officer: organisation['organisation.privacyOfficer'],
      authority: organisation['organisation.authority'][language],
      remedies: organisation['organisation.kind'],
      url: `${runtime.publicUrl}/${language}`,
    },
  }
}

/** `AVG-2026-7K3M9P.zip`. */
export function zipName(row: Pick<RequestRow, 'reference'>): string {
  return `${row.reference}.zip`
}
