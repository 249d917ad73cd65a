import { z } from 'zod'

/** What staff tell a data subject in words of their own: enough to say something, and no book. */
export const ownWords = z.string().trim().min(10).max(10_000)
