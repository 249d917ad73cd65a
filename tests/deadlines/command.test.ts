import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = `
  const { deadlineCommand } = await import('./app/cli/deadline.server.ts')
  await deadlineCommand().parseAsync(process.argv.slice(1), { from: 'user' })
`

interface Run {
  code: number | string | null | undefined
  stdout: string
  stderr: string
}

function deadline(args: string[], input = ''): Promise<Run> {
  return new Promise((resolve) => {
    const argv = ['--import', 'tsx', '--input-type=module', '-e', program, '--', ...args]
    const child = execFile(process.execPath, argv, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    )
    child.stdin?.end(input)
  })
}

const worked = readFileSync(new URL('./deadlines.csv', import.meta.url), 'utf8')

describe('the command line', () => {
  it('prints one JSON document and nothing else', async () => {
    const run = await deadline(['--received', '2026-01-31', '--json'])
    expect(run.code).toBe(0)
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({
      dueOn: '2026-03-02',
      extendedDueOn: '2026-04-30',
      strictDueOn: '2026-02-28',
      explanation: [
        { step: 'received', on: '2026-01-31' },
        { step: 'month_has_no_such_day', day: 31, lastDay: '2026-02-28' },
        { step: 'weekend', on: '2026-02-28' },
        { step: 'due', on: '2026-03-02' },
      ],
    })
  })

  it('says it in words', async () => {
    const run = await deadline(['--received', '2026-03-05', '--paused-days', '1'])
    expect(run.stdout).toBe(
      'Due 2026-04-07 (extended: at the latest 2026-06-08): received Thu 5 Mar → paused 1 day → 6 Apr is a public holiday (Easter Monday) → Tue 7 Apr\n',
    )
  })

  it('gives the rows of a CSV back with their dates, whatever dates stood there', async () => {
    const asked = worked.replace(/^(\d[^,]*,\d+),.*$/gm, '$1,,')
    expect(await deadline(['--csv', '-'], asked)).toEqual({ code: 0, stdout: worked, stderr: '' })
  })

  it('keeps extra columns, any order, quotes, semicolons and line ends', async () => {
    const asked = '\uFEFFnote;paused_days;received_on\r\n"a ""b""; c";;2026-01-30\r\n'
    const run = await deadline(['--csv', '-'], asked)
    expect(run.stdout).toBe(
      'note;paused_days;received_on;due_on;extended_due_on\r\n"a ""b""; c";;2026-01-30;2026-03-02;2026-04-30\r\n',
    )
    const json = await deadline(['--csv', '-', '--json'], asked)
    expect(JSON.parse(json.stdout)).toEqual([
      {
        note: 'a "b"; c',
        paused_days: '',
        received_on: '2026-01-30',
        due_on: '2026-03-02',
        extended_due_on: '2026-04-30',
      },
    ])
  })

  it.each([
    [[], '', '--received'],
    [['--received', '2026-02-30'], '', '2026-02-30'],
    [['--received', '2026-01-30', '--paused-days', '-1'], '', '-1'],
    [['--received', '2026-01-30', '--calendar', 'XX'], '', 'XX'],
    [['--unknown'], '', '--unknown'],
    [['--csv', 'no/such/file.csv'], '', 'ENOENT'],
    [['--csv', '-'], '', 'received_on'],
    [['--csv', '-'], 'received_on\n2026-01-30\n', 'paused_days'],
    [['--csv', '-'], 'received_on,paused_days\n2026-01-30,0\n2026-13-01,0\n2026-01-30,x\n', 'row 2'],
    [['--csv', '-'], 'received_on,paused_days\n2026-01-30\n', 'row 1'],
    [['--csv', '-', '--received', '2026-01-30'], '', '--csv'],
  ])('ends %j with 2 and says why on stderr alone', async (args, input, reason) => {
    const run = await deadline(args, input)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain(reason)
  })
})
