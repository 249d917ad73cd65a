export const shortestPassword = 12
/** Nobody types more; it bounds what the estimator and the hash are given. */
export const longestPassword = 256
/** Of zxcvbn's 0 to 4. */
export const weakestScore = 3

export type PasswordRefusal = 'too_short' | 'too_long' | 'is_email' | 'guessable'
