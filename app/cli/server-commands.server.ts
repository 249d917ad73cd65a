import { Command, Option } from 'commander'
import type { Launch } from './main'

/** Commands that serve pages or work jobs. */
export function serverCommands(launch: Launch): Command[] {
  const serve = new Command('serve')
    .description('serve portal and desk and work the jobs (npm start)')
    .addOption(new Option('--role <role>', 'what this process does').choices(['all', 'web', 'worker']).default('all'))
    .action(async ({ role }: { role: 'all' | 'web' | 'worker' }) => {
      const { serve } = await import('./serve.server')
      await serve(launch, role)
    })
  const demo = (name: 'demo' | 'dev', description: string) =>
    new Command(name)
      .description(description)
      .option('--fresh', 'throw the data of an earlier demo away first')
      .action(async ({ fresh }: { fresh?: boolean }) => {
        const { demo } = await import('./demo.server')
        await demo(launch, { fresh: fresh ?? false })
      })
  return [serve, demo('demo', 'everything on this machine, with made-up data'), demo('dev', 'as demo, with hot reload')]
}
