import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { canonicalJson } from '~/evidence/canonical'
import { publicSealKey } from '~/evidence/chain.server'
import { verifyEvidence } from '~/evidence/verify.server'
import { keysFrom } from '~/platform/keys.server'
import type { Bench } from './bench'
import { writeExport } from './fill-evidence'
import { inTurns, timed } from './in-turns'
import { benchMasterKey } from './own-database'

const rounds = 5

/** An export of the log verified from its file, against hashing the same lines and one look at each seal's signature. */
export default {
  about: 'an export of 1 M entries verified, against SHA-256 over the same lines and a signature check a seal',
  goal: { atLeast: 0.6 },
  async run({ size = 1_000_000, say }) {
    const keys = keysFrom(benchMasterKey())
    const folder = await mkdtemp(join(tmpdir(), 'privacybalie-bench-'))
    const file = join(folder, 'log.ndjson')
    const ours = async () => {
      const { ok, complete, entries } = await verifyEvidence(keys, parsedLines(file))
      if (!ok || !complete || entries !== size) throw new Error('The export does not verify')
    }
    const publicKey = createPublicKey(publicSealKey(keys))
    const baseline = async () => {
      const hash = createHash('sha256')
      for await (const line of linesOf(file)) {
        hash.update(line)
        if (line.startsWith('{"type":"seal"') && !isSealSigned(publicKey, line)) throw new Error('A seal is not signed')
      }
      hash.digest()
    }
    try {
      say(`${size} entries written in ${Math.round((await timed(() => writeExport(file, keys, size))) / 1000)} s`)
      const times = await inTurns(ours, baseline, { rounds, warmUp: 1 })
      const perSecond = (milliseconds: number) => (1000 * size) / milliseconds
      const figures = { ours: perSecond(times.ours), baseline: perSecond(times.baseline) }
      return [{ name: 'evidence', ...figures, unit: 'entries/s', n: size * rounds }]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
} satisfies Bench

const linesOf = (file: string) => createInterface({ input: createReadStream(file), crlfDelay: Infinity })

async function* parsedLines(file: string): AsyncGenerator<unknown> {
  for await (const line of linesOf(file)) yield JSON.parse(line)
}

const sealSchema = z.object({
  number: z.number(),
  at: z.string(),
  position: z.number(),
  head: z.string(),
  previousSeal: z.string(),
  signature: z.string(),
})

function isSealSigned(publicKey: ReturnType<typeof createPublicKey>, line: string): boolean {
  const { signature, ...content } = sealSchema.parse(JSON.parse(line))
  const signed = Buffer.from(`privacybalie/evidence-seal/v1\n${canonicalJson(content)}`)
  return verify(null, signed, publicKey, Buffer.from(signature, 'hex'))
}
