import { accessReady } from './access-ready'
import { agreementReview } from './agreement-review'
import { answerReceived } from './answer-received'
import { approvalNeeded } from './approval-needed'
import { approvalReview } from './approval-review'
import { assigned } from './assigned'
import { clockAlarm } from './clock-alarm'
import { code } from './code'
import { colleagueAnswered } from './colleague-answered'
import { colleagueCode } from './colleague-code'
import { colleagueLate } from './colleague-late'
import { colleagueQuestion } from './colleague-question'
import { completed } from './completed'
import { confirmReminder } from './confirm-reminder'
import { corrected } from './corrected'
import { dismissed } from './dismissed'
import { disowned } from './disowned'
import { erasureCompleted } from './erasure-completed'
import { erasurePartlyKept } from './erasure-partly-kept'
import { expired } from './expired'
import { extended } from './extended'
import { identity_code } from './identity-code'
import { identity_needed } from './identity-needed'
import { identity_notice } from './identity-notice'
import { invitation } from './invitation'
import { mailBounced } from './mail-bounced'
import { deferredTold } from './deferred-told'
import { keptErased } from './kept-erased'
import { restrictionLifted } from './restriction-lifted'
import { mapDrift } from './map-drift'
import { partlyCarriedOut } from './partly-carried-out'
import { personsReturned } from './persons-returned'
import { systemRestored } from './system-restored'
import { marketingStopped } from './marketing-stopped'
import { merged } from './merged'
import { newCase } from './new-case'
import { newSignIn } from './new-sign-in'
import type { MailName } from './props'
import { passwordReset } from './password-reset'
import { paused } from './paused'
import { question } from './question'
import { receipt } from './receipt'
import { recipientTold } from './recipient-told'
import { rectified } from './rectified'
import { refused } from './refused'
import { reopened } from './reopened'
import { restricted } from './restricted'
import { retentionDigest } from './retention-digest'
import { runFailed } from './run-failed'
import { staffDigest } from './staff-digest'
import { tasksWaiting } from './tasks-waiting'
import type { MailTemplate } from './template'
import { watchedCase } from './watched-case'
import { watchedCases } from './watched-cases'
import { withdrawn } from './withdrawn'

/** Every mail that the product sends. */
export const mails: { [Name in MailName]: MailTemplate<Name> } = {
  code,
  receipt,
  erasure_completed: erasureCompleted,
  erasure_partly_kept: erasurePartlyKept,
  access_ready: accessReady,
  marketing_stopped: marketingStopped,
  refused,
  withdrawn,
  completed,
  identity_code,
  tasks_waiting: tasksWaiting,
  identity_needed,
  identity_notice,
  question,
  extended,
  paused,
  corrected,
  dismissed,
  merged,
  reopened,
  clock_alarm: clockAlarm,
  rectified,
  recipient_told: recipientTold,
  restricted,
  invitation,
  password_reset: passwordReset,
  assigned,
  new_case: newCase,
  approval_needed: approvalNeeded,
  approval_review: approvalReview,
  run_failed: runFailed,
  disowned,
  new_sign_in: newSignIn,
  partly_carried_out: partlyCarriedOut,
  agreement_review: agreementReview,
  kept_erased: keptErased,
  deferred_told: deferredTold,
  restriction_lifted: restrictionLifted,
  map_drift: mapDrift,
  persons_returned: personsReturned,
  system_restored: systemRestored,
  retention_digest: retentionDigest,
  staff_digest: staffDigest,
  watched_case: watchedCase,
  watched_cases: watchedCases,
  answer_received: answerReceived,
  mail_bounced: mailBounced,
  colleague_question: colleagueQuestion,
  colleague_code: colleagueCode,
  colleague_answered: colleagueAnswered,
  colleague_late: colleagueLate,
  confirm_reminder: confirmReminder,
  expired,
}
