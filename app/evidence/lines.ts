import { z } from 'zod'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()

/** One entry in its place in the chain. */
export const entryLine = z.object({
  type: z.literal('entry'),
  position: count,
  id: count,
  at: z.string(),
  actorKind: z.string(),
  actorId: z.string().nullable(),
  verb: z.string(),
  requestId: z.string().nullable(),
  reference: z.string().nullable(),
  system: z.string().nullable(),
  data: z.record(z.string(), z.json()),
  /** 16 random bytes and an HMAC-SHA-256, hexadecimal; null in entries from before it existed. */
  mac: z
    .string()
    .regex(/^[0-9a-f]{96}$/)
    .nullable(),
  previousHash: hash,
  hash,
})

/** A link whose entry is gone from the database: an export says so rather than close the gap. */
const missingLine = z.object({
  type: z.literal('missing'),
  position: count,
  id: count,
  previousHash: hash,
  hash,
})

const sealLine = z.object({
  type: z.literal('seal'),
  number: count,
  at: z.string(),
  position: count,
  head: hash,
  previousSeal: hash,
  signature: z.string().regex(/^[0-9a-f]{128}$/),
  hash,
})

/** The last line of an export: how many entries it holds and where it begins and ends, signed. */
const trailerLine = z.object({
  type: z.literal('trailer'),
  /** Position of the first entry that the export holds, or would hold. */
  first: count,
  /** Hash of the link before it. */
  previousHash: hash,
  count,
  seals: count,
  head: hash,
  at: z.string(),
  /** Hash of the newest seal: note it elsewhere, for `evidence verify --expect-seal`. */
  seal: hash,
  publicKey: z.string(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
})

/** One line of an export (NDJSON). Hashes and signatures are lower-case hexadecimal, instants RFC 3339 in UTC. */
export const evidenceLine = z.discriminatedUnion('type', [entryLine, missingLine, sealLine, trailerLine])
export type EvidenceLine = z.infer<typeof evidenceLine>
export type EntryLine = z.infer<typeof entryLine>
export type SealLine = z.infer<typeof sealLine>
export type TrailerLine = z.infer<typeof trailerLine>
