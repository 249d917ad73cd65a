const browsers = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const
const machines = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|CrOS/, 'Linux'],
] as const

/** A User-Agent header as its owner would say it: `Firefox, Windows`; null when it says nothing known. Keeps no version. */
export function browserInWords(userAgent: string | null): string | null {
  const found = [browsers, machines].map((list) => list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1])
  return found.filter(Boolean).join(', ') || null
}
