CREATE TABLE "small_group" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_system_id" uuid NOT NULL,
	"table" text NOT NULL,
	"columns" text[] NOT NULL,
	"size" integer,
	"groups" integer NOT NULL,
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
ALTER TABLE "erasure_run" ADD COLUMN "difference_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "erasure_run" ADD COLUMN "rest_planned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan_approval" ADD COLUMN "review_lapsed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "small_group" ADD CONSTRAINT "small_group_run_system_id_run_system_id_fk" FOREIGN KEY ("run_system_id") REFERENCES "public"."run_system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "small_group_run" ON "small_group" USING btree ("run_system_id");--> statement-breakpoint
CREATE INDEX "plan_approval_alone" ON "plan_approval" USING btree ("review_by") WHERE alone;--> statement-breakpoint
ALTER TABLE "run_system" DROP COLUMN "small_groups";