/** The closed list stands beside the schema that stores it, so that mails can use it without knowing this room. */
export * from '~db/words/grounds'
