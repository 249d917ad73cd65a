import approval from './approval.json'
import casework from './casework.json'
import calendar from './calendar.json'
import colleague from './colleague.json'
import common from './common.json'
import dates from './dates.json'
import deadlines from './deadlines.json'
import desk from './desk.json'
import errors from './errors.json'
import filing from './filing.json'
import identity from './identity.json'
import importing from './importing.json'
import live from './live.json'
import mapping from './mapping.json'
import outside from './outside.json'
import packages from './packages.json'
import portal from './portal.json'
import register from './register.json'
import reports from './reports.json'
import residue from './residue.json'
import retention from './retention.json'
import snippets from './snippets.json'
import safety from './safety.json'
import staff from './staff.json'
import standing from './standing.json'
import status from './status.json'
import systems from './systems.json'
import term from './term.json'
import unconfirmed from './unconfirmed.json'
import watch from './watch.json'
import views from './views.json'
import verbs from './verbs.json'

export default {
  approval,
  casework,
  calendar,
  colleague,
  common,
  dates,
  deadlines,
  desk,
  errors,
  filing,
  identity,
  importing,
  live,
  mapping,
  outside,
  packages,
  portal,
  register,
  reports,
  residue,
  retention,
  snippets,
  safety,
  staff,
  standing,
  status,
  systems,
  term,
  unconfirmed,
  watch,
  views,
  verbs,
}
