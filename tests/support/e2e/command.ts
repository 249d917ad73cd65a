import { spawn } from 'node:child_process'
import { z } from 'zod'
import { dataFolder } from '../e2e'

export type Answer = { code: number; out: string; err: string }

/** Runs `privacybalie …` beside the running demo, as its operator would in another terminal. */
export function privacybalie(...args: string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['app/cli/privacybalie.mjs', ...args], {
      env: { ...process.env, PRIVACYBALIE_DATA_DIR: dataFolder(), ALLOWED_SYSTEM_HOSTS: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? -1, out, err }))
  })
}

/** The one JSON document of a command that succeeds. */
export async function answerOf<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { code, out, err } = await privacybalie(...args, '--json')
  if (code !== 0) throw new Error(`privacybalie ${args.join(' ')} ended with ${code}: ${err}`)
  return schema.parse(JSON.parse(out))
}

const dueSchema = z.object({ dueOn: z.string() })

/** The due date of a request that is received on a day (ISO), reckoned by the command line. */
export async function dueOn(received: string): Promise<string> {
  return (await answerOf(dueSchema, 'deadline', '--received', received)).dueOn
}

/** An ISO date as the portal writes it: `maandag 2 maart 2026`. */
export function inWords(date: string, language: 'nl' | 'en' = 'nl'): string {
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
    .format(new Date(`${date}T12:00:00Z`))
    .replace(/^(\w+),/, '$1')
}

/** Today in the organisation's zone, as an ISO date. */
export function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam' }).format(new Date())
}
