CREATE TABLE "access_download" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"package_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "access_package" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'preparing' NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"proves" text[] NOT NULL,
	"prepared_at" timestamp with time zone,
	"contents" jsonb,
	"failure" jsonb,
	"candidates_sealed" "bytea",
	"subjects_sealed" "bytea",
	"left_out" jsonb,
	"released_at" timestamp with time zone,
	"released_by_staff_id" uuid,
	"expires_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"end_cause" text
);
--> statement-breakpoint
CREATE TABLE "access_part" (
	"package_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"place" integer NOT NULL,
	"rows" integer NOT NULL,
	"shared" boolean NOT NULL,
	"sealed" "bytea" NOT NULL,
	CONSTRAINT "access_part_package_id_ordinal_pk" PRIMARY KEY("package_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "approval_review" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"verdict" text NOT NULL,
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "deferred_erasure" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"request_id" uuid,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"due_on" date,
	"rows" integer NOT NULL,
	"sealed" "bytea",
	"at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"outcome" text
);
--> statement-breakpoint
CREATE TABLE "erased_rows" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"rows" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kept_until" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasure_plan" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "erasure_plan_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"cause" text NOT NULL,
	"request_id" uuid,
	"follows_plan_id" uuid,
	"hash" text NOT NULL,
	"hash_key_sealed" "bytea" NOT NULL,
	"search_sealed" "bytea" NOT NULL,
	"needs_approval" boolean NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "erasure_run" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "erasure_run_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"plan_id" uuid NOT NULL,
	"request_id" uuid,
	"state" text DEFAULT 'running' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"finished_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"pseudonym_key" "bytea",
	"key_destroyed_at" timestamp with time zone,
	"difference" jsonb
);
--> statement-breakpoint
CREATE TABLE "hold" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"kind" text NOT NULL,
	"scope" text NOT NULL,
	"request_id" uuid,
	"system_key" text,
	"table" text,
	"hashes" text[],
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "hold_lift" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_approval" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"alone" boolean DEFAULT false NOT NULL,
	"reason_sealed" "bytea",
	"review_by" date
);
--> statement-breakpoint
CREATE TABLE "plan_decision" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"columns" text[] NOT NULL,
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "plan_part" (
	"plan_system_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"sealed" "bytea",
	CONSTRAINT "plan_part_plan_system_id_ordinal_pk" PRIMARY KEY("plan_system_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "plan_return" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "plan_system" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"plan_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"map_version" integer NOT NULL,
	"summary" jsonb NOT NULL,
	"changes" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "residue_finding" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_system_id" uuid NOT NULL,
	"table" text NOT NULL,
	"column" text NOT NULL,
	"rows" integer NOT NULL,
	"keys_sealed" "bytea",
	"at" timestamp with time zone NOT NULL,
	"decision" text,
	"decided_at" timestamp with time zone,
	"decided_by_staff_id" uuid,
	"reason_sealed" "bytea",
	"carried_out_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "returned_person" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"reason" text NOT NULL,
	"rows" integer NOT NULL,
	"keys_sealed" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone,
	"seen_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "run_system" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"deleted" integer DEFAULT 0 NOT NULL,
	"pseudonymised" integer DEFAULT 0 NOT NULL,
	"kept" integer DEFAULT 0 NOT NULL,
	"batches_done" integer DEFAULT 0 NOT NULL,
	"batches" integer DEFAULT 1 NOT NULL,
	"failure" jsonb,
	"executed_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"mismatch" jsonb,
	"residue_at" timestamp with time zone,
	"residue_searched" integer,
	"name_hits" integer,
	"not_searched" text[],
	"small_groups" jsonb,
	"skipped_by_staff_id" uuid,
	"skipped_at" timestamp with time zone,
	"skip_reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "suppression_entry" (
	"kind" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"reason" text NOT NULL,
	"request_id" uuid,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "suppression_entry_kind_hash_reason_pk" PRIMARY KEY("kind","hash","reason")
);
--> statement-breakpoint
CREATE TABLE "evidence_entry" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "evidence_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"verb" text NOT NULL,
	"request_id" uuid,
	"reference" text,
	"system" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_link" (
	"position" bigint PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "evidence_link_entryId_unique" UNIQUE("entry_id")
);
--> statement-breakpoint
CREATE TABLE "authority_check" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"joint" integer DEFAULT 0 NOT NULL,
	"outcome" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"document_destroyed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "contact_code" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"proves" text[] NOT NULL,
	"by_staff_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "fact_try" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person" "bytea" NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hand_off" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"issuer" text NOT NULL,
	"claims_sealed" "bytea",
	"at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "hand_off_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "identity_notice" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"email_index" "bytea" NOT NULL,
	"link_hash" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"disowned_at" timestamp with time zone,
	CONSTRAINT "identity_notice_linkHash_unique" UNIQUE("link_hash")
);
--> statement-breakpoint
CREATE TABLE "identity_proof" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"method" text NOT NULL,
	"proves" text[] NOT NULL,
	"note_sealed" "bytea",
	"by_staff_id" uuid,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "one_time_code" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"purpose" text NOT NULL,
	"binding_id" uuid NOT NULL,
	"email_index" "bytea" NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"link_hash" "bytea",
	"sender" "bytea",
	"attempts" integer DEFAULT 0 NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"replaced_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sender_block" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sender" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subject_session" (
	"id_hash" "bytea" PRIMARY KEY NOT NULL,
	"email_index" "bytea" NOT NULL,
	"proven_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "typed_draft" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assignment" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"assignee_id" uuid
);
--> statement-breakpoint
CREATE TABLE "attachment" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"name_sealed" "bytea",
	"media_type" text NOT NULL,
	"size" integer NOT NULL,
	"content_sealed" "bytea",
	"destroyed_at" timestamp with time zone,
	"destroyed_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "colleague_question" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"to_sealed" "bytea",
	"language" text NOT NULL,
	"question_sealed" "bytea",
	"answer_by" date NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"code_hash" "bytea",
	"code_expires_at" timestamp with time zone,
	"code_attempts" integer DEFAULT 0 NOT NULL,
	"reminded_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"answer_sealed" "bytea",
	"closed_at" timestamp with time zone,
	CONSTRAINT "colleague_question_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "correction" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"field" text NOT NULL,
	"old_sealed" "bytea",
	"new_sealed" "bytea",
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "data_key" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"wrapped" "bytea",
	"created_at" timestamp with time zone NOT NULL,
	"destroyed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"outcome" text NOT NULL,
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "extension" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"due_on" date NOT NULL,
	"paused_days_then" integer DEFAULT 0 NOT NULL,
	"ground" text NOT NULL,
	"reasons_sealed" "bytea",
	"mail_key" text,
	"told_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "identification" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"finding" text NOT NULL,
	"why" text,
	"channels" text[] NOT NULL,
	"wants_second_channel" integer DEFAULT 0 NOT NULL,
	"release_from" timestamp with time zone,
	"facts_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "merge" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"into_request_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"direction" text NOT NULL,
	"body_sealed" "bytea",
	"asks_question" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pause" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"cause" text NOT NULL,
	"large_quantity" boolean DEFAULT false NOT NULL,
	"from_on" date NOT NULL,
	"until_on" date,
	"ended_at" timestamp with time zone,
	"ended_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "refusal" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"ground" text NOT NULL,
	"basis_sealed" "bytea",
	"reasons_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "reopening" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid,
	"reason_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "request" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"reference" text NOT NULL,
	"submission_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"channel" text NOT NULL,
	"language" text NOT NULL,
	"filed_by" text DEFAULT 'self' NOT NULL,
	"objection_to" text,
	"received_at" timestamp with time zone NOT NULL,
	"received_on" date NOT NULL,
	"due_on" date NOT NULL,
	"strict_due_on" date NOT NULL,
	"extended_due_on" date NOT NULL,
	"internal_target_on" date NOT NULL,
	"extended_to" date,
	"paused_days" integer DEFAULT 0 NOT NULL,
	"assignee_id" uuid,
	"verified_at" timestamp with time zone,
	"first_answer_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"executed_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"purged_at" timestamp with time zone,
	"marked_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"name_sealed" "bytea",
	"email_sealed" "bytea",
	"phone_sealed" "bytea",
	"customer_number_sealed" "bytea",
	"details_sealed" "bytea",
	"reason_sealed" "bytea",
	"subject_name_sealed" "bytea",
	"postal_address_sealed" "bytea",
	CONSTRAINT "request_reference_unique" UNIQUE("reference")
);
--> statement-breakpoint
CREATE TABLE "request_index" (
	"request_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "request_index_request_id_kind_pk" PRIMARY KEY("request_id","kind")
);
--> statement-breakpoint
CREATE TABLE "snippet" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text,
	"language" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"standard" text,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "submission" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"channel" text NOT NULL,
	"language" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"email_index" "bytea"
);
--> statement-breakpoint
CREATE TABLE "watch_digest" (
	"staff_id" uuid NOT NULL,
	"day" date NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "watch_digest_staff_id_day_pk" PRIMARY KEY("staff_id","day")
);
--> statement-breakpoint
CREATE TABLE "watch_notice" (
	"request_id" uuid NOT NULL,
	"audience" text NOT NULL,
	"days" integer NOT NULL,
	"on_day" date NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"told_at" timestamp with time zone,
	CONSTRAINT "watch_notice_request_id_audience_days_on_day_pk" PRIMARY KEY("request_id","audience","days","on_day")
);
--> statement-breakpoint
CREATE TABLE "withdrawal" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "calendar_feed" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "calendar_feed_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "queue_bucket" (
	"facet" text NOT NULL,
	"value" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "queue_bucket_facet_value_pk" PRIMARY KEY("facet","value")
);
--> statement-breakpoint
CREATE TABLE "queue_change" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"due_on" date NOT NULL,
	"assignee_id" uuid NOT NULL,
	"by" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"name" text NOT NULL,
	"parameters" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "saved_view_name" UNIQUE("staff_id","name")
);
--> statement-breakpoint
CREATE TABLE "absence" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"from_on" date NOT NULL,
	"until_on" date NOT NULL,
	"deputy_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "api_token" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_token_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"invited_by_staff_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "invitation_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "passkey_challenge" (
	"challenge_hash" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_reset" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid,
	"token_hash" "bytea",
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "password_reset_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"language" text DEFAULT 'nl' NOT NULL,
	"password_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "staff_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "staff_identity" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"staff_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "staff_identity_issuer_subject_pk" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "staff_passkey" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"staff_id" uuid NOT NULL,
	"name" text NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "staff_passkey_credentialId_unique" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "staff_recovery_code" (
	"staff_id" uuid NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "staff_recovery_code_staff_id_code_hash_pk" PRIMARY KEY("staff_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "staff_session" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"authenticated_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone,
	"browser" text
);
--> statement-breakpoint
CREATE TABLE "staff_totp" (
	"staff_id" uuid PRIMARY KEY NOT NULL,
	"secret_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_step" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data_map" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"system_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"yaml" text NOT NULL,
	"catalogue_fingerprint" text NOT NULL,
	"catalogue_shape" jsonb NOT NULL,
	"applied_at" timestamp with time zone NOT NULL,
	"applied_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "processing_activity" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"entry" jsonb NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by_staff_id" uuid,
	"removed_at" timestamp with time zone,
	CONSTRAINT "processing_activity_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "system" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"key" text NOT NULL,
	"engine" text NOT NULL,
	"url_sealed" "bytea",
	"scan_url_sealed" "bytea",
	"secret_sealed" "bytea",
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "system_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "system_health" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"system_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"answers" boolean NOT NULL,
	"failure" text,
	"map_version" integer,
	"added" jsonb NOT NULL,
	"removed" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailbox_message" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"to" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_id" uuid,
	"template" text NOT NULL,
	"language" text NOT NULL,
	"to_sealed" "bytea",
	"props_sealed" "bytea",
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"provider_id" text,
	"failure" text,
	"delivered_at" timestamp with time zone,
	"again_of" uuid,
	CONSTRAINT "outbox_idempotencyKey_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"holder" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer,
	"answer" jsonb,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_key_holder_key_pk" PRIMARY KEY("holder","key")
);
--> statement-breakpoint
CREATE TABLE "key_check" (
	"id" text PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limit" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" bigint DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by_staff_id" uuid
);
--> statement-breakpoint
CREATE TABLE "retention_digest" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_index" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	"rows" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retention_finding" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"scan_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"step" integer NOT NULL,
	"then" text NOT NULL,
	"owner_index" "bytea",
	"owner_sealed" "bytea",
	"expired" integer NOT NULL,
	"expiring" integer NOT NULL,
	"first_on" date
);
--> statement-breakpoint
CREATE TABLE "retention_hold" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"until_on" date NOT NULL,
	"reason_sealed" "bytea" NOT NULL,
	"keys_sealed" "bytea" NOT NULL,
	"rows" integer NOT NULL,
	"lifted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "retention_order" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"finding_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"table" text NOT NULL,
	"action" text NOT NULL,
	"rows" integer NOT NULL,
	"plan_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retention_part" (
	"finding_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"rows" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	CONSTRAINT "retention_part_finding_id_ordinal_pk" PRIMARY KEY("finding_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "retention_scan" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "retention_scan_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"system_key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"day" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outside_task" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"request_id" uuid NOT NULL,
	"run_id" uuid,
	"kind" text NOT NULL,
	"cause" text NOT NULL,
	"system_key" text NOT NULL,
	"about" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"reminded_at" timestamp with time zone,
	"reminders" integer DEFAULT 0 NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by_staff_id" uuid,
	"note_sealed" "bytea",
	"attachment_id" uuid,
	"deleted" integer DEFAULT 0 NOT NULL,
	"pseudonymised" integer DEFAULT 0 NOT NULL,
	"kept" integer DEFAULT 0 NOT NULL,
	"found" integer
);
--> statement-breakpoint
CREATE TABLE "webhook_call" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"system_id" uuid NOT NULL,
	"system_key" text NOT NULL,
	"request_id" uuid NOT NULL,
	"task_id" uuid,
	"verb" text NOT NULL,
	"order_sealed" "bytea",
	"state" text DEFAULT 'waiting' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"last_try_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"answer_sealed" "bytea",
	"failure" jsonb
);
--> statement-breakpoint
ALTER TABLE "access_download" ADD CONSTRAINT "access_download_package_id_access_package_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."access_package"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_package" ADD CONSTRAINT "access_package_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_part" ADD CONSTRAINT "access_part_package_id_access_package_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."access_package"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_review" ADD CONSTRAINT "approval_review_approval_id_plan_approval_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."plan_approval"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deferred_erasure" ADD CONSTRAINT "deferred_erasure_run_id_erasure_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."erasure_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erased_rows" ADD CONSTRAINT "erased_rows_run_id_erasure_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."erasure_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasure_run" ADD CONSTRAINT "erasure_run_plan_id_erasure_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."erasure_plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold_lift" ADD CONSTRAINT "hold_lift_hold_id_hold_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."hold"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_approval" ADD CONSTRAINT "plan_approval_plan_id_erasure_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."erasure_plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_decision" ADD CONSTRAINT "plan_decision_plan_id_erasure_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."erasure_plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_part" ADD CONSTRAINT "plan_part_plan_system_id_plan_system_id_fk" FOREIGN KEY ("plan_system_id") REFERENCES "public"."plan_system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_return" ADD CONSTRAINT "plan_return_plan_id_erasure_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."erasure_plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_system" ADD CONSTRAINT "plan_system_plan_id_erasure_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."erasure_plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "residue_finding" ADD CONSTRAINT "residue_finding_run_system_id_run_system_id_fk" FOREIGN KEY ("run_system_id") REFERENCES "public"."run_system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_system" ADD CONSTRAINT "run_system_run_id_erasure_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."erasure_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_link" ADD CONSTRAINT "evidence_link_entry_id_evidence_entry_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."evidence_entry"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignment" ADD CONSTRAINT "assignment_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "colleague_question" ADD CONSTRAINT "colleague_question_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction" ADD CONSTRAINT "correction_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_key" ADD CONSTRAINT "data_key_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extension" ADD CONSTRAINT "extension_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identification" ADD CONSTRAINT "identification_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merge" ADD CONSTRAINT "merge_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "merge" ADD CONSTRAINT "merge_into_request_id_request_id_fk" FOREIGN KEY ("into_request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pause" ADD CONSTRAINT "pause_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refusal" ADD CONSTRAINT "refusal_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reopening" ADD CONSTRAINT "reopening_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_submission_id_submission_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submission"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_index" ADD CONSTRAINT "request_index_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_notice" ADD CONSTRAINT "watch_notice_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "withdrawal" ADD CONSTRAINT "withdrawal_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_feed" ADD CONSTRAINT "calendar_feed_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_deputy_id_staff_id_fk" FOREIGN KEY ("deputy_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_identity" ADD CONSTRAINT "staff_identity_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_passkey" ADD CONSTRAINT "staff_passkey_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_recovery_code" ADD CONSTRAINT "staff_recovery_code_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_session" ADD CONSTRAINT "staff_session_user_id_staff_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_totp" ADD CONSTRAINT "staff_totp_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_map" ADD CONSTRAINT "data_map_system_id_system_id_fk" FOREIGN KEY ("system_id") REFERENCES "public"."system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "system_health" ADD CONSTRAINT "system_health_system_id_system_id_fk" FOREIGN KEY ("system_id") REFERENCES "public"."system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_finding" ADD CONSTRAINT "retention_finding_scan_id_retention_scan_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."retention_scan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_part" ADD CONSTRAINT "retention_part_finding_id_retention_finding_id_fk" FOREIGN KEY ("finding_id") REFERENCES "public"."retention_finding"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_download_package" ON "access_download" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "access_package_request" ON "access_package" USING btree ("request_id","at");--> statement-breakpoint
CREATE INDEX "access_package_expires" ON "access_package" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "approval_review_approval" ON "approval_review" USING btree ("approval_id");--> statement-breakpoint
CREATE INDEX "deferred_erasure_due" ON "deferred_erasure" USING btree ("due_on","done_at");--> statement-breakpoint
CREATE INDEX "erased_rows_system" ON "erased_rows" USING btree ("system_key","at");--> statement-breakpoint
CREATE INDEX "erasure_plan_request" ON "erasure_plan" USING btree ("request_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_run_plan" ON "erasure_run" USING btree ("plan_id");--> statement-breakpoint
CREATE INDEX "erasure_run_request" ON "erasure_run" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "hold_request" ON "hold" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "hold_system" ON "hold" USING btree ("system_key");--> statement-breakpoint
CREATE UNIQUE INDEX "hold_lift_hold" ON "hold_lift" USING btree ("hold_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_approval_plan" ON "plan_approval" USING btree ("plan_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_decision_what" ON "plan_decision" USING btree ("plan_id","system_key","table","columns");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_return_plan" ON "plan_return" USING btree ("plan_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_system_key" ON "plan_system" USING btree ("plan_id","system_key");--> statement-breakpoint
CREATE INDEX "residue_finding_run" ON "residue_finding" USING btree ("run_system_id");--> statement-breakpoint
CREATE INDEX "returned_person_open" ON "returned_person" USING btree ("system_key","seen_at");--> statement-breakpoint
CREATE UNIQUE INDEX "run_system_key" ON "run_system" USING btree ("run_id","system_key");--> statement-breakpoint
CREATE INDEX "evidence_entry_request" ON "evidence_entry" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "authority_check_request" ON "authority_check" USING btree ("request_id","at");--> statement-breakpoint
CREATE INDEX "contact_code_request" ON "contact_code" USING btree ("request_id","at");--> statement-breakpoint
CREATE INDEX "fact_try_person" ON "fact_try" USING btree ("person","at");--> statement-breakpoint
CREATE INDEX "hand_off_expires" ON "hand_off" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "identity_notice_once" ON "identity_notice" USING btree ("request_id","email_index");--> statement-breakpoint
CREATE INDEX "identity_proof_request" ON "identity_proof" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "one_time_code_binding" ON "one_time_code" USING btree ("binding_id","sent_at");--> statement-breakpoint
CREATE INDEX "one_time_code_email" ON "one_time_code" USING btree ("email_index","sent_at");--> statement-breakpoint
CREATE UNIQUE INDEX "one_time_code_link" ON "one_time_code" USING btree ("link_hash");--> statement-breakpoint
CREATE INDEX "sender_block_sender" ON "sender_block" USING btree ("sender","until");--> statement-breakpoint
CREATE INDEX "subject_session_email" ON "subject_session" USING btree ("email_index");--> statement-breakpoint
CREATE INDEX "typed_draft_expires" ON "typed_draft" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "assignment_request" ON "assignment" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "attachment_request" ON "attachment" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "colleague_question_request" ON "colleague_question" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "colleague_question_open" ON "colleague_question" USING btree ("answer_by") WHERE answered_at is null and closed_at is null;--> statement-breakpoint
CREATE INDEX "correction_request" ON "correction" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "decision_request" ON "decision" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "extension_request" ON "extension" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "identification_request" ON "identification" USING btree ("request_id","at");--> statement-breakpoint
CREATE INDEX "merge_request" ON "merge" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "merge_into" ON "merge" USING btree ("into_request_id");--> statement-breakpoint
CREATE INDEX "message_request" ON "message" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "pause_request" ON "pause" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "refusal_request" ON "refusal" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "reopening_request" ON "reopening" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "request_queue" ON "request" USING btree ("due_on","id");--> statement-breakpoint
CREATE INDEX "request_queue_state" ON "request" USING btree ("state","due_on","id");--> statement-breakpoint
CREATE INDEX "request_queue_assignee" ON "request" USING btree ("assignee_id","due_on","id") WHERE closed_at is null and state <> 'unverified';--> statement-breakpoint
CREATE INDEX "request_queue_kind" ON "request" USING btree ("kind","due_on","id") WHERE closed_at is null and state <> 'unverified';--> statement-breakpoint
CREATE INDEX "request_queue_closed" ON "request" USING btree ("due_on","id") WHERE closed_at is not null;--> statement-breakpoint
CREATE INDEX "request_queue_closed_assignee" ON "request" USING btree ("assignee_id","due_on","id") WHERE closed_at is not null;--> statement-breakpoint
CREATE INDEX "request_queue_open" ON "request" USING btree ("due_on","id") WHERE closed_at is null and state <> 'unverified';--> statement-breakpoint
CREATE INDEX "request_received" ON "request" USING btree ("received_on","kind");--> statement-breakpoint
CREATE INDEX "request_submission" ON "request" USING btree ("submission_id");--> statement-breakpoint
CREATE INDEX "request_index_hash" ON "request_index" USING btree ("kind","hash");--> statement-breakpoint
CREATE UNIQUE INDEX "snippet_standard" ON "snippet" USING btree ("standard","language");--> statement-breakpoint
CREATE INDEX "watch_notice_waiting" ON "watch_notice" USING btree ("at") WHERE told_at is null;--> statement-breakpoint
CREATE INDEX "withdrawal_request" ON "withdrawal" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "calendar_feed_staff" ON "calendar_feed" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "absence_staff" ON "absence" USING btree ("staff_id","until_on");--> statement-breakpoint
CREATE INDEX "staff_identity_staff" ON "staff_identity" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "staff_passkey_staff" ON "staff_passkey" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "staff_session_user" ON "staff_session" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "data_map_version" ON "data_map" USING btree ("system_id","version");--> statement-breakpoint
CREATE INDEX "system_health_latest" ON "system_health" USING btree ("system_id","at");--> statement-breakpoint
CREATE INDEX "outbox_request" ON "outbox" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "outbox_provider" ON "outbox" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "outbox_state" ON "outbox" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "idempotency_key_at" ON "idempotency_key" USING btree ("at");--> statement-breakpoint
CREATE INDEX "retention_digest_owner" ON "retention_digest" USING btree ("owner_index","day");--> statement-breakpoint
CREATE INDEX "retention_finding_scan" ON "retention_finding" USING btree ("scan_id");--> statement-breakpoint
CREATE INDEX "retention_finding_owner" ON "retention_finding" USING btree ("owner_index");--> statement-breakpoint
CREATE INDEX "retention_hold_table" ON "retention_hold" USING btree ("system_key","table");--> statement-breakpoint
CREATE INDEX "retention_order_table" ON "retention_order" USING btree ("system_key","table","at");--> statement-breakpoint
CREATE INDEX "retention_scan_system" ON "retention_scan" USING btree ("system_key","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "outside_task_run" ON "outside_task" USING btree ("run_id","kind","system_key");--> statement-breakpoint
CREATE INDEX "outside_task_request" ON "outside_task" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "outside_task_state" ON "outside_task" USING btree ("state","at");--> statement-breakpoint
CREATE INDEX "webhook_call_request" ON "webhook_call" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "webhook_call_task" ON "webhook_call" USING btree ("task_id");