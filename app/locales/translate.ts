import i18next from 'i18next'
import type { TFunction } from 'i18next'
import en from './en'
import nl from './nl'

export type Translate = TFunction
export type LanguageCode = 'nl' | 'en'

const namespaces = Object.keys(nl)

const instance = i18next.createInstance()
void instance.init({
  lng: 'nl',
  fallbackLng: false,
  resources: { nl, en },
  ns: namespaces,
  initAsync: false,
  // Standard output belongs to what a command answers.
  showSupportNotice: false,
  // React escapes; who builds markup by hand escapes by hand.
  interpolation: { escapeValue: false },
  returnNull: false,
  saveMissing: true,
  missingKeyHandler: (languages, namespace, key) => {
    throw new Error(`No text for ${namespace}:${key} in ${languages.join(', ')}`)
  },
})

const fixed = { nl: instance.getFixedT('nl'), en: instance.getFixedT('en') }

/** The texts of one language; keys are `namespace:path.to.key`. A missing key throws: a test walks all of them. */
export function translatorFor(language: LanguageCode): Translate {
  return fixed[language]
}

/** Whether a text exists, for keys that are built from data. */
export function hasText(key: string): boolean {
  return instance.exists(key, { lng: 'nl' })
}
