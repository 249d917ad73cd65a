import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '~db/migrate'
import { withSettingsTable } from './settings-table.server'

// npm run docs:settings: writes the table of settings into the README.
const file = join(projectRoot(), 'README.md')
writeFileSync(file, withSettingsTable(readFileSync(file, 'utf8')))
