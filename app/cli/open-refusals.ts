import type { OpenRefusal } from '~/systems/registry.server'

/** Why a connected system can't be worked on, as the command line says it. */
export const openRefusals: Record<OpenRefusal, string> = {
  unknown_system: 'There is no such system.',
  disabled: 'The system is disabled.',
  not_a_database: 'The system is no database.',
  no_map: 'The system has no data map yet: privacybalie map apply KEY FILE.',
  map_unreadable: 'The stored data map no longer fits this version: apply it anew.',
  map_does_not_fit:
    'The database changed and no longer fits its data map: privacybalie map apply KEY FILE --check says where.',
}
