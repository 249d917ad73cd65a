CREATE TABLE "retention_forecast" (
	"system_key" text NOT NULL,
	"month" date NOT NULL,
	"rows" integer NOT NULL,
	"scan_id" uuid NOT NULL,
	CONSTRAINT "retention_forecast_system_key_month_pk" PRIMARY KEY("system_key","month")
);
--> statement-breakpoint
DROP INDEX "request_received";--> statement-breakpoint
ALTER TABLE "retention_forecast" ADD CONSTRAINT "retention_forecast_scan_id_retention_scan_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."retention_scan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_open_received" ON "request" USING btree ("received_on") WHERE closed_at is null and state <> 'unverified';--> statement-breakpoint
CREATE INDEX "request_received" ON "request" USING btree ("received_on","kind","state","closed_at","due_on");