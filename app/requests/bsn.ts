// Nine digits by themselves, also written in groups; more digits beside them make it another number.
const candidates = /(?<![\d+])(?:\d[ .-]?){8}\d(?![\d])/g

/** The first number in a text that could be a citizen service number (BSN), or null. UAVG art. 46: it is not asked for. */
export function findBsn(text: string): string | null {
  for (const [found] of text.matchAll(candidates)) {
    const digits = found.replace(/\D/g, '')
    if (passesElfproef(digits)) return digits
  }
  return null
}

/** The elfproef of a BSN: weights 9 to 2 and -1, the sum divisible by 11. */
function passesElfproef(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place === 8 ? -1 : 9 - place), 0)
  return sum % 11 === 0 && sum !== 0
}
