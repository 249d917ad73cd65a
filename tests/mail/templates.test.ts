import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { exampleProps } from '~emails/examples'
import { isMailName, mailSchemas, renderMail, type MailName, type MailProps, type Sender } from '~emails/index'
import { mailTexts } from '~emails/translate'
import en from '~/locales/en/mails.json'
import nl from '~/locales/nl/mails.json'
import { refusalGrounds, type RefusalGround } from '~/requests/grounds'
import { languages, requestKinds, type Language } from '~/requests/kinds'

const sender: Sender = {
  name: 'Fietsenwinkel De Spaak 12345678',
  accent: '#1d5c57',
  contact: 'privacy@despaak.example, 06-12345678',
  privacyOfficer: 'Marloes Visser',
  authority: 'Autoriteit Persoonsgegevens',
  kind: 'private',
  zone: 'Europe/Amsterdam',
}
const sentAt = Temporal.Instant.from('2026-02-12T23:30:00Z')
const mailNames = Object.keys(mailSchemas).filter(isMailName)
const everyMail = mailNames.flatMap((name) => languages.map((language) => ({ name, language })))
const hostile = '<img src=x onerror=alert(1)>"\'&\r\nBcc: a@b.example $t(greeting) {{reference}}'

function rendered<Name extends MailName>(
  name: Name,
  props: MailProps[Name],
  language: Language = 'nl',
  from: Partial<Sender> = {},
) {
  return renderMail(name, props, { language, sender: { ...sender, ...from }, sentAt })
}

/** Every text in the props becomes the hostile one, except those that a closed list or a form prescribes. */
function poisoned(value: unknown, key = ''): unknown {
  const prescribed =
    /url$|on$|until$|^why$|^at$|^kind$|^objectionTo$|^asked$|^purpose$|^code$|^ground$|^remedies$|^reference$/i
  if (typeof value === 'string') return prescribed.test(key) && key !== 'question' && key !== 'reason' ? value : hostile
  if (Array.isArray(value)) return key === 'asked' ? value : value.map((item) => poisoned(item))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner, name)]))
  return value
}

describe('every mail', () => {
  it.each(everyMail)('$name in $language has subject, HTML in its language, text, date and sender', async (mail) => {
    const { subject, html, text } = await rendered(mail.name, exampleProps[mail.name], mail.language)
    expect(subject).not.toBe('')
    expect(html).toContain(`lang="${mail.language}"`)
    expect(text).toContain(mail.language === 'nl' ? 'vrijdag 13 februari 2026' : 'Friday 13 February 2026')
    expect(text).toContain(sender.contact)
    for (const part of [subject, text]) expect(part).not.toMatch(/\{\{|\}\}|undefined|\[object/)
  })

  it.each(everyMail)('$name in $language has one link, in HTML and in text', async ({ name, language }) => {
    const { html, text } = await rendered(name, exampleProps[name], language)
    const links = [...html.matchAll(/<a\s[^>]*href="([^"]*)"/g)].map(([, href]) => href)
    expect(links).toHaveLength(1)
    expect(text).toContain(links[0])
  })

  it.each(everyMail)(
    '$name in $language loads nothing from anywhere and holds no script',
    async ({ name, language }) => {
      const { html } = await rendered(name, exampleProps[name], language)
      expect(html).not.toMatch(/<(img|script|iframe|link|object|form)\b|url\(|@import/i)
    },
  )

  it.each(everyMail)(
    '$name in $language names its reference when it is about a request',
    async ({ name, language }) => {
      const props = exampleProps[name]
      const { text } = await rendered(name, props, language)
      if ('reference' in props) expect(text).toContain(props.reference)
      else
        expect([
          'code',
          'invitation',
          'password_reset',
          'new_sign_in',
          'map_drift',
          'persons_returned',
          'system_restored',
          'retention_digest',
          'agreement_review',
          'staff_digest',
          'watched_cases',
          'tasks_waiting',
          'confirm_reminder',
          'expired',
        ]).toContain(name)
    },
  )

  it.each(everyMail)(
    '$name in $language shows hostile texts as they are, never as markup',
    async ({ name, language }) => {
      const props = mailSchemas[name].parse(poisoned(exampleProps[name]))
      const { subject, html, text } = await rendered(name, props, language, { name: hostile, contact: hostile })
      expect(html).not.toMatch(/<img/)
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
      expect(text).toContain('<img src=x onerror=alert(1)>')
      // placeholders and nested keys in data are not followed
      expect(text).toContain('$t(greeting) {{reference}}')
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    },
  )

  it.each(everyMail)('$name in $language has no person’s name in its subject', async ({ name, language }) => {
    const props = mailSchemas[name].parse(poisoned(exampleProps[name]))
    const { subject } = await rendered(name, props, language)
    expect(subject).not.toContain('<img')
  })
})

it('a line break in data cannot start a new header: a subject is one line', async () => {
  const props = { ...exampleProps.receipt, reference: 'AVG-2026-7K3M9P\r\nBcc: everyone@b.example\u2028x' }
  const { subject } = await rendered('receipt', props)
  expect(subject).toContain('AVG-2026-7K3M9P Bcc: everyone@b.example x')
})

it('a key without a text throws instead of reaching a reader', () => {
  for (const language of languages) expect(() => mailTexts(language)('receipt.nowhere')).toThrow(/receipt\.nowhere/)
})

it('nl and en have the same keys', () => {
  expect(keysOf(en)).toEqual(keysOf(nl))
})

it('the code is the first run of six to eight digits, whatever the organisation is called', async () => {
  const purposes = ['submission', 'sign_in', 'download'] as const
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 999_999 }),
      fc.constantFrom(...purposes),
      fc.constantFrom(...languages),
      fc.subarray([...requestKinds]),
      async (number, purpose, language, kinds) => {
        const asked = kinds.map((kind) => ({ kind }))
        const code = String(number).padStart(6, '0')
        const { subject, text } = await rendered('code', { ...exampleProps.code, code, purpose, asked }, language)
        expect(/\d{6,8}/.exec(`${subject}\n${text}`)?.[0]).toBe(code)
      },
    ),
    { numRuns: 40 },
  )
})

it('a code that nobody asked for says that nothing needs to be done', async () => {
  const { text } = await rendered('code', exampleProps.code)
  expect(text).toContain('U hoeft niets te doen. Zonder code gebeurt er niets.')
})

it('the receipt says the date in words with its weekday, and the term as a sentence', async () => {
  const { text, html } = await rendered('receipt', exampleProps.receipt)
  expect(text).toContain('U krijgt uiterlijk maandag 2 maart 2026 antwoord van ons.')
  expect(text).toContain('Ontvangen vr 30 jan, nog 17 dagen, uiterlijk ma 2 mrt.')
  // 14 of 31 days are over
  expect(html).toContain('width="45%"')
})

it('the receipt of a stop to marketing says so', async () => {
  const { text } = await rendered('receipt', {
    ...exampleProps.receipt,
    kind: 'objection',
    objectionTo: 'direct_marketing',
  })
  expect(text).toContain('geen reclame meer ontvangen (bezwaar)')
})

it.each(['receipt', 'refused', 'completed', 'withdrawn'] as const)('%s has words for every right', async (name) => {
  for (const kind of requestKinds)
    for (const language of languages)
      await expect(rendered(name, { ...exampleProps[name], kind }, language)).resolves.toBeDefined()
})

it('every ground of refusal has a plain sentence and its article, in both languages', async () => {
  for (const ground of Object.keys(refusalGrounds) as RefusalGround[])
    for (const language of languages) {
      const { text } = await rendered('refused', { ...exampleProps.refused, ground }, language)
      expect(text).toContain(refusalGrounds[ground].article)
    }
})

describe('remedies', () => {
  const short = { ...exampleProps.erasure_completed, erased: [], nothingFound: true }
  it.each([
    { answer: 'refused', mail: () => rendered('refused', exampleProps.refused) },
    { answer: 'partly kept', mail: () => rendered('erasure_partly_kept', exampleProps.erasure_partly_kept) },
    { answer: 'nothing found', mail: () => rendered('erasure_completed', short) },
    { answer: 'answered by staff', mail: () => rendered('completed', exampleProps.completed) },
    { answer: 'extended', mail: () => rendered('extended', exampleProps.extended) },
    { answer: 'never confirmed', mail: () => rendered('expired', exampleProps.expired) },
  ])('an answer that gives less ($answer) names authority and court', async ({ mail }) => {
    const { text } = await mail()
    expect(text).toContain('Autoriteit Persoonsgegevens')
    expect(text).toContain('of bij de toezichthouder waar u woont of werkt (AVG artikel 77)')
    expect(text).toMatch(/zes weken .* verzoekschrift aan de rechtbank \(AVG artikel 79, UAVG artikel 35\)/)
  })

  it('of a public body are an objection under the Awb', async () => {
    const { text } = await rendered('refused', { ...exampleProps.refused, remedies: 'public' })
    expect(text).toContain('Algemene wet bestuursrecht, UAVG artikel 34')
    expect(text).not.toContain('UAVG artikel 35')
  })

  it('are not needed when everything was erased', async () => {
    const { text } = await rendered('erasure_completed', exampleProps.erasure_completed)
    expect(text).not.toContain('artikel 77')
  })
})

it('what stays is listed with why and until when', async () => {
  const { text } = await rendered('erasure_partly_kept', exampleProps.erasure_partly_kept)
  expect(text).toMatch(/Facturen\s+Fiscale bewaarplicht \(AWR artikel 52\), tot zaterdag\s+31 december 2033\./)
  expect(text).toMatch(/Bezorgadres\s+Dit is ook van iemand anders, zo lang dat nodig is\./)
})

it('the words on the button stand out on every accent (at least 4.5 to 1)', async () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
  await fc.assert(
    fc.asyncProperty(colour, async (accent) => {
      const { html } = await rendered('restricted', exampleProps.restricted, 'nl', { accent })
      const written = new RegExp(`background-color:${accent};color:(#[0-9a-f]{6})`).exec(html)?.[1] ?? ''
      const [light, dark] = [luminance(accent), luminance(written)].sort((a, b) => b - a) as [number, number]
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5)
    }),
    { numRuns: 40 },
  )
})

function luminance(colour: string): number {
  const linear = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number]
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

function keysOf(texts: object, path = ''): string[] {
  return Object.entries(texts)
    .flatMap(([key, value]) =>
      typeof value === 'string' ? [`${path}${key}`] : keysOf(value as object, `${path}${key}.`),
    )
    .sort()
}
