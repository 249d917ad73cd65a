CREATE TABLE "run_cancellation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"reason_sealed" "bytea",
	"outcome" text,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "run_pause" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_staff_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"resumed_at" timestamp with time zone,
	"resumed_by_staff_id" uuid
);
--> statement-breakpoint
ALTER TABLE "erasure_run" ADD COLUMN "rows_per_batch" integer DEFAULT 100000 NOT NULL;--> statement-breakpoint
ALTER TABLE "run_system" ADD COLUMN "rows_done" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "run_system" ADD COLUMN "attempted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "run_system" ADD COLUMN "recorded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "run_cancellation" ADD CONSTRAINT "run_cancellation_run_id_erasure_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."erasure_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_pause" ADD CONSTRAINT "run_pause_run_id_erasure_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."erasure_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "run_cancellation_run" ON "run_cancellation" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "run_pause_run" ON "run_pause" USING btree ("run_id");