import { readFileSync } from 'node:fs'
import { forgetAdapters } from '~/systems/open-adapters.server'
import { SystemError } from '~/systems/adapters/adapter'
import type { Runtime } from '~/platform/runtime.server'
import { openRuntime, settingsOrThrow } from './open-runtime.server'

/** A command line that can't be carried out: one line on stderr and exit code 1 (refused) or 2 (wrong usage). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message)
  }
}

/**
 * Opens the runtime, runs one command, prints its answer and closes everything. With `json` the answer is the one JSON
 * document on stdout; else `text` renders it for a person.
 */
export function runCommand<T>(
  options: { json?: boolean },
  work: (runtime: Runtime) => Promise<T>,
  text: (answer: T) => string,
): Promise<void> {
  return withRuntime(async (runtime) => {
    const answer = await work(runtime)
    process.stdout.write((options.json ? JSON.stringify(answer) : text(answer)).replace(/\n*$/, '\n'))
  })
}

/** Opens the runtime for one command that prints by itself, and closes everything; a refusal sets the exit code. */
export async function withRuntime(work: (runtime: Runtime) => Promise<void>): Promise<void> {
  try {
    const open = await openRuntime(settingsOrThrow(), { maxConnections: 3 })
    try {
      await work(open.runtime)
    } finally {
      await forgetAdapters()
      await open.close()
    }
  } catch (error) {
    if (error instanceof Refusal) {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = error.exitCode
    } else if (error instanceof SystemError) {
      const where = [error.table, error.column, error.constraint].filter(Boolean).join(' ')
      process.stderr.write(
        `The connected database refused or did not answer: ${error.kind} (${error.code}${where ? `, ${where}` : ''})\n`,
      )
      process.exitCode = 1
    } else throw error
  }
}

/** The text of a file, or of standard input for `-`. */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw new Refusal(`Can't read ${file === '-' ? 'standard input' : file}`, 2)
  }
}

/** Lines of aligned columns for a terminal. */
export function table(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => String(cell ?? '')))
  const widths = texts.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), [])
  return texts
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
