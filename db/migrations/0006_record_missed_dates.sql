DROP INDEX "extension_request";--> statement-breakpoint
DROP INDEX "request_received";--> statement-breakpoint
ALTER TABLE "request" ADD COLUMN "missed_on" date;--> statement-breakpoint
CREATE INDEX "extension_all" ON "extension" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "extension_request" ON "extension" USING btree ("request_id") WHERE failure is null;--> statement-breakpoint
CREATE INDEX "request_received" ON "request" USING btree ("received_on","kind","state","closed_at","due_on","missed_on");