import type { Command } from 'commander'
import { evidenceCommand } from './evidence.server'
import { locateCommand } from './locate.server'
import { mapCommand } from './map.server'
import { maintenanceCommands } from './maintenance.server'
import { settingCommand, staffCommand, tokenCommand } from './people.server'
import { reapplyCommand } from './reapply.server'
import { systemCommand } from './system.server'

/** Commands that work on the own database and the connected systems. */
export function dataCommands(): Command[] {
  return [
    systemCommand(),
    mapCommand(),
    locateCommand(),
    reapplyCommand(),
    staffCommand(),
    tokenCommand(),
    settingCommand(),
    evidenceCommand(),
    ...maintenanceCommands(),
  ]
}
