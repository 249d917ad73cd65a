export { isMailName, mailSchemas } from './props'
export type { MailName, MailProps } from './props'
export { renderMail } from './render'
export type { Sender } from './words'
