import { rowKeyColumns, type CatalogueColumn, type CatalogueTable } from '../catalogue'
import { HISTORY_TABLES, PERSON_TABLES, SETTINGS_TABLES, SOFT_DELETED, type Meaning } from './column-names'
import { words, type ColumnGuess } from './guess-column'

const EMPLOYEES =
  /(^|_)(users?|employees?|medewerkers?|gebruikers?|benutzer|staff|workspace_?members?|admins?|administrators?|beheerders?|utilisateurs?)$/
/** Rights within the application: whoever has a row here works with it. */
const RIGHTS = /^(is_)?(admin|administrator|staff|super_?user|beheerder)$/
const ORGANISATIONS =
  /(^|_)(accounts?|compan(y|ies)|organi[sz]ations?|organisaties?|vendors?|suppliers?|leveranciers?|bedrij(f|ven)|firmas?|firmen|business(es)?|branch(es)?|shippers?|carriers?|couriers?|vervoerders?|manufacturers?|brands?|publishers?|departments?|afdeling(en)?|vestiging(en)?|filialen?|offices?|venues?|warehouses?)$/
const VALUES =
  /(^|_)(address\w*|adres\w*|anschrift\w*|(e_?)?mails?|email_?addresses|phones?|phone_?numbers?|telefo\w*|households?|huishoudens?|activit\w*|activiteit\w*|meetings?|calls?|tasks?|notes?|events?|messages?|conversations?|photos?|images?|pictures?|communications?|crmentity|documents?|attachments?|cases?|tickets?|files?|blobs?|uploads?|dossiers?|financial_trxn|transactions?|(account_)?payments?|paiements?|betaling(en)?)$/
const CONTACT_VALUES =
  /(^|_)(address\w*|adres\w*|anschrift\w*|e_?mails?|email_?addresses|phones?|phone_?numbers?|telefo\w*|households?|huishoudens?)$/
const BOOKS =
  /(^|_|tab)(sales_)?(invoices?|ar|ap|gl|general_ledger|ledger_entr(y|ies)|journal_items?|boekingen|buchungen|factu(ur|ren|res?)|rechnung(en)?|payments?(_entry)?|betaling(en)?|zahlungen|paiements?|contributions?|account_moves?|credit_?notes?|journal_entr(y|ies))$/i
/** Columns that name who did something in the application, not whom the row is about. */
const DOERS =
  /(^|_)(assigned\w*|owner|eigenaar|created?|creator|author|auteur|modified|updated?|changed|deleted|manager|reports_to|referr\w*|approved|sales_?rep\w*|salesperson|user|gebruiker|employee|medewerker|write_uid|create_uid|uid|write|done|logged|smownerid|smcreatorid|modifiedby|mentor|supervisor|parent_contact|master|merged?\w*|duplicate\w*|primary_contact|organi[sz]er|organisator|host|rated|instructor|teacher|coach|supporter|tech|technician|last_?updater|updater|editor|validator|approver)(_|$)/
/** `entered_by`, `locked_by_id`; but a customer orders, books, asks and pays. */
const DONE_BY = /(^|_)(?!(order|plac|book|request|report|purchas|sign|donat|fil)ed_|bought_|paid_|sent_)\w+_by(_id)?$/

const GUESTS =
  /(^|_)(orders?|bestelling(en)?|bestellungen|commandes?|quotes?|offertes?|carts?|tickets?|registrations?|subscribers?|abonnees?|newsletters?|nieuwsbrief|aanvra(a?g|gen)|aanmelding(en)?|bookings?|reservations?|reservering(en)?|appointments?|enquir\w+|inquir\w+|submissions?)$/
/** Made for many at once: nobody's own, however few persons are on it today. */
const FOR_MANY =
  /(^|_)(mailings?|mass_?(e?_?mails?|mailings?)|campaigns?|campagnes?|lists?|groups?|teams?|newsletters?|templates?|channels?|channel_\w+|inbox(es)?|mailbox(es)?|tags?|labels?|segments?|stores?|shops?|websites?)$/
/** Belongs to what it refers to and makes nobody a party to it. */
const PARTS =
  /(^|_)(attachments?|bijlagen?|anhaenge|files?|bestanden|uploads?|timeline\w*|reactions?|likes|favou?rites?)$/
/** Lists to choose from. */
const LOOKUPS =
  /(types?|categor(y|ies)|status(es)?|stages?|sources?|reasons?|priorit(y|ies)|kinds?|levels?|soort(en)?|genders?|salutations?)$/
/** Whoever takes part in something, account or none. */
const PARTICIPANTS =
  /(^|_)(attend\w*|participants?|deelnemers?|teilnehmer|invitees?|genodigden|registrants?|signers?|recipients?)$/
/** Somebody's interest in something, of which a person may show several. */
const INQUIRIES =
  /(^|_)(leads?|lead_?details|prospects?|opportunit(y|ies)|deals|applicants?|candidates?|sollicitaties)$/
/** What many take part in. */
const GATHERINGS =
  /(^|_)(events?|courses?|cursus(sen)?|trainings?|webinars?|workshops?|class(es)?|excursions?|seminars?)$/
const OF_ACCOUNT =
  /(^|_)(tokens?|sessions?|auth\w*|log_?ins?|login_\w+|preferences?|passwords?|password_\w+|two_factor\w*|api_keys?|devices?|portals?|portal_users?|user_portals?|oauth\w*)(_|$)/
const LOGINS = /(^|_)(users?|gebruikers?|benutzer|admins?|utilisateurs?)$/

const names = new WeakMap<CatalogueTable, string>()

/** The table's name as words in lower case, asked for over and over. */
export function nameOf(table: CatalogueTable): string {
  const name = names.get(table) ?? words(table.name.replace(/^tab(?=[A-Z])/, ''))
  names.set(table, name)
  return name
}
export const isEmployeeTable = (table: CatalogueTable) =>
  EMPLOYEES.test(nameOf(table)) ||
  (!isPersonTable(table) && table.columns.some((c) => c.family === 'boolean' && RIGHTS.test(words(c.name))))
export const isForMany = (table: CatalogueTable) =>
  FOR_MANY.test(nameOf(table)) ||
  table.columns.some((c) => /^(is_)?published$|^publish_(up|down)$|^sent_count$|^custom_html$/.test(words(c.name)))
/** Held for whoever signs up, not an appointment with somebody. */
export const isPublicEvent = (table: CatalogueTable, participants: CatalogueTable) =>
  isGathering(table) &&
  !/calendar|agenda|appointment|afspra/.test(nameOf(table)) &&
  (isOffered(table) || isSignUp(participants))
/** It has a price, places or a page of its own. */
const isOffered = (table: CatalogueTable) =>
  table.columns.some((c) =>
    /(^|_)(budget|capacity|seats|price|fee|invite_templates?|registration\w*|max_(participants|attendees|seats)|slug|is_public)(_|$)/.test(
      words(c.name),
    ),
  )
const isSignUp = (participants: CatalogueTable) =>
  /(registrations?|enrol\w*|inschrijving\w*|bookings?|tickets?|sign_?ups?|participants?|deelnemers?)$/.test(
    nameOf(participants),
  )
export const isGathering = (table: CatalogueTable) => GATHERINGS.test(nameOf(table))
export const isBank = (table: CatalogueTable) => /(^|_)banks?$/.test(nameOf(table))
export const isLoginTable = (table: CatalogueTable) => LOGINS.test(nameOf(table))
/** Tables that add columns to another. */
const BESIDE = /_(cdata|cstm|cf|extrafields|custom_fields|billads|shipads)$/
export const isOrganisationTable = (table: CatalogueTable) =>
  ORGANISATIONS.test(nameOf(table).replace(BESIDE, '')) &&
  !/(user|customer|klant|member|client|portal|login|web)_accounts?$/.test(nameOf(table))
export const isCompanyTable = (table: CatalogueTable) => isOrganisationTable(table) && !/accounts?$/.test(nameOf(table))
/** A mailbox of the company: it knows a server. */
export const isMailbox = (table: CatalogueTable) =>
  /(^|_)((in|out)bound|incoming|outgoing|smtp|imap|pop3?)_?e?_?(mails?|servers?|accounts?)|e?_?mail_?(accounts?|servers?|settings?)$/.test(
    nameOf(table),
  ) ||
  table.columns.some((c) => /(smtp|imap|pop3?|mail)_?(host|server|port|protocol|encryption)/.test(words(c.name))) ||
  (/mail/.test(nameOf(table)) && table.columns.some((c) => /^(host|server)(_?(url|name))?$/.test(words(c.name))))
/** What routes work within the company: what it refers to is the company's own. */
export const isDesk = (table: CatalogueTable) =>
  /(^|_)(departments?|afdeling(en)?|abteilung(en)?|services?|queues?|teams?|filters?|help_?topics?|routing\w*|inbox(es)?)$/.test(
    nameOf(table),
  )
/** What a log-in has: sessions, tokens, preferences, the portals that are open to it. */
export const isOfAccount = (table: CatalogueTable) => OF_ACCOUNT.test(nameOf(table))
export const isLogIn = (table: CatalogueTable) =>
  /(^|_)(tokens?|sessions?|auth|auth_\w+|log_?ins?)$/.test(nameOf(table))
export const isPersonTable = (table: CatalogueTable) =>
  PERSON_TABLES.test(table.name) ||
  PERSON_TABLES.test(nameOf(table).replace(/_(entity|entities|master|main|base|records?|tbl|table)$/, ''))
export const isSettingsTable = (table: CatalogueTable) =>
  (SETTINGS_TABLES.test(nameOf(table)) || LOOKUPS.test(nameOf(table))) && !isPersonTable(table)
export const isValueTable = (table: CatalogueTable) => VALUES.test(nameOf(table).replace(/_?details?$/, ''))
/** Addresses, numbers, households: several persons may have them in common. */
export const isContactTable = (table: CatalogueTable) => CONTACT_VALUES.test(nameOf(table))
/** Value rows that are something done or written, with parts of their own; not an address. */
export const isActivityTable = (table: CatalogueTable) => isValueTable(table) && !isContactTable(table)
export const isAddressTable = (table: CatalogueTable) => /(^|_)(address\w*|adres\w*|anschrift\w*)$/.test(nameOf(table))
/** What people without an account leave behind too: orders, tickets, sign-ups with an address of their own. */
export const isGuestTable = (table: CatalogueTable) => isBookTable(table) || GUESTS.test(nameOf(table))
export const isOrderTable = (table: CatalogueTable) =>
  /(^|_)(orders?|bestelling(en)?|bestellungen|commandes?)(_entity)?$/.test(nameOf(table)) &&
  table.columns.some((c) => /(^|_)(total|amount|bedrag|montant|betrag|paid)(_|$)/.test(words(c.name)))
export const isBookTable = (table: CatalogueTable) => BOOKS.test(nameOf(table))
export const isPartTable = (table: CatalogueTable) => PARTS.test(nameOf(table)) || isHistoryTable(table)
/** What a file lies in, reached by the rows that attach it. */
export const isStore = (table: CatalogueTable) =>
  /(^|_)(blobs?|files?|documents?|uploads?|attachments?|photos?|images?|pictures?|dossiers?)$/.test(nameOf(table))
export const isHistoryTable = (table: CatalogueTable) => HISTORY_TABLES.test(table.name)
export const namesADoer = (column: string) => DOERS.test(words(column)) || DONE_BY.test(words(column))

/** The first column that marks a row as deleted, as a `soft_deleted` of the map. */
export function softDeleted(table: CatalogueTable): Record<string, number | boolean | string> | null {
  for (const column of table.columns) {
    const kind = SOFT_DELETED.find(([pattern]) => pattern.test(words(column.name)))?.[1]
    if (kind === 'moment') return { [column.name]: 'not_null' }
    if (kind === 'flag' && (column.family === 'boolean' || column.family === 'integer')) {
      return { [column.name]: column.type === 'boolean' ? true : 1 }
    }
  }
  return null
}

/** The date from which a term of bookkeeping runs. */
export function bookDate(table: CatalogueTable): CatalogueColumn | null {
  const dates = table.columns.filter((c) => c.family === 'date' || c.family === 'timestamp')
  const named = [
    /(invoice|factuur|rechnungs)_?(date|datum)/,
    /(issue|posting|receive|payment|transaction|betaal)\w*_?(date|datum|on|at)?$/,
    /^(date|datum)$/,
    /creat|aangemaakt|inserted/,
  ]
  const found = named.flatMap((pattern) => dates.find((column) => pattern.test(words(column.name))) ?? [])
  const [first] = found
  const isMoment = (column: CatalogueColumn) => named.slice(0, 3).some((pattern) => pattern.test(words(column.name)))
  // A draft invoice has no date of its own yet, while that of its entry is always there.
  if (first?.nullable) return found.find((column) => !column.nullable && isMoment(column)) ?? first
  return first ?? dates[0] ?? null
}

/** Columns of these meanings, in the table's order. */
export function columnsMeaning(
  table: CatalogueTable,
  guesses: ReadonlyMap<string, ColumnGuess>,
  ...meanings: readonly Meaning[]
): CatalogueColumn[] {
  return table.columns.filter((column) => {
    const guess = guesses.get(column.name)
    if (guess === undefined || guess.thirdParty || column.generated) return false
    return [guess.meaning, ...(guess.also ?? [])].some((meaning) => meanings.includes(meaning))
  })
}

export const isOfInquiries = (table: CatalogueTable) => INQUIRIES.test(nameOf(table))
export const isOfParticipants = (table: CatalogueTable) => PARTICIPANTS.test(nameOf(table))

/** An address of the company itself: where its mail comes from, goes to or is answered. */
export const isOwnAddress = (column: string) =>
  /^(support|admin|sender|reply(_to)?|forward(_to)?|smtp|imap|pop3?|system|notif\w*|no_?reply|alert\w*|default|company|bounce|from)_?e?_?mail/.test(
    words(column),
  )

/** These columns are the table's whole key. */
export function wholeKey(table: CatalogueTable, columns: readonly string[]): boolean {
  const key = rowKeyColumns(table)
  return key !== null && key.length === columns.length && key.every((name) => columns.includes(name))
}
