import { useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Csrf } from '../csrf'
import { useLanguage, useTexts } from '../language'

export type FrameData = { name: string; contact: string; officer: string; signedIn: boolean; demo: boolean }

/** What stands around every page of the portal: the organisation, the language, the way back. */
export function PortalFrame({ organisation, children }: { organisation: FrameData; children: ReactNode }) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <div className="portal">
      <a className="skip-link" href="#content">
        {t('portal:skip')}
      </a>
      <header>
        {organisation.demo ? <p className="demo-banner">{t('common:demo')}</p> : null}
        <div className="portal-header">
          <a className="portal-name" href={`/${language}`}>
            {organisation.name || t('portal:home.page')}
          </a>
          <nav className="portal-nav" aria-label={t('portal:frame.menu')}>
            <a href={`/${language}/requests`}>{t('portal:frame.myRequests')}</a>
            {organisation.signedIn ? <SignOut /> : null}
            <LanguageSwitch />
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="portal-footer">
        <p>
          <a href={`/${language}/privacy`}>{t('portal:frame.privacy')}</a>
        </p>
        {organisation.contact ? <p>{t('portal:frame.contact', { contact: organisation.contact })}</p> : null}
        {organisation.officer ? <p>{t('portal:frame.officer', { officer: organisation.officer })}</p> : null}
        <p className="portal-product">{t('portal:frame.product')}</p>
      </footer>
    </div>
  )
}

function SignOut() {
  const t = useTexts()
  const language = useLanguage()
  return (
    <form method="post" action={`/${language}/sign-out`}>
      <Csrf />
      <button type="submit" className="link-button">
        {t('portal:frame.signOut')}
      </button>
    </form>
  )
}

/** The same page in the other language. */
function LanguageSwitch() {
  const t = useTexts()
  const other = useLanguage() === 'nl' ? 'en' : 'nl'
  const { pathname, search } = useLocation()
  const path = pathname.replace(/^\/(nl|en)(?=\/|$)/, `/${other}`)
  return (
    <a href={`${path === pathname ? `/${other}` : path}${search}`} lang={other} hrefLang={other}>
      {t('portal:frame.switch')}
    </a>
  )
}
