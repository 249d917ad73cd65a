import { roles } from '~/staff/roles'
import { Csrf } from '~/ui/csrf'
import { shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { StaffData } from '../staff'

/** Who may come in, as what; an admin changes roles and closes accounts here. */
export function StaffTable({ staff, self, mayManage }: StaffData) {
  const t = useTexts()
  return (
    <div className="table-frame" role="region" aria-label={t('desk:staff.title')} tabIndex={0}>
      <table className="dense">
        <thead>
          <tr>
            {['name', 'email', 'role', 'standing'].map((column) => (
              <th key={column} scope="col">
                {t(`desk:staff.column.${column}`)}
              </th>
            ))}
            {mayManage ? <th scope="col">{t('desk:staff.column.change')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {staff.map((member) => (
            <tr key={member.id}>
              <th scope="row">{member.name}</th>
              <td>{member.email}</td>
              <td>{t(`desk:role.${member.role}`)}</td>
              <td>
                {t(`desk:staff.standing.${member.standing}`)}
                {member.awayUntil ? <>, {t('watch:absence.until', { until: shortDate(member.awayUntil, t) })}</> : null}
                {mayManage && member.standing !== 'disabled' ? (
                  <>
                    {' '}
                    <a
                      href={`/desk/staff/${member.id}/absence`}
                      aria-label={t('watch:absence.titleOf', { name: member.name })}
                    >
                      {t('watch:absence.link')}
                    </a>
                  </>
                ) : null}
              </td>
              {mayManage ? (
                <td>
                  {member.id === self ? (
                    <span className="soft">{t('desk:staff.you')}</span>
                  ) : (
                    <Change member={member} />
                  )}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Change({ member }: { member: StaffData['staff'][number] }) {
  const t = useTexts()
  const closed = member.standing === 'disabled'
  return (
    <div className="row-forms">
      <form method="post">
        <Csrf />
        <input type="hidden" name="staff" value={member.id} />
        <select
          className="input"
          name="role"
          defaultValue={member.role}
          aria-label={t('desk:staff.roleOf', { name: member.name })}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`desk:role.${role}`)}
            </option>
          ))}
        </select>
        <button className="link-button" name="intent" value="role">
          {t('desk:staff.saveRole')}
        </button>
      </form>
      <form method="post">
        <Csrf />
        <input type="hidden" name="staff" value={member.id} />
        <button
          className="link-button"
          name="intent"
          value={closed ? 'enable' : 'disable'}
          aria-label={t(closed ? 'desk:staff.enableOf' : 'desk:staff.disableOf', { name: member.name })}
        >
          {t(closed ? 'desk:staff.enable' : 'desk:staff.disable')}
        </button>
      </form>
      {member.standing === 'active' ? (
        <form method="post">
          <Csrf />
          <input type="hidden" name="staff" value={member.id} />
          <button
            className="link-button"
            name="intent"
            value="clear"
            aria-label={t('staff:clear.of', { name: member.name })}
          >
            {t('staff:clear.button')}
          </button>
        </form>
      ) : null}
    </div>
  )
}
