/** What a scanned letter may be. */
export const mediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const
export type MediaType = (typeof mediaTypes)[number]

const extensions: Record<MediaType, string> = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' }

const beginnings: [MediaType, readonly number[]][] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
]

/** The type of a file by its content, never by its name or what the browser says; null for every other one. */
export function mediaTypeOf(content: Uint8Array): MediaType | null {
  const found = beginnings.find(([, bytes]) => bytes.every((byte, at) => content[at] === byte))
  return found?.[0] ?? null
}

/** A name to save a file under: no path, nothing that a header or a file system reads, the ending that the content has. */
export function safeFileName(name: string, type: string): string {
  const extension = (extensions as Record<string, string>)[type] ?? 'bin'
  const stem = name
    .replace(/^.*[/\\]/s, '')
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N} ._-]+/gu, '_')
    .replace(/^[ .]+|[ .]+$/g, '')
    .slice(0, 100)
    .toWellFormed()
  return `${stem || 'document'}.${extension}`
}
