import { hasText, type Translate } from '~/locales/translate'

/** Why a system did not do what it was asked: a class of failure in words; one without words shows as it is. */
export function failureInWords(kind: string, t: Translate): string {
  const key = [`outside:failure.${kind}`, `approval:failure.${kind}`].find(hasText)
  return key ? t(key) : kind
}
