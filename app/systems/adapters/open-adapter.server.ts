import type { AdapterOptions, DatabaseAdapter } from './adapter'
import { openMysql } from './mysql.server'
import { openPostgres } from './postgres.server'

/** The database behind a URL, whichever of the two engines it is. Nothing is connected before the first statement. */
export function openAdapter(options: AdapterOptions): DatabaseAdapter {
  return options.engine === 'postgres' ? openPostgres(options) : openMysql(options)
}
