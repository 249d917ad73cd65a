import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { reachesGoal, resultOf } from './bench'
import type { Bench, Result } from './bench'

// `npm run bench [-- NAME … --json --size N --data FOLDER --list]`. With --json the last line of stdout is
// `{name, ratio, ours, baseline, unit, n}` (without a name: one such line per bench). Ends with 1 when a bench could not
// be run, with 2 for wrong usage; a goal that was missed is said, not punished: machines differ.

const folder = dirname(fileURLToPath(import.meta.url))
const suffix = '.bench.ts'
const known = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => basename(file, suffix))
  .sort()

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function load(name: string): Promise<Bench> {
  const module = (await import(pathToFileURL(join(folder, `${name}${suffix}`)).href)) as { default: Bench }
  return module.default
}

function usage(problem: string): never {
  say(
    `${problem}\nUsage: npm run bench -- [NAME …] [--json] [--size N] [--data FOLDER] [--list]\nKnown: ${known.join(', ')}`,
  )
  process.exit(2)
}

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        size: { type: 'string' },
        data: { type: 'string' },
      },
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : 'Wrong usage')
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function shown({ name, ratio, ours, baseline, unit, n }: Omit<Result, 'parts'>) {
  return { name, ratio: rounded(ratio), ours: rounded(ours), baseline: rounded(baseline), unit, n }
}

function asJson(result: Result): string {
  return JSON.stringify({ ...shown(result), ...(result.parts ? { parts: result.parts.map(shown) } : {}) })
}

function inWords(result: Result, bench: Bench): string {
  const line = ({ name, ratio, ours, baseline, unit, n }: Result) =>
    `${name.padEnd(28)} ratio ${rounded(ratio)}  (${rounded(ours)} against ${rounded(baseline)} ${unit}, n ${n})`
  const reached = reachesGoal(result, bench)
  const goal = bench.goal && ('atMost' in bench.goal ? `≤ ${bench.goal.atMost}` : `≥ ${bench.goal.atLeast}`)
  const verdict = reached === undefined ? '' : `  goal ${goal} ${reached ? 'reached' : 'MISSED'}`
  return [line(result) + verdict, ...(result.parts ?? []).map((part) => `  ${line(part)}`)].join('\n')
}

const { values, positionals } = argumentsOf()
const unknown = positionals.find((name) => !known.includes(name))
if (unknown) usage(`There is no bench ${unknown}`)
const size = values.size === undefined ? undefined : Number(values.size.replaceAll('_', ''))
if (size !== undefined && !(Number.isSafeInteger(size) && size > 0)) usage('--size wants a whole number')

for (const name of positionals.length > 0 ? positionals : known) {
  const bench = await load(name)
  if (values.list) {
    process.stdout.write(`${name.padEnd(14)} ${bench.about}\n`)
    continue
  }
  try {
    const result = resultOf(
      name,
      bench,
      await bench.run({ size, data: values.data, say: (line) => say(`${name}: ${line}`) }),
    )
    process.stdout.write(`${values.json ? asJson(result) : inWords(result, bench)}\n`)
  } catch (error) {
    say(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
