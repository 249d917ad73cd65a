import { createContext, useContext } from 'react'
import type { ReactNode } from 'react'
import type { LanguageCode, Translate } from '~/locales/translate'
import { translatorFor } from '~/locales/translate'

const LanguageContext = createContext<LanguageCode>('nl')

export function LanguageProvider({ language, children }: { language: LanguageCode; children: ReactNode }) {
  return <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>
}

export function useLanguage(): LanguageCode {
  return useContext(LanguageContext)
}

/** The texts of the page's language: `t('portal:form.title')`. */
export function useTexts(): Translate {
  return translatorFor(useContext(LanguageContext))
}
