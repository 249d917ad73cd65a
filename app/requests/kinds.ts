/** The words stand beside the schema that stores them, so that mails can use them without knowing this room. */
export * from '~db/words/kinds'
