/** Enough of a value to tell two apart, not enough to learn it: first and last letter, years of dates, an e-mail's domain. */
export function mask(value: string): string {
  const text = value.trim()
  if (text === '') return ''
  const date = /^(\d{4})-\d{2}-\d{2}/.exec(text)
  if (date) return `${date[1] ?? ''}-••-••`
  const at = text.lastIndexOf('@')
  if (at > 0) return `${[...text][0] ?? ''}•••${text.slice(at)}`
  const letters = [...text]
  if (letters.length <= 2) return '••'
  if (letters.length <= 5) return `${letters[0] ?? ''}${'•'.repeat(letters.length - 1)}`
  return `${letters[0] ?? ''}${'•'.repeat(letters.length - 2)}${letters.at(-1) ?? ''}`
}
