import { problem } from './problem.server'

/** Whatever else is asked below /api: there is nothing. */
export const loader = () => problem('not-found')
export const action = () => problem('not-found')
