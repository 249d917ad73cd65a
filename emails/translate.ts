import i18next from 'i18next'
import en from '~/locales/en/mails.json'
import nl from '~/locales/nl/mails.json'
import type { Language } from '~db/words/kinds'

/** The text under a key of locales/{nl,en}/mails.json. A key that is missing throws. */
export type Translate = (key: string, values?: Record<string, string | number>) => string

const instance = i18next.createInstance()
void instance.init({
  resources: { nl: { mails: nl }, en: { mails: en } },
  ns: ['mails'],
  defaultNS: 'mails',
  fallbackLng: false,
  initAsync: false,
  // An advertisement on stdout would spoil what the command line prints.
  showSupportNotice: false,
  // The templates are React, which escapes; subjects and plain text must not be escaped.
  interpolation: { escapeValue: false },
  saveMissing: true,
  missingKeyHandler: (languages, _namespace, key) => {
    throw new Error(`No text for the mail key ${key} in ${languages.join(', ')}`)
  },
})

/** The texts of the mails in one language. Values are data: neither nested keys nor placeholders in them are followed. */
export function mailTexts(language: Language): Translate {
  const translate = instance.getFixedT(language)
  return (key, values = {}) => translate(key, values)
}

export function hasMailText(language: Language, key: string): boolean {
  return instance.exists(key, { lng: language })
}
