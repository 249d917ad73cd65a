export { isMailName, mailSchemas } from './props'
export type { MailName, MailProps } from './props'
