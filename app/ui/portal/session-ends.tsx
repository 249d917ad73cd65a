import { momentInWords } from '../dates'
import { useTexts } from '../language'

/** Beside a form that wants a session: when it ends without a click, and that what was typed is kept then. */
export function SessionEnds({ until, zone }: { until: string; zone: string }) {
  const t = useTexts()
  return <p className="field-hint">{t('identity:session.ends', { at: momentInWords(until, zone, t) })}</p>
}
