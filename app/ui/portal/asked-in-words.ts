import type { Translate } from '~/locales/translate'

/** What was asked, in the person's own kind of words: "Uw gegevens wissen". */
export function askedInWords(
  { kind, objectionTo }: { kind: string; objectionTo: string | null },
  t: Translate,
): string {
  return t(kind === 'objection' && objectionTo ? `portal:short.objection_${objectionTo}` : `portal:short.${kind}`)
}
