import type { ServerBuild } from '@remix-run/node'
import { Command, CommanderError } from 'commander'
import type { RequestHandler } from 'express'
import { deadlineCommand } from './deadline.server'

/** How the program was launched: with a built bundle, with Vite, or as bare TypeScript (no pages). */
export type Launch = {
  argv: string[]
  build?: ServerBuild | (() => Promise<ServerBuild>)
  clientFolder?: string
  before?: RequestHandler
  onClose?: () => Promise<void>
}

/** The command line. Sets the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function main(launch: Launch): Promise<void> {
  endInFewWords()
  const program = new Command('privacybalie')
    .description('The privacy desk beside your CRM.')
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  program.addCommand(deadlineCommand())
  // Dates need neither database nor pages: a script that asks for hundreds of them should not wait for either.
  if (launch.argv[2] !== 'deadline') {
    const { dataCommands } = await import('./data-commands.server')
    for (const command of dataCommands()) program.addCommand(command)
    const { serverCommands } = await import('./server-commands.server')
    for (const command of serverCommands(launch)) program.addCommand(command)
  }
  inherit(program)
  try {
    await program.parseAsync(launch.argv)
  } catch (error) {
    process.exitCode = await exitCodeOf(error)
  }
}

function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    child.exitOverride()
    inherit(child)
  }
}

async function exitCodeOf(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { SettingsError } = await import('./open-runtime.server')
  if (error instanceof SettingsError) {
    process.stderr.write(`Privacybalie can't start with these settings:\n`)
    for (const { name, problem } of error.problems) process.stderr.write(`  ${name} ${problem}\n`)
    return 1
  }
  process.stderr.write(`Failed: ${await wordsOf(error)}\n`)
  return 1
}

async function wordsOf(error: unknown): Promise<string> {
  const { describeError } = await import('~/platform/log.server')
  const described = describeError(error)
  return [described, ...(described.causes ?? [])]
    .map(({ type, message, errorCode, sqlState, table, constraint }) =>
      [type, message, errorCode ?? sqlState, table, constraint].filter(Boolean).join(' '),
    )
    .join(', because of ')
}

/** What nobody caught ends the process, but not in Node's words: those print every field of a database error, its row too. */
function endInFewWords(): void {
  if (process.hasUncaughtExceptionCaptureCallback()) return
  process.setUncaughtExceptionCaptureCallback((error: unknown) => {
    void Promise.all([wordsOf(error), import('~/platform/log.server')])
      .then(([words, log]) => process.stderr.write(`Failed: ${words}\n${log.describeError(error).stack ?? ''}\n`))
      .finally(() => process.exit(1))
  })
}
