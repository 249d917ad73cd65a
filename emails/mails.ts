import { accessReady } from './access-ready'
import { approvalNeeded } from './approval-needed'
import { assigned } from './assigned'
import { code } from './code'
import { completed } from './completed'
import { erasureCompleted } from './erasure-completed'
import { erasurePartlyKept } from './erasure-partly-kept'
import { extended } from './extended'
import { invitation } from './invitation'
import { mapDrift } from './map-drift'
import { marketingStopped } from './marketing-stopped'
import { newCase } from './new-case'
import { newSignIn } from './new-sign-in'
import type { MailName } from './props'
import { question } from './question'
import { receipt } from './receipt'
import { rectified } from './rectified'
import { refused } from './refused'
import { restricted } from './restricted'
import { retentionDigest } from './retention-digest'
import { runFailed } from './run-failed'
import { staffDigest } from './staff-digest'
import type { MailTemplate } from './template'
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
  question,
  extended,
  rectified,
  restricted,
  invitation,
  assigned,
  new_case: newCase,
  approval_needed: approvalNeeded,
  run_failed: runFailed,
  new_sign_in: newSignIn,
  map_drift: mapDrift,
  retention_digest: retentionDigest,
  staff_digest: staffDigest,
}
