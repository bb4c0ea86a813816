-- What the two front doors may do on PostgreSQL. Run it as the owner of the tables, as who may make
-- roles, after each `ardoise db upgrade`; running it again does no harm:
--
--     psql -v ON_ERROR_STOP=1 -f deploy/postgresql/roles.sql "$ARDOISE_DATABASE_URL"
--
-- Then give each front door a login of its own, once, and name it in that process's
-- ARDOISE_DATABASE_URL. Worker and command line go on as the owner.
--
--     CREATE ROLE portal_login LOGIN PASSWORD '…' IN ROLE ardoise_portal;
--     CREATE ROLE backoffice_login LOGIN PASSWORD '…' IN ROLE ardoise_backoffice;
--
-- Both roles see only rows of the practice that a transaction has named (see the migration on
-- row-level security). A table that is not listed here can't be reached by either.

BEGIN;

DO $$
DECLARE
    door text;
BEGIN
    FOREACH door IN ARRAY ARRAY['ardoise_portal', 'ardoise_backoffice'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I', door);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- it is there already: roles are shared by all databases of a server
        END;
    END LOOP;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ardoise_portal, ardoise_backoffice;
GRANT USAGE ON SCHEMA public TO ardoise_portal, ardoise_backoffice;

-- Before anyone has signed in no practice is known: the back-office then reads the practices' names.
-- The portal always knows one, from the link or the visit.
ALTER TABLE practice ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS named_practice ON practice;
CREATE POLICY named_practice ON practice FOR SELECT TO ardoise_portal
    USING (id = nullif(current_setting('ardoise.practice', true), '')::integer);
DROP POLICY IF EXISTS every_practice ON practice;
CREATE POLICY every_practice ON practice FOR SELECT TO ardoise_backoffice USING (true);


-- The portal: read what a page shows, check an identity, open and end visits, begin a payment, make and
-- change a patient's plan with its pause and the work that it gives staff, ask for a card to be kept and
-- give it up, write to the practice and ask it for help. It books no money: that is the worker's. It writes the timeline, but never as staff, and
-- closes doors, but opens none.

GRANT SELECT ON
    practice, account, party, contact_point, hold, identity_failure, invoice,
    ladder_step, ladder_cycle, notice,
    link, link_request, portal_session, late_form,
    processor_account, payment_attempt, attempt_share, payment, payment_share,
    webhook_event, task, pay_link,
    plan, plan_invoice, instalment, thread, message, document, aid_request, saved_card,
    one_time_code, proposal, detail_access
TO ardoise_portal;

GRANT INSERT ON
    identity_failure, link_request, portal_session, late_form,
    payment_attempt, attempt_share, webhook_event, task, timeline_event, pay_link,
    hold, plan, plan_invoice, instalment, thread, message, document, aid_request, saved_card,
    one_time_code, proposal, detail_access
TO ardoise_portal;

GRANT UPDATE (door_closed_at, language, source_language, channel, source_channel) ON account
    TO ardoise_portal;
GRANT UPDATE (status) ON contact_point TO ardoise_portal;
GRANT UPDATE (status, wrong_tries) ON one_time_code TO ardoise_portal;
GRANT UPDATE (status, moved_at) ON proposal TO ardoise_portal;
GRANT UPDATE (status, wrong_tries, waits_until, first_opened_at) ON link TO ardoise_portal;
GRANT UPDATE (seen_at, ends_at, extensions, language) ON portal_session TO ardoise_portal;
GRANT UPDATE (status, processor_session, redirect_url, returned_at, settled_at) ON payment_attempt
    TO ardoise_portal;
GRANT UPDATE (status, processor_customer, removed_at) ON saved_card TO ardoise_portal;
GRANT UPDATE (status, attempt_id) ON pay_link TO ardoise_portal;
GRANT UPDATE (
    status, text_version, text_hash, agreed_text, agreed_language, agreed_at, asked, asked_at,
    closed_at
) ON plan TO ardoise_portal;
GRANT UPDATE (agreed_on, due_on, moves) ON instalment TO ardoise_portal;
GRANT UPDATE (status, review_on, released_at, released_by, release_reason) ON hold
    TO ardoise_portal;
GRANT UPDATE (status, closed_at, closed_by) ON task TO ardoise_portal;
GRANT UPDATE (status, moved_at, answer_by, patient_unread, keeps_hold) ON thread TO ardoise_portal;
GRANT UPDATE (read_at) ON message TO ardoise_portal;
GRANT UPDATE (status, decided_at) ON aid_request TO ardoise_portal;
GRANT DELETE ON portal_session, late_form TO ardoise_portal;

DROP POLICY IF EXISTS not_as_staff ON timeline_event;
CREATE POLICY not_as_staff ON timeline_event AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (actor_kind <> 'staff');
DROP POLICY IF EXISTS looks_not_as_staff ON detail_access;
CREATE POLICY looks_not_as_staff ON detail_access AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (by <> 'staff');
-- Closed stays closed; the row is compared with what it was when the statement began.
DROP POLICY IF EXISTS doors_only_close ON account;
CREATE POLICY doors_only_close ON account AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (true) WITH CHECK (
        door_closed_at IS NOT NULL
        OR NOT EXISTS (
            SELECT FROM account AS was
            WHERE was.practice_id = account.practice_id AND was.id = account.id
                AND was.door_closed_at IS NOT NULL
        )
    );
-- A patient lets a contact rest, takes it up again or calls it unsafe; what is proposed, bounced or
-- unsafe only staff make usable.
DROP POLICY IF EXISTS contacts_only_rest ON contact_point;
CREATE POLICY contacts_only_rest ON contact_point AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('usable', 'opted_out'))
    WITH CHECK (status IN ('usable', 'opted_out', 'unsafe'));
-- No proposal is accepted here.
DROP POLICY IF EXISTS proposals_not_decided ON proposal;
CREATE POLICY proposals_not_decided ON proposal AS RESTRICTIVE FOR ALL TO ardoise_portal
    USING (true) WITH CHECK (status IN ('asked', 'confirmed', 'withdrawn'));

-- The portal asks for cards and gives them up; only the worker learns them, and only it charges them.
DROP POLICY IF EXISTS cards_only_asked ON saved_card;
CREATE POLICY cards_only_asked ON saved_card AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'asked' AND processor_method IS NULL);
DROP POLICY IF EXISTS cards_never_kept ON saved_card;
CREATE POLICY cards_never_kept ON saved_card AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (true) WITH CHECK (status <> 'kept' AND status <> 'removed');
DROP POLICY IF EXISTS no_charges ON payment_attempt;
CREATE POLICY no_charges ON payment_attempt AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (cause IS NULL AND status = 'created');
DROP POLICY IF EXISTS charges_stay ON payment_attempt;
CREATE POLICY charges_stay ON payment_attempt AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (cause IS NULL);


-- The back-office: read accounts and what happened to them, sign staff in, hold and release, ask for
-- links, open doors, finish tasks, say what became of a message in doubt, answer patients, accept or
-- decline what they propose, pause and resume plans.

GRANT SELECT ON
    practice, account, party, contact_point, hold, identity_failure, invoice,
    ladder_step, ladder_cycle, notice,
    link, link_request, payment_attempt, attempt_share, payment, task, timeline_event,
    plan, plan_invoice, instalment, thread, message, document, aid_request, saved_card,
    proposal, detail_access,
    staff_user, staff_membership, staff_session
TO ardoise_backoffice;

GRANT SELECT (practice_id, id, link_id) ON portal_session TO ardoise_backoffice;

GRANT INSERT ON
    hold, link_request, message, timeline_event, task, party, detail_access, staff_session
TO ardoise_backoffice;

GRANT UPDATE (door_closed_at, channel, source_channel, represented, checkable) ON account
    TO ardoise_backoffice;
GRANT UPDATE (role) ON party TO ardoise_backoffice;
GRANT UPDATE (status, position, replaces_id) ON contact_point TO ardoise_backoffice;
GRANT UPDATE (status, moved_at, decline_reason) ON proposal TO ardoise_backoffice;
GRANT UPDATE (status) ON link TO ardoise_backoffice;
GRANT UPDATE (status, note, released_at, released_by, release_reason) ON hold
    TO ardoise_backoffice;
GRANT UPDATE (status, outcome_at) ON notice TO ardoise_backoffice;
GRANT UPDATE (status, closed_at, closed_by) ON task TO ardoise_backoffice;
GRANT UPDATE (
    status, moved_at, answer_id, answered_at, patient_unread, keeps_hold
) ON thread TO ardoise_backoffice;
GRANT UPDATE (read_at) ON message TO ardoise_backoffice;
GRANT UPDATE (status, decided_at) ON aid_request TO ardoise_backoffice;
GRANT UPDATE (status, asked, asked_at, closed_at) ON plan TO ardoise_backoffice;
GRANT UPDATE (due_on, moves) ON instalment TO ardoise_backoffice;
GRANT UPDATE (totp_step, wrong_tries, waits_until) ON staff_user TO ardoise_backoffice;
GRANT UPDATE (seen_at) ON staff_session TO ardoise_backoffice;
GRANT DELETE ON identity_failure, staff_session, portal_session TO ardoise_backoffice;

COMMIT;
