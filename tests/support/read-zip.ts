import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { fromBuffer } from 'yauzl'

/** The files of a zip by name, as text. A zip that yauzl refuses (names that leave the folder, damage) throws. */
export async function readZip(file: Readable): Promise<Map<string, string>> {
  const bytes = await buffer(file)
  const found = new Map<string, string>()
  await new Promise<void>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (failure, zip) => {
      if (failure) return reject(failure)
      zip.on('error', reject)
      zip.on('end', () => resolve())
      zip.on('entry', (entry: { fileName: string }) => {
        zip.openReadStream(entry as Parameters<typeof zip.openReadStream>[0], (error, stream) => {
          if (error) return reject(error)
          void buffer(stream).then((content) => {
            found.set(entry.fileName, content.toString('utf8'))
            zip.readEntry()
          }, reject)
        })
      })
      zip.readEntry()
    })
  })
  return found
}
