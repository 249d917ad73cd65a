/** `Jan de Boer` as `J••• d• B•••`: enough to tell two rows apart, too little to know whom. */
export function maskName(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0] + '•'.repeat(Math.min(3, Math.max(1, [...word].length - 1))))
    .join(' ')
}

/** `jan@spaak.nl` as `j•••@s•••.nl`. */
export function maskEmail(email: string): string {
  const [mailbox = '', domain = ''] = email.split('@')
  const dot = domain.lastIndexOf('.')
  return `${[...mailbox][0] ?? ''}•••@${[...domain][0] ?? ''}•••${dot > 0 ? domain.slice(dot) : ''}`
}

/** The last two characters stay, so that somebody on the phone can confirm a number. */
export function maskTail(value: string): string {
  const characters = [...value.trim()]
  return characters.length <= 4 ? '•••' : `•••${characters.slice(-2).join('')}`
}
