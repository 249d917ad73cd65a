import type { Temporal } from 'temporal-polyfill'
import type { Person } from './people'

/** The customer of the tour and of many tests: she has something in every table. */
export const HERO = { id: 1, number: 'K-10001', email: 'sanne.devries@example.nl', name: 'Sanne de Vries' } as const
/** A customer whom the log of a supplier names: erasing them leaves a trace to decide about. */
export const NAMED_ELSEWHERE = 37
export const PARTNER = { id: 2, number: 'K-10002', email: 'mark.jansen@example.nl', name: 'Mark Jansen' } as const

/** Addresses with a meaning: one that two customers share, and one that only the hero uses. */
export const HOUSEHOLD_ADDRESS = 1
export const DELIVERY_ADDRESS = 2
const BAKKER_ADDRESS = 3

/** The people who make the difficult cases; ids 1 to 10. */
export function specialPeople(today: Temporal.PlainDate): Person[] {
  const plain = (id: number, first: string, prefix: string | null, last: string, email: string): Person => ({
    id,
    first,
    prefix,
    last,
    email,
    phone: null,
    mobile: `06-1234${String(7000 + id)}`,
    bornOn: today.subtract({ years: 30 + id, days: 17 * id }),
    addressId: id + 10,
    deliveryAddressId: null,
    customerSince: today.subtract({ years: 3, days: id }),
    lastSeen: today.subtract({ days: 20 + id }),
    notes: null,
    referredBy: null,
    deleted: false,
  })
  return [
    {
      ...plain(HERO.id, 'Sanne', 'de', 'Vries', HERO.email),
      phone: '(020) 123 45 67',
      mobile: '06-12345678',
      bornOn: today.subtract({ years: 41, days: 100 }),
      addressId: HOUSEHOLD_ADDRESS,
      deliveryAddressId: DELIVERY_ADDRESS,
      customerSince: today.subtract({ years: 9, days: 40 }),
      notes: 'Sanne de Vries haalt vaak op voor haar partner Mark. Bereikbaar op 06-12345678.',
    },
    {
      ...plain(PARTNER.id, 'Mark', null, 'Jansen', PARTNER.email),
      mobile: '+31 6 1234 5679',
      addressId: HOUSEHOLD_ADDRESS,
      referredBy: HERO.id,
    },
    // two who share one e-mail address: only their birth dates tell them apart
    { ...plain(3, 'Ans', null, 'Bakker', 'familie.bakker@example.nl'), addressId: BAKKER_ADDRESS },
    { ...plain(4, 'Piet', null, 'Bakker', 'familie.bakker@example.nl'), addressId: BAKKER_ADDRESS },
    // most likely the hero once more, under a plus-address
    plain(5, 'S.', 'de', 'Vries', 'sanne.devries+winkel@example.nl'),
    plain(6, 'Zoë', "van 't", 'Hof-Müller', 'Zoe.vantHof@Example.COM'),
    // an unpaid invoice, an open repair, a running contract
    plain(7, 'Gerrit', 'van', 'Dam', 'gerrit.vandam@example.org'),
    plain(8, 'Yasmina', 'el', 'Idrissi', 'yasmina@example.com'),
    plain(9, 'Joost', 'ter', 'Horst', 'joost.terhorst@example.nl'),
    // not seen for long
    {
      ...plain(10, 'Truus', null, 'Postma', 'truus.postma@example.nl'),
      customerSince: today.subtract({ years: 8 }),
      lastSeen: today.subtract({ years: 3, days: 5 }),
    },
  ]
}
