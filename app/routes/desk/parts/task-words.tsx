import { hasText, type Translate } from '~/locales/translate'
import { useLanguage } from '~/ui/language'

/** What a task is called: the place's own name in the reader's language. */
export function useTaskName(): (task: { about: Record<string, string>; system: string }) => string {
  const language = useLanguage()
  return ({ about, system }) => (language === 'en' ? about['nameEn'] : undefined) || about['name'] || system
}

/** What has to be done, for why; a cause without a sentence of its own has the kind's. */
export function taskInWords({ kind, cause }: { kind: string; cause: string }, t: Translate): string {
  const key = `outside:doing.${kind}.${cause}`
  return t(hasText(key) ? key : `outside:doing.${kind}.other`)
}
