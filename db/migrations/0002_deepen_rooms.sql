CREATE TABLE "evidence_seal" (
	"number" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	"head" "bytea" NOT NULL,
	"previous_seal" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "erased_rows" ADD COLUMN "batch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "erased_rows" ADD COLUMN "committed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_run" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "evidence_entry" ADD COLUMN "mac" "bytea";--> statement-breakpoint
CREATE INDEX "evidence_seal_position" ON "evidence_seal" USING btree ("position","number");--> statement-breakpoint
CREATE INDEX "erased_rows_run" ON "erased_rows" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "evidence_entry_mac" ON "evidence_entry" USING btree ("mac");--> statement-breakpoint
CREATE TRIGGER evidence_seal_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_seal
  FOR EACH STATEMENT EXECUTE FUNCTION privacybalie_refuse_change();
