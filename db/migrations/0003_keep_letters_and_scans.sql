ALTER TABLE "attachment" ADD COLUMN "source" text DEFAULT 'letter' NOT NULL;--> statement-breakpoint
ALTER TABLE "attachment" ADD COLUMN "bsn_marked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attachment" ADD COLUMN "bsn_marked_by_staff_id" uuid;--> statement-breakpoint
ALTER TABLE "submission" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "posted_on" date;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "posted_by_staff_id" uuid;