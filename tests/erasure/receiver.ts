import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** The receiver that stands in docs/webhook.md, as a process of its own. */
export async function sampleReceiver(secret: string, port: number, env: Record<string, string> = {}) {
  const document = await readFile(join(import.meta.dirname, '../../docs/webhook.md'), 'utf8')
  const code = /```js\n([\s\S]*?)```/.exec(document)?.[1]
  if (!code) throw new Error('docs/webhook.md holds no receiver')
  const folder = await mkdtemp(join(tmpdir(), 'receiver-'))
  const file = join(folder, 'receiver.mjs')
  await writeFile(file, code)
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env, WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('The receiver ended')
    await pause(50)
  }
  return {
    close: async () => {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${String(port)}/`, { method: 'POST' }).then(
    () => true,
    () => false,
  )

/** A port of this machine on which nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('no port'))
      })
    })
  })
}
