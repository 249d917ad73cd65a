import type { CatalogueTable } from '../catalogue'
import { words } from './guess-column'

/** `customers` → `customer`, `companies` → `company`. */
export function singular(name: string): string {
  if (/ies$/.test(name)) return name.replace(/ies$/, 'y')
  if (/(ch|sh|x|ss)es$/.test(name)) return name.slice(0, -2)
  return /(ss|us|is)$/.test(name) ? name : name.replace(/s$/, '')
}

const PREFIX = /^(civicrm|vtiger|tbl|t|crm|app|core|glpi|llx|oc|ost|wp|ps|mautic|sugar|suite|hs_hr|ohrm|orocrm|oro)_/
/** What the main table of a thing may carry behind the name of the thing. */
const ENDING = /_?(details?|entity|entities|master|basic|header|info|account)$/

/** What the name of a reference speaks of: `customer_id`, `id_customer` and `customerId` of `customer`. */
export function stemOf(column: string): string {
  if (words(column) === 'uid') return 'user'
  return words(column)
    .replace(/_?(id|uuid|nr|nummer|fk)(_c)?$/, '')
    .replace(/^(id|fk)_/, '')
}

/** Names by which other tables may call a table: with and without prefixes, singular and plural. */
export function callNames(table: CatalogueTable): string[] {
  const whole = words(table.name.replace(/^tab(?=[A-Z])/, ''))
  const bare = whole.replace(PREFIX, '')
  const names = [whole, bare, singular(whole), singular(bare), bare.replace(/en$/, '')]
  return [...new Set(names.filter((name) => name !== ''))]
}

/** Names with words cut off in front (`hs_hr_employee` → `employee`), the longest first; weaker than `callNames`. */
export function shortNames(table: CatalogueTable): string[] {
  const parts = words(table.name.replace(/^tab(?=[A-Z])/, '')).split('_')
  const main = parts.join('_').replace(PREFIX, '').replace(ENDING, '')
  const cut = parts.slice(1).flatMap((_, i) => {
    const rest = parts.slice(i + 1).join('_')
    return [rest, singular(rest), rest.replace(ENDING, '')]
  })
  return [...new Set([main, ...cut])].filter((name) => name.length > 2)
}
