import { hasText } from '~/locales/translate'
import type { Translate } from '~/locales/translate'
import type { Runtime } from '~/platform/runtime.server'
import { safetyChecks } from '~/systems/safety.server'
import type { SafetyCheck } from '~/systems/safety.server'
import { dateInWords } from '~/ui/dates'

/** One line of the page about safety, in words. */
export type SafetyLine = { check: string; system: string | null; inOrder: boolean; text: string }

/** What the installation finds about itself; what wants somebody to look comes first. */
export async function safetyLines(runtime: Runtime, t: Translate): Promise<SafetyLine[]> {
  const lines = (await safetyChecks(runtime)).map((check) => lineOf(check, t))
  return [...lines.filter(({ inOrder }) => !inOrder), ...lines.filter(({ inOrder }) => inOrder)]
}

function lineOf({ check, inOrder, values }: SafetyCheck, t: Translate): SafetyLine {
  const days = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'on' || name === 'since' ? dateInWords(String(value), t) : value,
    ]),
  )
  const key = `safety:check.${check}.${inOrder ? 'good' : 'look'}`
  // Without a day there is nothing to say of it.
  const bare = `${key}_bare`
  const text = t(values['on'] === undefined && hasText(bare) ? bare : key, days)
  return { check, system: typeof values['system'] === 'string' ? values['system'] : null, inOrder, text }
}
