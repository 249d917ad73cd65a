ALTER TABLE "colleague_question" ADD COLUMN "shows_person" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "colleague_question" ADD COLUMN "code_sent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "colleague_question" ADD COLUMN "late_at" timestamp with time zone;