// npm test: every check and every test, at most two programs at once. Each static check counts one, each test counts one;
// the last line is `N passed, N failed`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const results = mkdtempSync(join(tmpdir(), 'privacybalie-results-'))
const started = new Set()
const total = { passed: 0, failed: 0 }

const checks = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['lint', 'eslint', ['.', '--max-warnings', '0']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['import rules', 'depcruise', ['app', 'db', 'emails', 'tests', '--config', '.dependency-cruiser.cjs']],
  ['unused code', 'knip', ['--no-progress']],
]

const suites = [
  {
    name: 'vitest',
    program: 'vitest',
    args: (file) => ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    env: () => ({}),
    count: countVitest,
  },
  {
    name: 'playwright',
    program: 'playwright',
    args: () => ['test', '--reporter=list,json'],
    env: (file) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file }),
    count: countPlaywright,
  },
]

/** Runs a program of the project; `live` shows its output as it comes, else it is answered. */
function run(program, args, { live = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules', '.bin', program), args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    })
    started.add(child)
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: String(error) }))
    child.on('close', (code) => {
      started.delete(child)
      resolve({ code: code ?? 1, output })
    })
  })
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

async function check([name, program, args]) {
  const { code, output } = await run(program, args)
  if (code !== 0) say(output.trimEnd())
  report(name, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })
}

async function suite({ name, program, args, env, count }) {
  say(`\n--- ${name}`)
  const file = join(results, `${name}.json`)
  const { code } = await run(program, args(file), { live: true, env: env(file) })
  report(name, judge(name, code, readCounts(file, count)))
}

/** A suite that ran nothing, left no result, or failed outside its tests has failed. */
function judge(name, code, counts) {
  if (!counts) return (say(`${name} left no result.`), { passed: 0, failed: 1 })
  if (counts.passed + counts.failed === 0) return (say(`${name} ran no test.`), { ...counts, failed: 1 })
  if (code !== 0 && counts.failed === 0) return (say(`${name} failed outside its tests.`), { ...counts, failed: 1 })
  return counts
}

function readCounts(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

function countVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  // a file that can't even be loaded holds no test that could fail
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests }
}

function countPlaywright({ stats, errors }) {
  const { expected, unexpected, flaky, skipped } = stats
  return { passed: expected, failed: unexpected + flaky + errors.length, skipped }
}

function report(name, { passed, failed, skipped = 0 }) {
  total.passed += passed
  total.failed += failed
  const skips = skipped > 0 ? `, ${skipped} skipped` : ''
  say(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed${skips}`)
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of started) child.kill(signal)
    process.exitCode = 1
  })

const waiting = [...checks]
const lane = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) await check(next)
}
await Promise.all([lane(), lane()])
// each of the two keeps both cores busy by itself
for (const each of suites) await suite(each)

rmSync(results, { recursive: true, force: true })
say(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? (process.exitCode ?? 0) : 1
