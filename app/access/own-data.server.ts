import type { Executor } from '~db/client'
import { translatorFor } from '~/locales/translate'
import type { Runtime } from '~/platform/runtime.server'
import { colleagueQuestionsOf } from '~/requests/colleague/list.server'
import { messagesOf } from '~/requests/messages.server'
import type { RequestRow } from '~/requests/move.server'
import { requestsOfAddress } from '~/requests/of-address.server'
import { openPersonal } from '~/requests/personal.server'
import { emailIndexesOf } from '~/requests/same-person.server'
import { requestSealers } from '~/requests/sealed.server'
import { ownSystem } from './contents'
import type { PackageRow, PackageTable } from './contents'

const requestColumns = [
  'reference',
  'kind',
  'state',
  'channel',
  'received_at',
  'due_on',
  'closed_at',
  'name',
  'email',
  'phone',
  'customer_number',
  'subject_name',
  'postal_address',
  'details',
  'reason',
] as const
const messageColumns = ['reference', 'at', 'direction', 'text'] as const

/**
 * What this program itself holds of the person: their proven requests and the messages and notes with them. A request that
 * nobody proved stays out: a stranger may have typed it.
 */
export async function ownData(
  db: Executor,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  about: RequestRow,
): Promise<{ table: PackageTable; rows: PackageRow[] }[]> {
  const rows = await requestsOfPerson(db, about)
  const sealers = await requestSealers(
    db,
    runtime,
    rows.map((row) => row.id),
  )
  const requests: PackageRow[] = rows.map((row) => {
    const person = openPersonal(sealers.get(row.id), row)
    return [
      row.reference,
      row.kind,
      row.state,
      row.channel,
      row.receivedAt.toString(),
      row.dueOn.toString(),
      row.closedAt?.toString() ?? null,
      person.name,
      person.email,
      person.phone,
      person.customerNumber,
      person.subjectName,
      person.postalAddress,
      person.details,
      person.reason,
    ]
  })
  const messages: PackageRow[] = []
  for (const row of rows) {
    for (const message of await messagesOf(db, runtime, row.id))
      messages.push([row.reference, message.at.toString(), message.direction, message.body])
    for (const { at, question, answeredAt, answer } of await colleagueQuestionsOf(db, runtime, row)) {
      messages.push([row.reference, at.toString(), 'colleague_question', question])
      if (answeredAt) messages.push([row.reference, answeredAt.toString(), 'colleague_answer', answer])
    }
  }
  return [
    { table: tableOf('requests', requestColumns, requests.length), rows: requests },
    { table: tableOf('messages', messageColumns, messages.length), rows: messages },
  ]
}

async function requestsOfPerson(db: Executor, about: RequestRow): Promise<RequestRow[]> {
  const found = new Map([[about.id, about]])
  for (const index of about.verifiedAt ? await emailIndexesOf(db, about.id) : [])
    for (const row of await requestsOfAddress(db, index)) if (row.verifiedAt) found.set(row.id, row)
  return [...found.values()]
}

function tableOf(name: 'requests' | 'messages', columns: readonly string[], rows: number): PackageTable {
  const text = (key: string) => ({ nl: translatorFor('nl')(key), en: translatorFor('en')(key) })
  return {
    system: ownSystem,
    table: name,
    label: text(`packages:own.${name}`),
    purpose: text('packages:own.purpose'),
    legalBasis: 'legal_obligation',
    origin: name === 'requests' ? 'provided' : null,
    recipients: [],
    keptFor: [],
    deletedAfter: [],
    columns: columns.map((column) => ({
      name: column,
      label: text(`packages:own.column.${column}`),
      category: null,
      origin: null,
      thirdParty: false,
      freeText: ['details', 'reason', 'text'].includes(column),
      family: 'text',
    })),
    withheld: [],
    rows,
    shared: 0,
  }
}
