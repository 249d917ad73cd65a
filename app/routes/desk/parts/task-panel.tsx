import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { TasksOfCase } from '../task.server'
import { taskInWords, useTaskName } from './task-words'

type PanelProps = { tasks: TasksOfCase; today: string; zone: string; mayWork: boolean }

/** What others have to do for a case; a place that is only listed is ticked off right here. */
export function TaskPanel({ tasks, today, zone, mayWork }: PanelProps) {
  const t = useTexts()
  const nameOf = useTaskName()
  if (tasks.length === 0) return null
  const waiting = tasks.filter((task) => task.holdsUp)
  return (
    <section id="tasks" aria-labelledby="tasks-title">
      <h2 id="tasks-title">{t('outside:panel.title')}</h2>
      <p>{waiting.length > 0 ? t('outside:panel.waiting', { count: waiting.length }) : t('outside:panel.none')}</p>
      <div className="table-frame" role="region" aria-label={t('outside:panel.title')} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['place', 'doing', 'state', 'end'].map((column) => (
                <th key={column} scope="col">
                  {t(`outside:column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.map((task) => (
              <tr key={task.id}>
                <th scope="row">
                  <a href={`/desk/tasks/${task.id}`}>{nameOf(task)}</a>
                </th>
                <td>{taskInWords(task, t)}</td>
                <td>{t(`outside:state.${task.state}`)}</td>
                <td>
                  {task.closedAt ? (
                    <span className="soft">
                      {task.by ?? t('desk:who.system')}, {momentInWords(task.closedAt, zone, t)}
                    </span>
                  ) : null}
                  {task.open && mayWork && (task.kind === 'listed' || task.kind === 'copy') ? (
                    <form method="post" action={`/desk/tasks/${task.id}`} className="row-forms">
                      <Csrf />
                      <input type="hidden" name="doneOn" value={today} />
                      <input
                        className="input"
                        name="note"
                        aria-label={t('outside:note.short', { place: nameOf(task) })}
                        placeholder={t('outside:note.placeholder')}
                        maxLength={10_000}
                      />
                      {(['done', 'nothing_found'] as const).map((outcome) => (
                        <button key={outcome} className="button button-quiet" name="outcome" value={outcome}>
                          {t(`outside:tick.${outcome}`)}
                        </button>
                      ))}
                    </form>
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
