import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Temporal } from 'temporal-polyfill'
import { hashOfLink, hashOfSeal, hex, NOTHING_BEFORE, publicSealKey, signStatement } from '~/evidence/chain.server'
import { macOfEntry, plainContent } from '~/evidence/entry-mac.server'
import type { EvidenceLine } from '~/evidence/lines'
import type { Keys } from '~/platform/keys.server'

/** Entries between two seals: about what a busy desk appends in the minute between them. */
const perSeal = 1_000

const begun = Temporal.Instant.from('2020-01-01T00:00:00Z')
const idOf = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`

/** An export of so many entries, as the product signs, links and seals them. */
export async function writeExport(file: string, keys: Keys, entries: number): Promise<void> {
  const out = createWriteStream(file)
  const write = async (line: EvidenceLine) => {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain')
  }
  let head: Uint8Array = NOTHING_BEFORE
  let [previousSeal, seals] = [hex(NOTHING_BEFORE), 0]
  const seal = async (position: number, at: string) => {
    const content = { number: ++seals, at, position, head: hex(head), previousSeal }
    const signature = signStatement(keys, 'seal', content)
    previousSeal = hex(hashOfSeal(content, signature))
    await write({ type: 'seal', ...content, signature: hex(signature), hash: previousSeal })
  }
  for (let position = 1; position <= entries; position++) {
    const content = {
      at: begun.add({ seconds: position * 7 }),
      actorKind: 'staff',
      actorId: idOf(position % 40),
      verb: 'request.start',
      requestId: idOf(position % 9_000),
      reference: 'AVG-2026-7K3M9P',
      system: null,
      data: { from: 'received', to: 'in_progress' },
    }
    const mac = hex(macOfEntry(keys, content))
    const linked = { position, id: position, ...plainContent(content), mac }
    const previousHash = hex(head)
    head = hashOfLink(head, linked)
    const { at, data, ...names } = content
    await write({
      type: 'entry',
      position,
      id: position,
      at: at.toString(),
      ...names,
      data,
      mac,
      previousHash,
      hash: hex(head),
    })
    if (position % perSeal === 0 || position === entries) await seal(position, content.at.toString())
  }
  const content = {
    first: 1,
    previousHash: hex(NOTHING_BEFORE),
    count: entries,
    seals,
    head: hex(head),
    at: begun.toString(),
    seal: previousSeal,
    publicKey: publicSealKey(keys),
  }
  await write({ type: 'trailer', ...content, signature: hex(signStatement(keys, 'trailer', content)) })
  out.end()
  await once(out, 'finish')
}
