import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { StandingShape } from '../standing.server'

type Known = { standing: StandingShape; verified: boolean; zone: string }

/** How far the person of a case is known, in a few words. */
export function StandingWords({ standing, verified }: Omit<Known, 'zone'>) {
  const t = useTexts()
  const { required, finding, channels } = standing
  if (finding === 'open' && !verified) return <>{t('standing:finding.none')}</>
  if (finding === 'open' && !required) return <>{t('standing:finding.addressOnly')}</>
  const ways = channels.map((channel) => t(`standing:channel.${channel}`)).join(', ')
  return (
    <>
      {t(`standing:finding.${finding}`)}
      {finding !== 'open' && ways ? <span className="soft"> ({ways})</span> : null}
    </>
  )
}

/** What stands in the way of a release because of who asks, and what to do about it. */
export function StandingNotice({ standing, verified, zone }: Known) {
  const t = useTexts()
  const { stop, why, releaseFrom } = standing
  if (!stop || (!verified && stop === 'identity_open')) return null
  const at = releaseFrom ? momentInWords(releaseFrom, zone, t) : ''
  return (
    <Notice tone={stop === 'identity_contested' ? 'error' : 'warning'}>
      <p>{stop === 'identity_open' ? t(`standing:open.${why ?? 'not_looked'}`) : t(`standing:stop.${stop}`, { at })}</p>
    </Notice>
  )
}
