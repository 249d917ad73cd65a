import { dateInWords, momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { RetentionData } from '../retention'

const columns = ['effects', 'by', 'at', 'state'] as const

/** What was ordered, what its plan does, and, for whoever may, the way to judge it. */
export function RetentionOrders({
  orders,
  zone,
  mayApprove,
  self,
}: Pick<RetentionData, 'orders' | 'zone' | 'mayApprove' | 'self'>) {
  const t = useTexts()
  if (orders.length === 0) return null
  return (
    <section aria-labelledby="orders-title">
      <h2 id="orders-title">{t('retention:orders.title')}</h2>
      <div className="table-frame" role="region" aria-labelledby="orders-title" tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{t('retention:column.table')}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {t(`retention:orders.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {orders.map((order) => (
              <tr key={order.planId}>
                <th scope="row">
                  {t('retention:orders.what', { label: order.label, action: t(`retention:action.${order.action}`) })},{' '}
                  {t('retention:orders.rows', { count: order.rows })}
                </th>
                <td>
                  {order.effects
                    .map(({ table, action, rows }) => `${table} ${rows} ${t(`retention:action.${action}`)}`)
                    .join(', ')}
                </td>
                <td>{order.by}</td>
                <td className="date">{momentInWords(order.at, zone, t)}</td>
                <td>
                  {t(`retention:state.${order.state}`)}{' '}
                  {mayApprove && order.state === 'open' && order.byStaffId !== self ? (
                    <a href={`/desk/retention/plans/${order.planId}/approval`}>{t('retention:orders.approve')}</a>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** Rows that somebody holds, with the reason and the last day. */
export function RetentionHolds({ holds }: Pick<RetentionData, 'holds'>) {
  const t = useTexts()
  if (holds.length === 0) return null
  return (
    <section aria-labelledby="holds-title">
      <h2 id="holds-title">{t('retention:holds.title')}</h2>
      <ul>
        {holds.map((hold) => (
          <li key={hold.id}>
            {hold.label}, {t('retention:orders.rows', { count: hold.rows })},{' '}
            {t('retention:holds.until', { date: dateInWords(hold.untilOn, t) })}: {hold.reason}
          </li>
        ))}
      </ul>
    </section>
  )
}
