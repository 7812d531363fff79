"""The database side of the record: tables, the audit function, the guard, monthly partitions.

Applied by the first migration. Runs on PostgreSQL 15 to 18 with core functions alone.
"""

TABLES = """
CREATE SEQUENCE audit_event_id_seq;
CREATE TABLE audit_event (
    id bigint NOT NULL DEFAULT nextval('audit_event_id_seq'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor bigint NOT NULL,
    on_behalf_of bigint,
    action text NOT NULL,
    reason text NOT NULL DEFAULT '',
    op text NOT NULL CHECK (op IN ('INSERT', 'UPDATE')),
    model text NOT NULL,
    pk bigint NOT NULL,
    body jsonb NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    salt bytea NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_row ON audit_event (model, pk, id);
ALTER SEQUENCE audit_event_id_seq OWNED BY audit_event.id;

CREATE SEQUENCE read_event_id_seq;
CREATE TABLE read_event (
    id bigint NOT NULL DEFAULT nextval('read_event_id_seq'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor bigint NOT NULL,
    purpose text NOT NULL,
    model text NOT NULL,
    pk bigint NOT NULL,
    person_id bigint,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX read_event_person ON read_event (person_id, id);
ALTER SEQUENCE read_event_id_seq OWNED BY read_event.id;

CREATE SEQUENCE transmission_frame_id_seq;
CREATE TABLE transmission_frame (
    id bigint NOT NULL DEFAULT nextval('transmission_frame_id_seq'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    session_id bigint NOT NULL,
    message_id bigint,
    sequence integer NOT NULL,
    direction text NOT NULL CHECK (direction IN ('IN', 'OUT')),
    content bytea NOT NULL,
    verdict text NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX transmission_frame_session ON transmission_frame (session_id, sequence);
ALTER SEQUENCE transmission_frame_id_seq OWNED BY transmission_frame.id;
"""

# A write never fails for want of a partition: the DEFAULT one takes what no month covers.
PARTITIONS = """
CREATE FUNCTION labsys_ensure_partitions(until date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    parent text;
    month date;
    name text;
    made integer := 0;
BEGIN
    IF until > current_date + 400 THEN
        RAISE EXCEPTION 'labsys: partitions are made at most 400 days ahead, not until %', until;
    END IF;
    FOREACH parent IN ARRAY ARRAY['audit_event', 'read_event', 'transmission_frame'] LOOP
        IF to_regclass('public.' || parent || '_other') IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I DEFAULT',
                           parent || '_other', parent);
            made := made + 1;
        END IF;
        month := date_trunc('month', current_date);
        WHILE month <= until LOOP
            name := parent || to_char(month, '_YYYY_MM');
            IF to_regclass('public.' || name) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                    name, parent,
                    month::timestamp AT TIME ZONE 'UTC',
                    (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
                made := made + 1;
            END IF;
            month := month + interval '1 month';
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
SELECT labsys_ensure_partitions((current_date + 70)::date);
"""

# The leaf covers every column of the event but itself, in one fixed form, so that the seal of a
# later Merkle tree covers them too. jsonb prints one way only, whatever the session's settings.
LEAF = """
CREATE FUNCTION labsys_audit_leaf(
    salt bytea, at timestamptz, actor bigint, on_behalf_of bigint, action text, reason text,
    op text, model text, pk bigint, body jsonb
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT sha256(salt || convert_to(jsonb_build_array(
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        actor, on_behalf_of, action, reason, op, model, pk, body)::text, 'UTF8'))
$$;
"""

# The digests are put in all at once: a body with a large text in it is copied as seldom as can be.
BODY = """
CREATE OR REPLACE FUNCTION labsys_audit_body(
    body jsonb, binary_columns text[], text_columns text[], secret_columns text[]
) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
    name text;
    value text;
    replaced text[] := secret_columns;
    digests jsonb := '{}';
BEGIN
    FOREACH name IN ARRAY binary_columns || text_columns LOOP
        value := body ->> name;
        CONTINUE WHEN value IS NULL;
        replaced := replaced || name;
        digests := digests || jsonb_build_object(name, 'sha256:' || encode(sha256(
            CASE WHEN name = ANY (binary_columns) THEN value::bytea
                 ELSE convert_to(value, 'UTF8') END), 'hex'));
    END LOOP;
    RETURN (body - replaced) || digests;
END $$;
"""

AUDIT = """
CREATE FUNCTION labsys_audit_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET timezone = 'UTC' AS $$
DECLARE
    who bigint := nullif(current_setting('labsys.actor', true), '')::bigint;
    whose bigint := nullif(current_setting('labsys.on_behalf_of', true), '')::bigint;
    deed text := coalesce(current_setting('labsys.action', true), '');
    why text := coalesce(current_setting('labsys.reason', true), '');
    moment timestamptz := clock_timestamp();
    binary_columns text[] := string_to_array(TG_ARGV[1], ',');
    text_columns text[] := string_to_array(TG_ARGV[2], ',');
    secret_columns text[] := string_to_array(TG_ARGV[3], ',');
    plain boolean := TG_ARGV[1] = '' AND TG_ARGV[2] = '' AND TG_ARGV[3] = '';
BEGIN
    IF who IS NULL OR deed = '' THEN
        RAISE EXCEPTION 'labsys: % on % without an actor and an action', TG_OP, TG_ARGV[0]
            USING ERRCODE = 'LS001',
                  HINT = 'Write inside labsys.audit.context.acting().';
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.audit_event
            (at, actor, on_behalf_of, action, reason, op, model, pk, body, salt, leaf)
        SELECT moment, who, whose, deed, why, 'INSERT', TG_ARGV[0], e.pk, e.body, e.salt,
               public.labsys_audit_leaf(e.salt, moment, who, whose, deed, why, 'INSERT',
                                        TG_ARGV[0], e.pk, e.body)
        FROM (SELECT n.id AS pk, uuid_send(gen_random_uuid()) AS salt,
                     jsonb_build_object('row', CASE WHEN plain THEN to_jsonb(n)
                         ELSE public.labsys_audit_body(to_jsonb(n), binary_columns, text_columns,
                                                       secret_columns) END) AS body
              FROM new_rows n OFFSET 0) e;
    ELSE
        INSERT INTO public.audit_event
            (at, actor, on_behalf_of, action, reason, op, model, pk, body, salt, leaf)
        SELECT moment, who, whose, deed, why, 'UPDATE', TG_ARGV[0], e.pk, e.body, e.salt,
               public.labsys_audit_leaf(e.salt, moment, who, whose, deed, why, 'UPDATE',
                                        TG_ARGV[0], e.pk, e.body)
        FROM (SELECT d.pk, uuid_send(gen_random_uuid()) AS salt,
                     jsonb_build_object('row', d.now, 'was',
                         (SELECT jsonb_object_agg(o.key, o.value) FROM jsonb_each(d.was) o
                          WHERE d.now -> o.key IS DISTINCT FROM o.value)) AS body
              FROM (SELECT n.id AS pk,
                           public.labsys_audit_body(to_jsonb(n), binary_columns, text_columns,
                                                    secret_columns) AS now,
                           public.labsys_audit_body(to_jsonb(o), binary_columns, text_columns,
                                                    secret_columns) AS was
                    FROM new_rows n JOIN old_rows o ON o.id = n.id) d OFFSET 0) e;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION labsys_audit_record() FROM PUBLIC;
"""

# One function reads both transition tables by name, so an INSERT must not mention old_rows: the
# two branches above are planned separately and only when reached.

GUARD = """
CREATE FUNCTION labsys_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    changed text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT string_agg(o.key, ', ' ORDER BY o.key) INTO changed
        FROM jsonb_each(to_jsonb(OLD) - string_to_array(TG_ARGV[1], ',')) o
        WHERE to_jsonb(NEW) -> o.key IS DISTINCT FROM o.value;
        IF changed IS NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'labsys: % of % cannot be changed once recorded', changed, TG_ARGV[0]
            USING ERRCODE = 'LS002';
    END IF;
    RAISE EXCEPTION 'labsys: rows of % are never removed', TG_ARGV[0] USING ERRCODE = 'LS002';
END $$;

CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION labsys_guard('audit.auditevent', '');
CREATE TRIGGER audit_event_guard_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION labsys_guard('audit.auditevent', '');
CREATE TRIGGER read_event_guard BEFORE UPDATE OR DELETE ON read_event
    FOR EACH ROW EXECUTE FUNCTION labsys_guard('audit.readevent', '');
CREATE TRIGGER read_event_guard_truncate BEFORE TRUNCATE ON read_event
    FOR EACH STATEMENT EXECUTE FUNCTION labsys_guard('audit.readevent', '');
CREATE TRIGGER transmission_frame_guard BEFORE UPDATE OR DELETE ON transmission_frame
    FOR EACH ROW EXECUTE FUNCTION labsys_guard('assays.transmissionframe', '');
CREATE TRIGGER transmission_frame_guard_truncate BEFORE TRUNCATE ON transmission_frame
    FOR EACH STATEMENT EXECUTE FUNCTION labsys_guard('assays.transmissionframe', '');
"""

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

FORWARD = [EXTENSIONS, TABLES, GUARD, PARTITIONS, LEAF, BODY, AUDIT]

BACKWARD = """
DROP TABLE IF EXISTS audit_event, read_event, transmission_frame CASCADE;
DROP FUNCTION IF EXISTS labsys_audit_record, labsys_audit_body, labsys_audit_leaf,
    labsys_ensure_partitions, labsys_guard CASCADE;
"""
