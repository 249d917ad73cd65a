-- Evidence is insert-only whatever the role: the trigger answers where grants do not (one role for everything).
CREATE FUNCTION privacybalie_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence is insert-only' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER evidence_entry_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_entry
  FOR EACH STATEMENT EXECUTE FUNCTION privacybalie_refuse_change();
--> statement-breakpoint
CREATE TRIGGER evidence_link_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_link
  FOR EACH STATEMENT EXECUTE FUNCTION privacybalie_refuse_change();
