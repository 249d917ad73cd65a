import type { SmallCrm } from './small-crm'

/** A trigger of the CRM that lets nobody delete a ticket, or a row of another table. */
export async function refuseDeletion(crm: SmallCrm, table = 'tickets'): Promise<void> {
  if (crm.engine === 'mysql') {
    await crm.run(
      `create trigger refuse before delete on ${table} for each row signal sqlstate '45000' set message_text = 'no deletion here'`,
    )
    return
  }
  await crm.run(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no deletion here'; end $$`,
  )
  await crm.run(`create trigger refuse before delete on ${table} for each row execute function refuse()`)
}
