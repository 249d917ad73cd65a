// Contrast as WCAG 2.2 counts it (relative luminance of sRGB).

type Colour = readonly [number, number, number]

const parse = (hex: string): Colour => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour
const write = (colour: Colour) => `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Colour
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast ratio of two colours (`#rrggbb`), 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const paper = '#fbfaf6'
const darkPaper = '#15181b'
const ink = '#1c2126'
/** Text needs 4.5:1; a little more, so that tinted grounds keep it. */
const enough = 5

/** The colour moved towards black or white until it reads on a ground. */
function readableOn(colour: string, ground: string, towards: '#000000' | '#ffffff'): string {
  const [from, to] = [parse(colour), parse(towards)]
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = write(from.map((part, place) => part + ((to[place] ?? 0) - part) * share) as unknown as Colour)
    if (contrast(mixed, ground) >= enough) return mixed
  }
  return towards
}

/** The accent of an organisation (`#rrggbb`) as the custom properties that tokens.css reads, readable in light and dark. */
export function accentStyles(accent: string): string {
  const light = readableOn(accent, paper, '#000000')
  const dark = readableOn(accent, darkPaper, '#ffffff')
  const onAccent = contrast(light, '#ffffff') >= contrast(light, ink) ? '#ffffff' : ink
  return `:root{--accent-set:${light};--accent-ink-set:${onAccent};--accent-dark-set:${dark}}`
}
