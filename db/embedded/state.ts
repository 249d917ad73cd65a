import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const stateSchema = z.object({
  port: z.number().int(),
  /** of the running server; null while it is stopped */
  pid: z.number().int().nullable(),
  directory: z.string(),
  password: z.string(),
})

/** What `.data/postgres.json` holds about the embedded PostgreSQL. */
export type EmbeddedState = z.infer<typeof stateSchema>

const fileOf = (dataDir: string) => join(dataDir, 'postgres.json')

/** Reads `postgres.json`; undefined when there is none or it is damaged (then password and port are made anew). */
export async function readState(dataDir: string): Promise<EmbeddedState | undefined> {
  let text: string
  try {
    text = await readFile(fileOf(dataDir), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Writes `postgres.json` in one step, so that no reader ever sees half of it; only its owner may read it. */
export async function writeState(dataDir: string, state: EmbeddedState): Promise<void> {
  const half = `${fileOf(dataDir)}.${randomBytes(4).toString('hex')}`
  await writeFile(half, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  await chmod(half, 0o600)
  await rename(half, fileOf(dataDir))
}
