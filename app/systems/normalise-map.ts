import type {
  Condition,
  DataMap,
  DeleteAfterStep,
  JsonPathStrategy,
  JsonValue,
  Link,
  LocalText,
  MapTable,
  Owner,
  RightEffect,
  Scalar,
  Strategy,
  Subject,
  SubjectColumn,
  TermStart,
} from './data-map'
import {
  plainStrategy,
  type RawLink,
  type RawMap,
  type RawPersonalTable,
  type RawStrategy,
  type RawTable,
} from './map-schema'

type Many<T> = T | readonly T[] | undefined
type RawText = NonNullable<RawPersonalTable['label']>

function many<T>(value: Many<T>): readonly T[] {
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

function localText(value: RawText | undefined): LocalText | null {
  if (value === undefined) return null
  return typeof value === 'string' ? { nl: value, en: value } : value
}

type RawTest = Scalar | null | readonly (Scalar | null)[]

function conditions(where: Readonly<Record<string, RawTest>> | undefined): Condition[] {
  return Object.entries(where ?? {}).map(([column, value]) => {
    if (value === null) return { column, test: { kind: 'null' } }
    if (value === 'not_null') return { column, test: { kind: 'not_null' } }
    return { column, test: { kind: 'in', values: typeof value === 'object' ? [...value] : [value] } }
  })
}

function link(raw: RawLink): Link {
  const on = Object.entries(raw.on).map(([column, other]) => ({ column, other }))
  return { table: raw.table, on, where: conditions(raw.where) }
}

function subject(raw: NonNullable<RawPersonalTable['subject']>): Subject {
  const { where, via, ...kinds } = raw
  const through = via === undefined ? null : many(via)
  const identifiers = Object.entries(kinds).map(([kind, value]): [string, SubjectColumn[]] => [
    kind,
    many<string | { column: string | string[]; via?: string | string[] | undefined }>(value).flatMap((entry) =>
      typeof entry === 'string'
        ? [{ column: entry, via: through }]
        : many<string>(entry.column).map((column) => ({
            column,
            via: entry.via === undefined ? through : many<string>(entry.via),
          })),
    ),
  ])
  return { identifiers: Object.fromEntries(identifiers), where: conditions(where) }
}

function strategy(raw: RawStrategy): Strategy {
  if (typeof raw === 'string') return raw === 'derived' ? { kind: 'derived', from: null, join: '' } : { kind: raw }
  if ('fixed' in raw) return { kind: 'fixed', value: raw.fixed }
  if ('generalise' in raw) return { kind: 'generalise', to: raw.generalise }
  if ('truncate' in raw) return { kind: 'truncate', length: raw.truncate }
  if ('derived' in raw) return { kind: 'derived', from: raw.derived.from, join: raw.derived.join ?? '' }
  return { kind: 'json', paths: Object.entries(raw.json).map(([path, value]) => jsonPath(path, value)) }
}

/** A bare word is a strategy, other text is fixed text; a strategy's object is one; all else is a value. */
function jsonPath(path: string, value: unknown): JsonPathStrategy {
  const known = plainStrategy.safeParse(value)
  if (known.success) return { path, strategy: strategy(known.data) }
  if (typeof value === 'string') return { path, strategy: { kind: 'fixed', value } }
  return { path, value: value as JsonValue }
}

function termStart(raw: string | { latest: string | string[] }): TermStart {
  return typeof raw === 'string'
    ? { columns: [raw], latest: false }
    : { columns: many<string>(raw.latest), latest: true }
}

function owner(
  raw: string | { column?: string | undefined; email?: string | undefined; fallback?: string | undefined },
): Owner {
  if (typeof raw === 'string') return { column: null, email: null, fallback: raw }
  return { column: raw.column ?? null, email: raw.email ?? null, fallback: raw.fallback ?? null }
}

/** Steps of a list take over what the step before them said about start, warning and owner. */
function deleteAfter(raw: RawPersonalTable['delete_after']): DeleteAfterStep[] {
  const steps: DeleteAfterStep[] = []
  for (const step of many(raw)) {
    const before = steps.at(-1)
    steps.push({
      term: step.term ?? null,
      from: step.from === undefined ? (before?.from ?? null) : termStart(step.from),
      lapsesWhen: step.lapses_when
        ? { table: step.lapses_when.table, where: conditions(step.lapses_when.where) }
        : (before?.lapsesWhen ?? null),
      then: step.then ?? 'delete',
      warn: step.warn ?? before?.warn ?? null,
      owner: step.owner === undefined ? (before?.owner ?? null) : owner(step.owner),
      basis: localText(step.basis) ?? before?.basis ?? null,
    })
  }
  return steps
}

function effects(raw: RawPersonalTable['on_objection']): RightEffect[] {
  return many(raw).map((entry) => ({
    to: entry.to ?? null,
    purpose: entry.purpose ?? null,
    effect: entry.delete ? { kind: 'delete' } : { kind: 'set', set: entry.set ?? {} },
  }))
}

const NOTHING = {
  refersTo: [],
  label: null,
  activity: null,
  purpose: null,
  legalBasis: null,
  origin: null,
  recipients: [],
  subject: null,
  also: {},
  samePerson: [],
  facts: {},
  name: [],
  softDeleted: [],
  erase: null,
  reason: null,
  whenShared: null,
  withKept: null,
  columns: {},
  belongsTo: [],
  linksTo: [],
  sharedBy: null,
  neededWhile: [],
  keepFor: [],
  whileKept: null,
  deleteAfter: [],
  history: false,
  onObjection: [],
  onRestriction: [],
  onRestrictionLifted: [],
  onConsentWithdrawal: [],
  onRequest: null,
  files: [],
} satisfies Omit<MapTable, 'id' | 'personal'>

function mapValues<A, B>(record: Readonly<Record<string, A>> | undefined, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]))
}

/** One table of the file with lists made lists and defaults filled in. */
export function normaliseTable(id: string, raw: RawTable): MapTable {
  if (raw.personal === false) {
    return {
      ...NOTHING,
      id,
      personal: false,
      label: localText(raw.label),
      refersTo: many<RawLink>(raw.refers_to).map(link),
    }
  }
  return {
    ...NOTHING,
    id,
    personal: true,
    label: localText(raw.label),
    activity: raw.activity ?? null,
    purpose: localText(raw.purpose),
    legalBasis: raw.legal_basis ?? null,
    origin: raw.origin ?? null,
    recipients: (raw.recipients ?? []).map((r) =>
      typeof r === 'string'
        ? { name: r, label: null, role: null, country: null, email: null }
        : {
            name: r.name,
            label: localText(r.label),
            role: r.role ?? null,
            country: r.country ?? null,
            email: r.email ?? null,
          },
    ),
    subject: raw.subject ? subject(raw.subject) : null,
    also: mapValues(raw.also, (columns) => many<string>(columns)),
    samePerson: many<RawLink>(raw.same_person).map(link),
    facts: raw.facts ?? {},
    name: many<string>(raw.name),
    softDeleted: conditions(raw.soft_deleted),
    erase: raw.erase,
    reason: localText(raw.reason),
    whenShared: raw.when_shared ?? null,
    withKept: raw.with_kept ?? null,
    columns: mapValues(raw.columns, (column) => ({
      category: column.category,
      with: column.with === undefined ? null : strategy(column.with),
      thirdParty: column.third_party ?? false,
      origin: column.origin ?? null,
      label: localText(column.label),
      law: column.law ?? null,
    })),
    belongsTo: many<RawLink>(raw.belongs_to).map(link),
    linksTo: many<RawLink>(raw.links_to).map(link),
    sharedBy:
      raw.shared_by === undefined
        ? null
        : many(raw.shared_by).map((entry) => ({ table: entry.table, where: conditions(entry.where) })),
    neededWhile: many(raw.needed_while).map((entry) => ({
      table: entry.table,
      where: conditions(entry.where),
      reason: localText(entry.reason),
    })),
    keepFor: many(raw.keep_for).map((entry) => ({
      term: entry.term,
      from: termStart(entry.from),
      until: entry.until ?? null,
      basis: localText(entry.basis),
      then: entry.then ?? null,
      needs: many<string>(entry.needs),
    })),
    whileKept: raw.while_kept?.set ?? null,
    deleteAfter: deleteAfter(raw.delete_after),
    history: raw.history ?? false,
    onObjection: effects(raw.on_objection),
    onRestriction: effects(raw.on_restriction),
    onRestrictionLifted: effects(raw.on_restriction_lifted),
    onConsentWithdrawal: effects(raw.on_consent_withdrawal),
    onRequest: raw.on_request ? { kinds: many<string>(raw.on_request.kinds), set: raw.on_request.set } : null,
    files: many(raw.files),
  }
}

/** The whole map; `tables` are already read. */
export function normaliseMap(raw: RawMap, tables: Readonly<Record<string, MapTable>>): DataMap {
  return {
    version: 1,
    system: raw.system,
    sensitivity: raw.sensitivity ?? 'normal',
    phoneCountry: raw.phone_country ?? 'NL',
    backups: { kept: raw.backups.kept, note: localText(raw.backups.note) },
    copies: (raw.copies ?? []).map((copy) => ({
      what: localText(copy.what) ?? {},
      reach: copy.reach,
      goneAfter: copy.gone_after ?? null,
    })),
    tables,
    unmapped: raw.unmapped ?? 'refuse',
  }
}
