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

-- All rules of both doors are made anew below, so that none of an earlier version stays behind.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT policyname, tablename FROM pg_policies
        WHERE schemaname = 'public' AND roles && ARRAY['ardoise_portal', 'ardoise_backoffice']::name[]
    LOOP
        EXECUTE format('DROP POLICY %I ON %I', rule.policyname, rule.tablename);
    END LOOP;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ardoise_portal, ardoise_backoffice;
GRANT USAGE ON SCHEMA public TO ardoise_portal, ardoise_backoffice;

-- Before anyone has signed in no practice is known: the back-office then reads the practices' names.
-- The portal always knows one, from the link or the visit.
ALTER TABLE practice ENABLE ROW LEVEL SECURITY;
CREATE POLICY named_practice ON practice FOR SELECT TO ardoise_portal
    USING (id = nullif(current_setting('ardoise.practice', true), '')::integer);
CREATE POLICY every_practice ON practice FOR SELECT TO ardoise_backoffice USING (true);


-- The portal: read what a page shows, check an identity, open and end visits, begin a payment, make and
-- change a patient's plan with its pause and the work that it gives staff, ask for a card to be kept and
-- give it up, write to the practice and ask it for help. It books no money: that is the worker's. It writes
-- the timeline, but never as staff, and closes doors, but opens none.

GRANT SELECT ON
    practice, account, party, contact_point, hold, identity_failure, invoice,
    ladder_step, ladder_cycle, notice,
    link, link_request, portal_session, late_form,
    payment_attempt, attempt_share, payment, payment_share, refund, refund_share,
    credit_use, dispute, webhook_event, task, pay_link,
    plan, plan_invoice, instalment, thread, message, document, aid_request, saved_card,
    one_time_code, proposal, detail_access, forgiveness
TO ardoise_portal;
-- The worker's key is none of its business, sealed or not.
GRANT SELECT (practice_id, id, livemode, key_id, secret_key, webhook_secrets) ON processor_account
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

-- What a captured portal could write beyond its pages' deeds is refused row by row. `was` is the row as it
-- stood when the statement began: USING says which rows may be touched at all, WITH CHECK what may become
-- of them. The tables are in the order of the grants; each rule names the deed that it leaves possible.

-- What is about no account is told by the worker, and staff go by it. Into a sealed batch nobody writes.
CREATE POLICY not_as_staff ON timeline_event AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        link_seq IS NULL AND actor_kind IN ('patient', 'system', 'processor') AND account_id IS NOT NULL
    );

-- A look at lines, only behind a code that was given for that very invoice.
CREATE POLICY looks_not_as_staff ON detail_access AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (by = 'patient' AND role = '' AND reason = '' AND EXISTS (
        SELECT FROM one_time_code AS code
        WHERE code.practice_id = detail_access.practice_id
            AND code.account_id = detail_access.account_id
            AND code.subject_id = detail_access.invoice_id
            AND code.purpose = 'details' AND code.status = 'used'
    ));

-- Closed stays closed.
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
CREATE POLICY contacts_only_rest ON contact_point AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('usable', 'opted_out'))
    WITH CHECK (status IN ('usable', 'opted_out', 'unsafe'));

-- The worker draws a code; here it is asked for, and then used, tried or ended. A count never goes back,
-- and the third wrong try ends it.
CREATE POLICY codes_only_asked ON one_time_code AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        status = 'asked' AND wrong_tries = 0
        AND code IS NULL AND contact_id IS NULL AND expires_at IS NULL
    );
CREATE POLICY codes_only_end ON one_time_code AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('asked', 'drawn'))
    WITH CHECK (EXISTS (
        SELECT FROM one_time_code AS was
        WHERE was.practice_id = one_time_code.practice_id AND was.id = one_time_code.id
            AND CASE one_time_code.wrong_tries
                WHEN was.wrong_tries THEN
                    one_time_code.status IN (was.status, 'dead')
                    OR (was.status = 'drawn' AND one_time_code.status = 'used')
                WHEN was.wrong_tries + 1 THEN
                    was.status = 'drawn' AND one_time_code.status
                        = CASE WHEN one_time_code.wrong_tries < 3 THEN 'drawn' ELSE 'dead' END
                ELSE false
            END
    ));

-- A proposal is confirmed behind a code that its contact was sent, and taken back; staff decide.
CREATE POLICY proposals_only_asked ON proposal AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'asked' AND contact_id IS NULL AND decline_reason IS NULL);
CREATE POLICY proposals_not_decided ON proposal AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('asked', 'confirmed'))
    WITH CHECK (
        status = 'withdrawn'
        OR status = 'confirmed' AND EXISTS (
            SELECT FROM one_time_code AS code
            WHERE code.practice_id = proposal.practice_id
                AND code.account_id = proposal.account_id
                AND code.subject_id = proposal.id AND code.contact_id = proposal.contact_id
                AND code.purpose = 'contact' AND code.status = 'used'
        )
    );

-- A wrong answer counts one up, and waits or ends the link when it must; that the count goes back to
-- nothing comes with a visit, begun when no wait ran. No revoked link lives again.
CREATE POLICY links_count_tries ON link AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status = 'live')
    WITH CHECK (status IN ('live', 'revoked') AND EXISTS (
        SELECT FROM link AS was
        WHERE was.practice_id = link.practice_id AND was.id = link.id
            AND (was.first_opened_at IS NULL OR was.first_opened_at = link.first_opened_at)
            AND CASE link.wrong_tries
                WHEN was.wrong_tries THEN link.waits_until IS NOT DISTINCT FROM was.waits_until
                WHEN was.wrong_tries + 1 THEN CASE
                    WHEN link.wrong_tries >= 5 THEN link.status = 'revoked'
                    WHEN link.wrong_tries >= 3 THEN
                        link.waits_until > coalesce(was.waits_until, '-infinity')
                    ELSE true
                END
                WHEN 0 THEN link.status = 'live' AND link.waits_until IS NULL AND EXISTS (
                    SELECT FROM portal_session AS visit
                    WHERE visit.practice_id = link.practice_id AND visit.link_id = link.id
                        AND visit.started_at >= coalesce(was.waits_until, '-infinity')
                )
                ELSE false
            END
    ));
CREATE POLICY visits_behind_links ON portal_session AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        extensions = 0 AND ends_at <= started_at + interval '30 minutes'
        AND EXISTS (
            SELECT FROM link
            JOIN account ON account.practice_id = link.practice_id AND account.id = link.account_id
            WHERE link.practice_id = portal_session.practice_id AND link.id = portal_session.link_id
                AND link.account_id = portal_session.account_id AND link.status = 'live'
                AND account.door_closed_at IS NULL
        )
    );
CREATE POLICY visits_end ON portal_session AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM portal_session AS was
        WHERE was.practice_id = portal_session.practice_id AND was.id = portal_session.id
            AND CASE portal_session.extensions
                WHEN was.extensions THEN portal_session.ends_at = was.ends_at
                WHEN was.extensions + 1 THEN portal_session.extensions <= 10
                    AND portal_session.ends_at = was.ends_at + interval '15 minutes'
                ELSE false
            END
    ));
CREATE POLICY requests_only_asked ON link_request AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'asked' AND answered_at IS NULL);

-- An attempt is begun under its own key, gets its page once, and is closed while that page has taken
-- nothing; what became of the money only the worker says, and what is over is touched no more.
CREATE POLICY no_charges ON payment_attempt AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        cause IS NULL AND choice <> 'charge' AND status = 'created'
        AND idempotency_key = 'ardoise-' || replace(id::text, '-', '')
        AND processor_session IS NULL AND processor_intent IS NULL AND redirect_url IS NULL
        AND returned_at IS NULL AND checked_at IS NULL AND checks = 0
        AND settled_at IS NULL AND failure IS NULL
        AND (card_id IS NULL OR EXISTS (
            SELECT FROM saved_card AS card
            WHERE card.practice_id = payment_attempt.practice_id
                AND card.id = payment_attempt.card_id
                AND card.account_id = payment_attempt.account_id AND card.status = 'asked'
        ))
    );
CREATE POLICY attempts_only_close ON payment_attempt AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (cause IS NULL AND status IN ('created', 'redirected', 'processing'))
    WITH CHECK ((settled_at IS NULL OR status = 'expired') AND EXISTS (
        SELECT FROM payment_attempt AS was
        WHERE was.practice_id = payment_attempt.practice_id AND was.id = payment_attempt.id
            AND CASE was.status
                WHEN 'created' THEN
                    payment_attempt.status IN ('created', 'redirected', 'expired')
                ELSE
                    (payment_attempt.status = was.status
                        OR was.status = 'redirected' AND payment_attempt.status = 'expired')
                    AND payment_attempt.processor_session IS NOT DISTINCT FROM was.processor_session
                    AND payment_attempt.redirect_url IS NOT DISTINCT FROM was.redirect_url
            END
    ));
CREATE POLICY shares_of_new_attempts ON attempt_share AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (amount_cents > 0 AND EXISTS (
        SELECT FROM payment_attempt AS attempt
        JOIN invoice ON invoice.practice_id = attempt.practice_id
            AND invoice.account_id = attempt.account_id
        WHERE attempt.practice_id = attempt_share.practice_id
            AND attempt.id = attempt_share.attempt_id AND attempt.status = 'created'
            AND attempt.cause IS NULL AND invoice.id = attempt_share.invoice_id
    ));
CREATE POLICY signals_only_stored ON webhook_event AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'stored' AND handled_at IS NULL);

-- The portal asks for cards and gives them up; only the worker learns them, and only it charges them.
-- A card is asked for as one of the processor's customers that this account's cards have already.
CREATE POLICY cards_only_asked ON saved_card AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        status = 'asked' AND processor_method IS NULL AND brand IS NULL AND last4 IS NULL
        AND expires_on IS NULL AND kept_at IS NULL AND removed_at IS NULL
        AND (processor_customer IS NULL OR EXISTS (
            SELECT FROM saved_card AS other
            WHERE other.practice_id = saved_card.practice_id
                AND other.account_id = saved_card.account_id
                AND other.processor_customer = saved_card.processor_customer
        ))
    );
CREATE POLICY cards_never_kept ON saved_card AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('asked', 'kept'))
    WITH CHECK ((removed_at IS NULL OR status = 'removing') AND EXISTS (
        SELECT FROM saved_card AS was
        WHERE was.practice_id = saved_card.practice_id AND was.id = saved_card.id
            AND (was.processor_customer = saved_card.processor_customer
                OR was.processor_customer IS NULL AND NOT EXISTS (
                    SELECT FROM saved_card AS other
                    WHERE other.practice_id = saved_card.practice_id
                        AND other.account_id <> saved_card.account_id
                        AND other.processor_customer = saved_card.processor_customer
                ))
            AND (was.status, saved_card.status)
                IN (('asked', 'asked'), ('asked', 'lapsed'), ('kept', 'removing'))
    ));

-- A link for someone else is made, tried while no try by it has paid, and taken back.
CREATE POLICY pay_links_begin ON pay_link AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'live' AND attempt_id IS NULL);
CREATE POLICY pay_links_paid_once ON pay_link AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status = 'live')
    WITH CHECK (status IN ('live', 'revoked') AND EXISTS (
        SELECT FROM pay_link AS was
        LEFT JOIN payment_attempt AS former ON former.practice_id = was.practice_id
            AND former.id = was.attempt_id
        LEFT JOIN payment_attempt AS latest ON latest.practice_id = was.practice_id
            AND latest.id = pay_link.attempt_id
        WHERE was.practice_id = pay_link.practice_id AND was.id = pay_link.id
            AND (
                pay_link.attempt_id IS NOT DISTINCT FROM was.attempt_id
                OR latest.status = 'created' AND latest.choice = 'link'
                    AND latest.account_id = pay_link.account_id
                    AND latest.amount_cents = pay_link.amount_cents
                    AND coalesce(former.status, '') NOT IN ('processing', 'succeeded')
            )
    ));

-- What patients' deeds stop the clock for; the portal places no pause of staff or of an import.
CREATE POLICY holds_of_patients ON hold AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        kind IN ('message', 'claim', 'dispute', 'aid', 'plan') AND status = 'active'
        AND placed_by = 'portal' AND invoice_id IS NULL AND note IS NULL
        AND released_at IS NULL AND released_by IS NULL AND release_reason IS NULL
    );
-- Of these it ends two, each at the instant at which the patient ended what they stood for: a plan, or a
-- request for help. A plan's pause may also be made longer.
CREATE POLICY holds_end_with_deeds ON hold AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status = 'active' AND kind IN ('plan', 'aid') AND invoice_id IS NULL)
    WITH CHECK (
        EXISTS (
            SELECT FROM hold AS was
            WHERE was.practice_id = hold.practice_id AND was.id = hold.id
                AND (hold.review_on = was.review_on
                    OR hold.kind = 'plan' AND hold.review_on > was.review_on)
        )
        AND CASE
            WHEN status = 'active' THEN
                released_at IS NULL AND released_by IS NULL AND release_reason IS NULL
            WHEN status <> 'released' OR released_by IS DISTINCT FROM 'portal'
                OR released_at IS NULL OR released_at < placed_at THEN false
            WHEN kind = 'aid' THEN EXISTS (
                SELECT FROM aid_request AS request
                WHERE request.practice_id = hold.practice_id
                    AND request.account_id = hold.account_id
                    AND request.status = 'withdrawn' AND request.decided_at = hold.released_at
            )
            ELSE EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = hold.practice_id AND plan.account_id = hold.account_id
                    AND plan.status IN ('withdrawn', 'declined', 'ended')
                    AND plan.closed_at = hold.released_at
            ) AND NOT EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = hold.practice_id AND plan.account_id = hold.account_id
                    AND plan.status IN ('proposed', 'offered', 'active', 'paused')
            )
        END
    );

-- A patient makes a proposal, its dates and what it covers, until its words are agreed to.
CREATE POLICY plans_only_proposed ON plan AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        status = 'proposed' AND made_by = 'patient' AND replaces_id IS NULL
        AND text_version IS NULL AND text_hash IS NULL AND agreed_text IS NULL
        AND agreed_language IS NULL AND agreed_at IS NULL
        AND asked IS NULL AND asked_at IS NULL AND closed_at IS NULL
    );
CREATE POLICY covers_of_new_plans ON plan_invoice AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (EXISTS (
        SELECT FROM plan
        JOIN invoice ON invoice.practice_id = plan.practice_id
            AND invoice.account_id = plan.account_id
        WHERE plan.practice_id = plan_invoice.practice_id AND plan.id = plan_invoice.plan_id
            AND plan.status = 'proposed' AND plan.made_by = 'patient' AND plan.agreed_at IS NULL
            AND invoice.id = plan_invoice.invoice_id
            AND plan_invoice.amount_cents BETWEEN 1 AND invoice.open_cents
    ));
CREATE POLICY dates_of_new_plans ON instalment AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (amount_cents > 0 AND due_on = agreed_on AND moves = 0 AND EXISTS (
        SELECT FROM plan
        WHERE plan.practice_id = instalment.practice_id AND plan.id = instalment.plan_id
            AND plan.status = 'proposed' AND plan.made_by = 'patient' AND plan.agreed_at IS NULL
    ));
-- Dates move only while our offer is being agreed to, to later days that stand in the agreed words.
CREATE POLICY dates_of_offers_move ON instalment AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (true) WITH CHECK (
        agreed_on = due_on
        AND EXISTS (
            SELECT FROM plan
            WHERE plan.practice_id = instalment.practice_id AND plan.id = instalment.plan_id
                AND plan.status = 'offered'
        )
        AND EXISTS (
            SELECT FROM instalment AS was
            WHERE was.practice_id = instalment.practice_id AND was.id = instalment.id
                AND instalment.due_on > was.due_on AND instalment.moves = was.moves + 1
        )
    );
-- The patient takes a proposal back, agrees to our offer in words kept with it (which then takes the place
-- of the plan that ran) or refuses it, asks for a change, and stops a plan. A proposal runs without staff
-- only inside the practice's own rules, which are looked at here once more.
CREATE POLICY plans_change_by_deeds ON plan AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (
        status IN ('proposed', 'offered', 'active', 'paused')
        OR closed_at IS NULL OR asked IS NOT NULL
    )
    WITH CHECK (EXISTS (
        SELECT FROM plan AS was
        WHERE was.practice_id = plan.practice_id AND was.id = plan.id
            AND (
                was.agreed_at IS NULL AND was.status IN ('proposed', 'offered')
                OR (was.text_version, was.text_hash, was.agreed_text, was.agreed_language,
                    was.agreed_at)
                    IS NOT DISTINCT FROM
                    (plan.text_version, plan.text_hash, plan.agreed_text, plan.agreed_language,
                    plan.agreed_at)
            )
            AND (
                (was.asked, was.asked_at) IS NOT DISTINCT FROM (plan.asked, plan.asked_at)
                OR was.asked IS NULL AND plan.asked IN ('pause', 'dates')
                    AND plan.asked_at IS NOT NULL AND plan.status IN ('active', 'paused')
                OR plan.asked IS NULL AND plan.asked_at IS NULL
                    AND plan.status IN ('ended', 'replaced')
            )
            AND (
                plan.closed_at IS NOT DISTINCT FROM was.closed_at
                OR was.closed_at IS NULL AND plan.status IN ('withdrawn', 'declined', 'ended')
            )
            AND CASE
                WHEN plan.status = was.status THEN true
                WHEN (was.status, plan.status) IN (
                    ('proposed', 'withdrawn'), ('offered', 'declined'),
                    ('active', 'ended'), ('paused', 'ended')
                ) THEN true
                WHEN was.status IN ('active', 'paused') AND plan.status = 'replaced' THEN EXISTS (
                    SELECT FROM plan AS offer
                    WHERE offer.practice_id = plan.practice_id
                        AND offer.account_id = plan.account_id
                        AND offer.status = 'offered' AND offer.agreed_at IS NOT NULL
                )
                WHEN was.status = 'offered' AND plan.status = 'active' THEN
                    plan.agreed_at IS NOT NULL
                WHEN was.status = 'proposed' AND plan.status = 'active' THEN
                    plan.made_by = 'patient' AND plan.agreed_at IS NOT NULL
                    AND EXISTS (
                        SELECT FROM practice AS rule
                        WHERE rule.id = plan.practice_id
                            AND plan.total_cents <= rule.plan_instant_cents
                            AND plan.total_cents = (
                                SELECT sum(cover.amount_cents) FROM plan_invoice AS cover
                                WHERE cover.practice_id = plan.practice_id
                                    AND cover.plan_id = plan.id
                            )
                            AND (
                                SELECT count(*) <= rule.plan_most_months
                                    AND sum(part.amount_cents) = plan.total_cents
                                FROM instalment AS part
                                WHERE part.practice_id = plan.practice_id AND part.plan_id = plan.id
                            )
                            AND NOT EXISTS (
                                SELECT FROM instalment AS part
                                JOIN instalment AS later ON later.practice_id = part.practice_id
                                    AND later.plan_id = part.plan_id
                                    AND later.position > part.position
                                WHERE part.practice_id = plan.practice_id AND part.plan_id = plan.id
                                    AND part.amount_cents < greatest(rule.plan_minimum_cents, 50)
                            )
                    )
                ELSE false
            END
    ));

-- Work that patients' deeds give staff; of it the portal ends what the patient has made needless, and says
-- that it did.
CREATE POLICY work_of_patients ON task AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        status = 'open' AND closed_at IS NULL AND closed_by IS NULL
        AND comes_on = due_on AND later_by IS NULL
        AND kind IN (
            'door_closed', 'message_waiting', 'payment_search', 'payer_claim', 'aid_decide',
            'change_decide', 'no_way_to_write', 'plan_to_decide', 'plan_refused',
            'plan_pause_asked', 'plan_dates_asked'
        )
    );
CREATE POLICY work_ends_with_deeds ON task AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status = 'open')
    WITH CHECK (
        status = 'done' AND closed_by = 'portal' AND closed_at IS NOT NULL
        AND CASE kind
            WHEN 'aid_decide' THEN EXISTS (
                SELECT FROM aid_request AS request
                WHERE request.practice_id = task.practice_id AND request.id = task.key::uuid
                    AND request.status = 'withdrawn'
            )
            WHEN 'change_decide' THEN EXISTS (
                SELECT FROM proposal
                WHERE proposal.practice_id = task.practice_id AND proposal.id = task.key::uuid
                    AND proposal.status = 'withdrawn'
            )
            WHEN 'plan_to_decide' THEN EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = task.practice_id AND plan.id = task.key::uuid
                    AND plan.status = 'withdrawn'
            )
            WHEN 'plan_pause_asked' THEN EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = task.practice_id AND plan.id = task.key::uuid
                    AND plan.status IN ('ended', 'replaced')
            )
            WHEN 'plan_dates_asked' THEN EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = task.practice_id AND plan.id = task.key::uuid
                    AND plan.status IN ('ended', 'replaced')
            )
            WHEN 'no_way_to_write' THEN EXISTS (
                SELECT FROM contact_point AS contact
                JOIN account ON account.practice_id = contact.practice_id
                    AND account.id = contact.account_id
                WHERE contact.practice_id = task.practice_id
                    AND contact.account_id = task.account_id
                    AND contact.status = 'usable' AND account.channel <> 'letter'
            )
            ELSE false
        END
    );

-- A patient opens a thread, writes on in it, which has it wait for us again, and reads what we answered.
CREATE POLICY threads_begin ON thread AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (
        status = 'waiting' AND answer_id IS NULL AND answered_at IS NULL
        AND NOT patient_unread AND NOT keeps_hold
        AND assigned_to IS NULL AND assigned_name IS NULL AND assigned_by IS NULL
        AND assigned_at IS NULL AND awaits_until IS NULL AND broken_for IS NULL
        AND merged_into IS NULL
    );
-- What was merged lives on elsewhere: nobody writes in what is left of it.
CREATE POLICY threads_wait_for_words ON thread AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status <> 'merged') WITH CHECK (EXISTS (
        SELECT FROM thread AS was
        WHERE was.practice_id = thread.practice_id AND was.id = thread.id
            AND (was.patient_unread OR NOT thread.patient_unread)
            AND (
                (was.status, was.moved_at, was.answer_by, was.keeps_hold)
                    = (thread.status, thread.moved_at, thread.answer_by, thread.keeps_hold)
                OR thread.status = 'waiting' AND NOT thread.keeps_hold
                    AND thread.moved_at >= was.moved_at
                    AND (was.status <> 'waiting' OR thread.answer_by = was.answer_by)
                    AND EXISTS (
                        SELECT FROM message
                        WHERE message.practice_id = thread.practice_id
                            AND message.thread_id = thread.id
                            AND message.side = 'patient' AND message.at = thread.moved_at
                    )
            )
    ));
CREATE POLICY words_of_patients ON message AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (side = 'patient' AND author = 'portal' AND read_at IS NULL AND EXISTS (
        SELECT FROM thread
        WHERE thread.practice_id = message.practice_id AND thread.id = message.thread_id
            AND thread.account_id = message.account_id AND thread.status <> 'merged'
    ));
CREATE POLICY answers_are_read ON message AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (side = 'staff' AND read_at IS NULL) WITH CHECK (read_at IS NOT NULL);
CREATE POLICY documents_of_patients ON document AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (EXISTS (
        SELECT FROM message
        WHERE message.practice_id = document.practice_id AND message.id = document.message_id
            AND message.account_id = document.account_id AND message.side = 'patient'
    ));

-- Help is asked for, followed up by the documents that staff wanted, and taken back; staff decide.
CREATE POLICY help_only_asked ON aid_request AS RESTRICTIVE FOR INSERT TO ardoise_portal
    WITH CHECK (status = 'asked' AND decided_at IS NULL AND decided_by IS NULL AND EXISTS (
        SELECT FROM thread
        WHERE thread.practice_id = aid_request.practice_id AND thread.id = aid_request.thread_id
            AND thread.account_id = aid_request.account_id
    ));
CREATE POLICY help_not_decided ON aid_request AS RESTRICTIVE FOR UPDATE TO ardoise_portal
    USING (status IN ('asked', 'documents'))
    WITH CHECK (
        status = 'withdrawn' AND decided_at IS NOT NULL OR status = 'asked' AND decided_at IS NULL
    );


-- The back-office: read accounts and what happened to them, sign staff in, hold and release, ask for
-- links, open doors, finish tasks, say what became of a message in doubt, answer patients, accept or
-- decline what they propose, pause and resume plans.

GRANT SELECT ON
    practice, account, party, contact_point, hold, identity_failure, invoice,
    ladder_step, ladder_cycle, notice,
    link, link_request, payment_attempt, attempt_share, payment, payment_share, refund, refund_share,
    credit_use, dispute, stray_payment, money_order, task,
    timeline_event, plan, plan_invoice, instalment, thread, message, document, aid_request, proposal,
    desk_total, staff_user, staff_membership, staff_role, staff_session, setup_trial, money_order_share,
    forgiveness
TO ardoise_backoffice;

GRANT SELECT (practice_id, id, link_id) ON portal_session TO ardoise_backoffice;
-- Till when what happened is sealed, and by which seal: printed on an account's file it is a head kept elsewhere.
-- Not what was sealed, and nothing of this to be written.
GRANT SELECT (practice_id, seq, at, count, mac) ON audit_link TO ardoise_backoffice;
GRANT SELECT (practice_id, id, owner) ON late_form TO ardoise_backoffice;
-- That there are keys at the processor, and which keys of ours seal them; not the sealed keys.
GRANT SELECT (practice_id, id, livemode, key_id, worker_key_id) ON processor_account
    TO ardoise_backoffice;

GRANT INSERT ON
    hold, link_request, message, timeline_event, task, party, staff_session, money_order,
    money_order_share, plan, plan_invoice, instalment, thread
TO ardoise_backoffice;

GRANT UPDATE (door_closed_at, channel, source_channel, represented, checkable) ON account
    TO ardoise_backoffice;
GRANT UPDATE (role) ON party TO ardoise_backoffice;
GRANT UPDATE (status, position, replaces_id) ON contact_point TO ardoise_backoffice;
GRANT UPDATE (status, moved_at, decline_reason) ON proposal TO ardoise_backoffice;
GRANT UPDATE (status) ON link TO ardoise_backoffice;
GRANT UPDATE (status, note, review_on, released_at, released_by, release_reason) ON hold
    TO ardoise_backoffice;
GRANT UPDATE (status, outcome_at, link_id) ON notice TO ardoise_backoffice;
GRANT UPDATE (status, closed_at, closed_by, comes_on, later_by, later_reason, later_at) ON task
    TO ardoise_backoffice;
GRANT UPDATE (
    status, moved_at, answer_id, answered_at, patient_unread, keeps_hold
) ON thread TO ardoise_backoffice;
GRANT UPDATE (read_at) ON message TO ardoise_backoffice;
GRANT UPDATE (status, decided_at, decided_by) ON aid_request TO ardoise_backoffice;
GRANT UPDATE (status, asked, asked_at, closed_at) ON plan TO ardoise_backoffice;
GRANT UPDATE (due_on, moves) ON instalment TO ardoise_backoffice;
GRANT UPDATE (totp_step, wrong_tries, waits_until) ON staff_user TO ardoise_backoffice;
GRANT UPDATE (seen_at, confirmed_at) ON staff_session TO ardoise_backoffice;
GRANT UPDATE (
    status, decided_by, decided_name, decided_at, ended_at, why,
    handed_by, handed_name, handed_at, dropped_by, dropped_name
) ON money_order TO ardoise_backoffice;
GRANT DELETE ON identity_failure, staff_session, portal_session, late_form TO ardoise_backoffice;

-- The database's own clock, not the one of whoever asks, nor of the transaction's beginning.
CREATE OR REPLACE FUNCTION ardoise_clock() RETURNS timestamptz
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS 'SELECT clock_timestamp()';

-- The same for the back-office: it never speaks as a patient or as the processor, and changes what staff
-- decide on, as long as it waits for a decision.

-- About no account it tells who came to its door, and what staff did with orders and with work.
CREATE POLICY not_as_patients ON timeline_event AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (link_seq IS NULL AND (
        account_id IS NOT NULL AND actor_kind IN ('staff', 'system')
        OR actor_kind = 'system' AND kind IN ('staff.password_refused', 'staff.code_refused')
        OR actor_kind = 'staff' AND kind IN (
            'staff.signed_in', 'staff.entered', 'staff.signed_out', 'staff.confirmed',
            'money_order.asked', 'money_order.approve', 'money_order.decline',
            'money_order.withdraw', 'money_order.stop', 'task.opened', 'task.done',
            'practice.settings', 'staff_role.made', 'staff_role.changed', 'staff_role.deleted',
            'staff.added', 'staff.password_changed', 'staff.totp_set', 'staff.totp_removed',
            'staff.passkey_added', 'staff.passkey_removed', 'staff.codes_drawn',
            'staff.recovery_used', 'staff.factors_reset', 'staff.role_changed', 'staff.unlocked',
            'staff_link.made', 'staff_link.use', 'staff_link.revoke',
            'staff_mail.asked', 'staff_mail.again', 'staff_mail.withdraw',
            'staff_membership.suspend', 'staff_membership.restore',
            'task.put_off', 'task.taken_up', 'canned_answer.saved', 'canned_answer.removed',
            'ladder_quiet.hold', 'ladder_quiet.undo', 'ladder_policy.drafted', 'ladder_policy.dropped',
            'ladder_policy.published', 'ladder_bulk.asked', 'ladder_bulk.finish', 'ladder_bulk.undo',
            'ladder_bulk.give_back',
            'setup_trial.asked', 'processor.receipts', 'practice_text.saved',
            'privacy.period', 'privacy.on', 'privacy.off',
            'import_job.received', 'import_job.ask_trial', 'import_job.change',
            'import_job.confirm', 'import_job.withdraw', 'import_job.ask_undo'
        )
    ));

-- Staff open doors and close none; a representative who is written to stays until an import says more.
CREATE POLICY doors_only_open ON account AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM account AS was
        WHERE was.practice_id = account.practice_id AND was.id = account.id
            AND (account.door_closed_at IS NULL OR account.door_closed_at = was.door_closed_at)
            AND (account.represented OR NOT was.represented)
    ));
CREATE POLICY only_representatives ON party AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (role = 'representative');
CREATE POLICY representatives_go ON party AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (role = 'representative') WITH CHECK (role = 'former');
-- A proposed contact becomes usable with its accepted proposal, in the place of former ones; one that
-- refused, when staff say that it works.
CREATE POLICY contacts_by_proposals ON contact_point AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status <> 'replaced') WITH CHECK (EXISTS (
        SELECT FROM contact_point AS was
        WHERE was.practice_id = contact_point.practice_id AND was.id = contact_point.id
            AND (
                contact_point.status IN (was.status, 'replaced')
                OR was.status = 'proposed' AND contact_point.status = 'usable' AND EXISTS (
                    SELECT FROM proposal
                    WHERE proposal.practice_id = contact_point.practice_id
                        AND proposal.account_id = contact_point.account_id
                        AND proposal.contact_id = contact_point.id
                        AND proposal.status = 'accepted'
                )
                -- One that refused a message works after all, where the worker had that looked into.
                OR was.status = 'bounced' AND contact_point.status = 'usable' AND EXISTS (
                    SELECT FROM task
                    WHERE task.practice_id = contact_point.practice_id
                        AND task.account_id = contact_point.account_id
                        AND task.kind = 'contact_bounced' AND task.key = contact_point.id::text
                )
                -- One of another kind rests when a new contact is accepted.
                OR was.status = 'usable' AND contact_point.status = 'opted_out' AND EXISTS (
                    SELECT FROM proposal
                    WHERE proposal.practice_id = contact_point.practice_id
                        AND proposal.account_id = contact_point.account_id
                        AND proposal.contact_id <> contact_point.id
                        AND proposal.status = 'accepted'
                )
            )
    ));
CREATE POLICY only_confirmed_proposals ON proposal AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'confirmed')
    WITH CHECK (status = 'accepted' OR status = 'declined' AND decline_reason IS NOT NULL);
CREATE POLICY links_only_end ON link AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'live') WITH CHECK (status = 'revoked');
-- With a link go the pages that were kept for its visits, and nothing that came too late.
CREATE POLICY pages_end_with_visits ON late_form AS RESTRICTIVE FOR DELETE TO ardoise_backoffice
    USING (owner LIKE 'page|%');
CREATE POLICY requests_only_asked_here ON link_request AS RESTRICTIVE FOR INSERT
    TO ardoise_backoffice
    WITH CHECK (status = 'asked' AND answered_at IS NULL);

-- Staff's pauses bear their name, and end with a word why; one that stands for a plan or a request for help
-- does not end before it.
CREATE POLICY holds_of_staff ON hold AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        kind <> 'absent' AND status = 'active' AND placed_by <> 'portal'
        AND released_at IS NULL AND released_by IS NULL AND release_reason IS NULL
    );
CREATE POLICY holds_end_with_reasons ON hold AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'active')
    WITH CHECK (CASE status
        WHEN 'active' THEN released_at IS NULL AND released_by IS NULL AND release_reason IS NULL
        WHEN 'released' THEN released_by <> 'portal' AND release_reason IS NOT NULL
            AND NOT (invoice_id IS NULL AND kind = 'plan' AND EXISTS (
                SELECT FROM plan
                WHERE plan.practice_id = hold.practice_id AND plan.account_id = hold.account_id
                    AND plan.status IN ('proposed', 'offered', 'active', 'paused')
            ))
            AND NOT (invoice_id IS NULL AND kind = 'aid' AND EXISTS (
                SELECT FROM aid_request AS request
                WHERE request.practice_id = hold.practice_id
                    AND request.account_id = hold.account_id
                    AND request.status IN ('asked', 'documents')
            ))
        ELSE false
    END);
CREATE POLICY only_notices_in_doubt ON notice AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status IN ('in_doubt', 'failed'))
    WITH CHECK (EXISTS (
        SELECT FROM notice AS was
        WHERE was.practice_id = notice.practice_id AND was.id = notice.id
            AND (notice.link_id IS NULL OR notice.link_id = was.link_id)
            AND (
                was.status = 'in_doubt' AND notice.status IN ('sent', 'failed')
                OR was.status = 'failed' AND notice.status = 'failed'
                    AND notice.outcome_at = was.outcome_at
            )
    ));
CREATE POLICY only_work_that_arises ON task AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        kind IN (
            'no_way_to_write', 'order_to_agree', 'refund_to_hand', 'refund_declined',
            'plan_pause_over', 'ladder_formal_notice', 'ladder_letter_send', 'ladder_letter_call',
            'erasure_asked', 'pause_to_end'
        )
        AND status = 'open' AND closed_at IS NULL AND closed_by IS NULL
        AND comes_on = due_on AND later_by IS NULL
    );
-- Work is done, or put off to a day of the next sixty with a reason and a name, not beyond a bank's day; or
-- stands at its promised day again.
CREATE POLICY work_is_done ON task AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'open')
    WITH CHECK (CASE status
        WHEN 'done' THEN closed_at IS NOT NULL AND closed_by <> 'portal'
        WHEN 'open' THEN closed_at IS NULL AND closed_by IS NULL AND CASE
            WHEN later_by IS NULL THEN
                comes_on = due_on AND later_reason IS NULL AND later_at IS NULL
            ELSE later_by <> 'portal' AND later_reason IS NOT NULL
                AND later_at BETWEEN ardoise_clock() - interval '5 minutes'
                    AND ardoise_clock() + interval '5 minutes'
                AND comes_on <= (later_at AT TIME ZONE 'UTC')::date + 61
                AND (kind <> 'card_disputed' OR comes_on <= due_on)
        END
        ELSE false
    END);

-- Staff ask for something to be done with money, and the worker does it. Money that leaves waits for a
-- second person in charge above what one alone may give back: of a payment, in a day, and within thirty days
-- of money that the same person noted at the desk (shared/orders/rules.py); for a day where there is none.

-- Whether an active member has a permission that a rule below asks for, by a role that everybody has (as in
-- shared/staff/rules.py) or by one of the practice's own.
CREATE OR REPLACE FUNCTION ardoise_may(of_practice integer, who uuid, wanted text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM staff_membership AS member
        JOIN staff_user ON staff_user.id = member.user_id
        LEFT JOIN staff_role AS own
            ON own.practice_id = member.practice_id AND own.slug = member.role
        WHERE member.practice_id = of_practice AND member.user_id = who
            AND staff_user.status = 'active' AND member.status = 'active'
            AND (
                member.role = ANY (CASE wanted
                    WHEN 'refunds.write' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'debts.forgive' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'payments.desk' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'messages.write' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'aid.decide' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'imports.write' THEN ARRAY['secretary', 'manager', 'owner']
                    WHEN 'imports.manage' THEN ARRAY['manager', 'owner']
                    WHEN 'refunds.approve' THEN ARRAY['manager', 'owner']
                    WHEN 'messages.canned' THEN ARRAY['manager', 'owner']
                    WHEN 'ladder.approve' THEN ARRAY['manager', 'owner']
                    WHEN 'ladder.policy' THEN ARRAY['manager', 'owner']
                    WHEN 'details.read' THEN ARRAY['manager', 'owner']
                    WHEN 'privacy.export' THEN ARRAY['manager', 'owner']
                    WHEN 'privacy.erase' THEN ARRAY['manager', 'owner']
                    WHEN 'roles.manage' THEN ARRAY['owner']
                    WHEN 'settings.write' THEN ARRAY['owner']
                END)
                OR wanted NOT IN ('roles.manage', 'settings.write')
                    AND jsonb_exists(own.permissions::jsonb, wanted)
            )
    )
$$;

-- What one alone may give back, in cents: a limit that was raised counts a day later. Each change of it is
-- told with what it was, by the rule on settings below.
CREATE OR REPLACE FUNCTION ardoise_four_eyes(of_practice integer, at timestamptz) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT least(practice.four_eyes_cents, (
        SELECT min((event.facts::jsonb #>> '{changes,four_eyes_cents,0}')::bigint)
        FROM timeline_event AS event
        WHERE event.practice_id = of_practice AND event.account_id IS NULL
            AND event.at > ardoise_four_eyes.at - interval '24 hours'
            AND event.kind = 'practice.settings'
    ))
    FROM practice WHERE practice.id = of_practice
$$;

-- What counts with an order that is asked for, in cents. It looks anew for each row, so that it sees those of
-- the same statement, and one at a time for each person, so that it sees what another connection asks. In a
-- transaction that keeps to an older view of the database it would not, so that such a one is refused.
-- ``debtor`` is whose debt is given up, of such an order alone.
DROP FUNCTION IF EXISTS ardoise_on_one_word(integer, uuid, uuid, uuid, timestamptz);
CREATE OR REPLACE FUNCTION ardoise_on_one_word(
    of_practice integer, asker uuid, payment uuid, stray uuid, debtor uuid, at timestamptz
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_payment bigint;
    of_day bigint;
    of_own bigint;
    of_account bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE insufficient_privilege USING MESSAGE =
            'refunds and debts given up are asked for in a transaction at READ COMMITTED, so that each counts those before';
    END IF;
    PERFORM FROM staff_user WHERE id = asker FOR NO KEY UPDATE;
    SELECT
        coalesce(sum(before.amount_cents) FILTER (
            WHERE before.payment_id = payment OR before.stray_id = stray
        ), 0),
        coalesce(sum(before.amount_cents) FILTER (
            WHERE before.asked_by = asker
                AND before.asked_at > at - interval '24 hours'
        ), 0),
        coalesce(sum(before.amount_cents) FILTER (
            WHERE before.asked_by = asker
                AND before.asked_at > at - interval '30 days'
                AND EXISTS (
                    SELECT FROM money_order AS came
                    WHERE came.practice_id = before.practice_id AND came.kind = 'receive'
                        AND came.payment_id = before.payment_id
                        AND came.asked_by = asker
                )
        ), 0),
        coalesce(sum(before.amount_cents) FILTER (
            WHERE before.kind = 'forgive' AND before.account_id = debtor
                AND before.asked_at > at - interval '365 days'
        ), 0)
    INTO of_payment, of_day, of_own, of_account
    FROM money_order AS before
    WHERE before.practice_id = of_practice AND before.kind IN ('refund', 'forgive')
        AND before.status IN ('approved', 'sent', 'done')
        AND before.decided_by IS NULL AND NOT before.alone
        AND (
            before.payment_id = payment OR before.stray_id = stray
            OR before.asked_by = asker OR before.account_id = debtor
        );
    IF NOT EXISTS (
        SELECT FROM money_order AS came
        WHERE came.practice_id = of_practice AND came.kind = 'receive'
            AND came.payment_id = payment AND came.asked_by = asker
    ) THEN
        of_own := 0;
    END IF;
    RETURN greatest(of_payment, of_day, of_own, of_account);
END $$;

CREATE POLICY orders_are_asked ON money_order AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status IN ('waiting', 'agreed', 'approved') AND tries = 0 AND not_before >= asked_at
        AND asked_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND decided_by IS NULL AND decided_name IS NULL AND decided_at IS NULL
        AND sent_at IS NULL AND tried_at IS NULL AND ended_at IS NULL AND outcome IS NULL
        AND handed_by IS NULL AND handed_name IS NULL AND handed_at IS NULL
        AND dropped_by IS NULL AND dropped_name IS NULL AND why IS NULL
        AND ardoise_may(
            practice_id, asked_by,
            CASE kind WHEN 'refund' THEN 'refunds.write' WHEN 'forgive' THEN 'debts.forgive' ELSE 'payments.desk' END
        )
        AND (kind NOT IN ('refund', 'receive', 'forgive') OR amount_cents > 0)
        -- A debt is given up of an account that owes so much, and no money moves.
        AND (kind <> 'forgive' OR payment_id IS NULL AND stray_id IS NULL AND method IS NULL
            AND reason IN ('aid', 'goodwill', 'error', 'uncollectable', 'estate') AND EXISTS (
                SELECT FROM account
                WHERE account.practice_id = money_order.practice_id
                    AND account.id = money_order.account_id
                    AND account.balance_cents >= money_order.amount_cents
            )
        )
        -- As much, and of such days, as the form takes.
        AND (kind <> 'receive' OR amount_cents <= 1000000
            AND payment_id IS NULL AND stray_id IS NULL
            AND method IS NOT NULL AND received_on IS NOT NULL AND EXISTS (
                SELECT FROM practice
                WHERE practice.id = money_order.practice_id
                    AND money_order.received_on BETWEEN greatest(
                        practice.started_on,
                        (money_order.asked_at AT TIME ZONE practice.timezone)::date - 365
                    ) AND (money_order.asked_at AT TIME ZONE practice.timezone)::date
            )
        )
        AND (kind NOT IN ('refund', 'forgive') OR limit_cents = ardoise_four_eyes(practice_id, asked_at))
        -- What came at the desk goes back by hand, and nothing else does.
        AND (kind <> 'refund' OR (method IS NOT NULL) = EXISTS (
            SELECT FROM payment
            WHERE payment.practice_id = money_order.practice_id
                AND payment.id = money_order.payment_id
                AND payment.method IN ('cash', 'cheque', 'terminal', 'transfer')
        ))
        -- By hand, what waits its day is handed over after that.
        AND (status = 'agreed') = (kind = 'refund' AND alone AND method IS NOT NULL AND status <> 'waiting')
        AND (
            kind NOT IN ('refund', 'forgive') OR status = 'waiting'
            OR alone AND not_before >= asked_at + interval '24 hours'
            AND ardoise_may(practice_id, asked_by, 'refunds.approve')
            AND NOT EXISTS (
                SELECT FROM staff_membership AS member
                WHERE member.practice_id = money_order.practice_id
                    AND member.user_id <> money_order.asked_by
                    AND ardoise_may(member.practice_id, member.user_id, 'refunds.approve')
            )
            OR NOT alone AND amount_cents + ardoise_on_one_word(
                practice_id, asked_by, payment_id, stray_id,
                CASE kind WHEN 'forgive' THEN account_id END, asked_at
            ) <= limit_cents
        )
    );
-- A colleague in charge agrees or declines, whoever asked withdraws; where it waits a day because nobody else
-- could agree, whoever may ask for the same may stop it. What goes back by hand waits, agreed to,
-- until somebody says now that it was handed over, which nothing takes back; or that it was not, and won't be.
CREATE POLICY orders_are_decided ON money_order AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status IN ('waiting', 'agreed', 'approved') AND handed_at IS NULL)
    WITH CHECK (
        (status IN ('declined', 'withdrawn')) = (ended_at IS NOT NULL)
        AND (why IS NULL OR ended_at IS NOT NULL)
        AND EXISTS (
            SELECT FROM money_order AS was
            WHERE was.practice_id = money_order.practice_id AND was.id = money_order.id
                AND CASE
                    WHEN was.status = 'agreed' THEN
                        (was.decided_by, was.decided_name, was.decided_at)
                            IS NOT DISTINCT FROM (
                                money_order.decided_by, money_order.decided_name,
                                money_order.decided_at
                            )
                        AND CASE money_order.status
                            WHEN 'approved' THEN
                                money_order.dropped_by IS NULL AND money_order.dropped_name IS NULL
                                AND money_order.handed_name IS NOT NULL
                                AND money_order.handed_at >= was.not_before
                                AND money_order.handed_at >= coalesce(was.decided_at, was.asked_at)
                                AND money_order.handed_at BETWEEN ardoise_clock() - interval '5 minutes'
                                    AND ardoise_clock() + interval '5 minutes'
                                AND ardoise_may(was.practice_id, money_order.handed_by, 'refunds.write')
                                AND (
                                    was.decided_by IS NOT NULL
                                    OR ardoise_may(was.practice_id, was.asked_by, 'refunds.write')
                                )
                            WHEN 'withdrawn' THEN
                                money_order.dropped_by = was.asked_by
                                AND money_order.dropped_name IS NOT NULL
                                AND money_order.why IS NOT NULL
                            WHEN 'declined' THEN
                                money_order.dropped_by <> was.asked_by
                                AND money_order.dropped_name IS NOT NULL
                                AND money_order.why IS NOT NULL
                                AND ardoise_may(was.practice_id, money_order.dropped_by, 'refunds.write')
                            ELSE false
                        END
                    ELSE
                        money_order.decided_by IS NOT NULL AND money_order.decided_name IS NOT NULL
                        AND money_order.decided_at IS NOT NULL
                        AND money_order.dropped_by IS NULL AND money_order.dropped_name IS NULL
                        AND CASE money_order.status
                            WHEN 'withdrawn' THEN money_order.decided_by = was.asked_by
                            WHEN 'approved' THEN was.status = 'waiting' AND was.method IS NULL
                            WHEN 'agreed' THEN was.status = 'waiting' AND was.method IS NOT NULL
                            WHEN 'declined' THEN was.status = 'waiting' OR was.alone
                            ELSE false
                        END
                        AND (
                            money_order.status = 'withdrawn'
                            OR money_order.decided_by <> was.asked_by AND ardoise_may(
                                was.practice_id, money_order.decided_by,
                                CASE WHEN money_order.status <> 'declined' OR NOT was.alone THEN 'refunds.approve'
                                    WHEN was.kind = 'forgive' THEN 'debts.forgive' ELSE 'refunds.write' END
                            )
                        )
                END
                AND (money_order.handed_at IS NOT NULL) =
                    (was.status = 'agreed' AND money_order.status = 'approved')
                AND (money_order.handed_at IS NOT NULL OR (
                    money_order.handed_by IS NULL AND money_order.handed_name IS NULL
                ))
        )
    );

-- Staff answer and close; only a patient's words have a thread wait for us again, and what was merged stays
-- so. A thread is given to who may answer, and waits for its patient only once it is answered.
CREATE POLICY threads_answered ON thread AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (
        (status = 'merged') = (merged_into IS NOT NULL)
        AND (assigned_to IS NULL) = (assigned_name IS NULL)
        AND EXISTS (
            SELECT FROM thread AS was
            WHERE was.practice_id = thread.practice_id AND was.id = thread.id
                AND thread.status IN (was.status, 'answered', 'closed', 'merged')
                AND (was.status <> 'merged' OR thread.status = 'merged')
                AND (thread.assigned_to IS NOT DISTINCT FROM was.assigned_to
                    OR thread.assigned_to IS NULL
                    OR ardoise_may(thread.practice_id, thread.assigned_to, 'messages.write'))
                AND (thread.awaits_until IS NULL OR thread.status = 'answered'
                    OR thread.awaits_until = was.awaits_until)
        )
        -- Into a thread of the same account that lives; neither is about help, which has a page of its own.
        AND (merged_into IS NULL OR subject <> 'aid' AND EXISTS (
            SELECT FROM thread AS home
            WHERE home.practice_id = thread.practice_id AND home.id = thread.merged_into
                AND home.account_id = thread.account_id AND home.id <> thread.id
                AND home.subject <> 'aid'
                AND (home.status <> 'merged' OR home.merged_into IS NOT NULL)
        ))
    );
CREATE POLICY words_of_staff ON message AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (side = 'staff' AND author <> 'portal' AND read_at IS NULL AND EXISTS (
        SELECT FROM thread
        WHERE thread.practice_id = message.practice_id AND thread.id = message.thread_id
            AND thread.account_id = message.account_id AND thread.status <> 'merged'
    ));
-- A patient's words are read, once; and what was written moves along with the thread that was merged.
CREATE POLICY words_are_read_or_move ON message AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM message AS was
        WHERE was.practice_id = message.practice_id AND was.id = message.id
            AND CASE
                WHEN message.thread_id = was.thread_id THEN
                    was.side = 'patient' AND was.read_at IS NULL AND message.read_at IS NOT NULL
                ELSE
                    message.read_at IS NOT DISTINCT FROM was.read_at AND EXISTS (
                        SELECT FROM thread AS gone
                        WHERE gone.practice_id = was.practice_id AND gone.id = was.thread_id
                            AND gone.account_id = was.account_id
                            AND gone.merged_into = message.thread_id
                    )
            END
    ));
-- Help is decided, and documents are asked for, by somebody who may decide: answering is not enough.
CREATE POLICY help_is_decided ON aid_request AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status IN ('asked', 'documents'))
    WITH CHECK (
        ardoise_may(practice_id, decided_by, 'aid.decide') AND (
            status IN ('granted', 'declined') AND decided_at IS NOT NULL
            OR status = 'documents' AND decided_at IS NULL
        )
    );

-- A proposal is accepted, declined or answered by an offer, a plan that runs is paused, goes on or ends, its
-- dates are put off; what the patient asked is answered, never asked in their place.
CREATE POLICY plans_are_decided ON plan AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status IN ('proposed', 'offered', 'active', 'paused') OR closed_at IS NULL)
    WITH CHECK (EXISTS (
        SELECT FROM plan AS was
        WHERE was.practice_id = plan.practice_id AND was.id = plan.id
            AND (
                (was.asked, was.asked_at) IS NOT DISTINCT FROM (plan.asked, plan.asked_at)
                OR plan.asked IS NULL AND plan.asked_at IS NULL
            )
            AND (
                plan.closed_at IS NOT DISTINCT FROM was.closed_at
                OR was.closed_at IS NULL AND plan.status IN ('declined', 'replaced', 'ended', 'withdrawn')
            )
            AND (
                plan.status = was.status
                OR (was.status, plan.status) IN (
                    ('proposed', 'active'), ('proposed', 'declined'),
                    ('proposed', 'replaced'), ('offered', 'replaced'), ('offered', 'withdrawn'),
                    ('active', 'paused'), ('paused', 'active'),
                    ('active', 'ended'), ('paused', 'ended')
                )
            )
    ));
CREATE POLICY dates_are_put_off ON instalment AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (
        EXISTS (
            SELECT FROM plan
            WHERE plan.practice_id = instalment.practice_id AND plan.id = instalment.plan_id
                AND plan.status = 'active'
        )
        AND EXISTS (
            SELECT FROM instalment AS was
            WHERE was.practice_id = instalment.practice_id AND was.id = instalment.id
                AND instalment.due_on > was.due_on AND instalment.moves = was.moves + 1
        )
    );

-- Settings and roles of a practice's own: nothing of them changes that was not told, within these minutes and
-- with the very values before and after; what was told stays. What is set stays within the practice's bounds
-- (shared/accounts/practice_rules.py), and no role of one's own holds what is the owner's.
GRANT UPDATE (
    sender, sms_sender, phone, opening_hours, postal_address, siren, vat_mention, timezone,
    iban, bic, account_holder, cheque_order, desk_takes,
    link_days, minimum_payment_cents, answer_days, pause_days, granted_pause_days,
    aid_documents_days, source_fresh_days,
    plan_minimum_cents, plan_most_months, plan_instant_cents, plan_first_now, card_plans, bank_debit,
    credit_by_itself, four_eyes_cents, asks_more, keeps_lines
) ON practice TO ardoise_backoffice;
CREATE POLICY own_settings ON practice FOR UPDATE TO ardoise_backoffice
    USING (id = nullif(current_setting('ardoise.practice', true), '')::integer)
    WITH CHECK (
        id = nullif(current_setting('ardoise.practice', true), '')::integer
        AND link_days BETWEEN 1 AND 60
        AND minimum_payment_cents BETWEEN 50 AND 1000000
        AND answer_days BETWEEN 1 AND 30
        AND pause_days BETWEEN 1 AND 366
        AND granted_pause_days BETWEEN 1 AND 366
        AND aid_documents_days BETWEEN 0 AND 90
        AND source_fresh_days BETWEEN 1 AND 60
        AND plan_minimum_cents BETWEEN 50 AND 1000000
        AND plan_most_months BETWEEN 1 AND 60
        AND plan_instant_cents BETWEEN 0 AND 10000000
        AND four_eyes_cents BETWEEN 0 AND 10000000
        AND NOT EXISTS (
            SELECT FROM practice AS was, jsonb_each(to_jsonb(practice)) AS here
            WHERE was.id = practice.id
                AND here.value IS DISTINCT FROM to_jsonb(was) -> here.key
                AND NOT EXISTS (
                    SELECT FROM timeline_event AS told
                    WHERE told.practice_id = was.id AND told.account_id IS NULL
                        AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                            AND ardoise_clock() + interval '5 minutes'
                        AND told.kind = 'practice.settings' AND told.actor_kind = 'staff'
                        AND told.facts::jsonb #> ARRAY['changes', here.key]
                            = jsonb_build_array(to_jsonb(was) -> here.key, here.value)
                )
        )
    );

CREATE OR REPLACE FUNCTION ardoise_role_told(
    of_practice integer, role uuid, title text, permissions jsonb, as_kinds text[]
) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM timeline_event AS told
        WHERE told.practice_id = of_practice AND told.account_id IS NULL
            AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                AND ardoise_clock() + interval '5 minutes'
            AND told.kind = ANY (as_kinds) AND told.actor_kind = 'staff'
            AND told.facts::jsonb ->> 'id' = role::text
            AND told.facts::jsonb ->> 'title' = ardoise_role_told.title
            AND (ardoise_role_told.permissions IS NULL
                OR told.facts::jsonb -> 'permissions' = ardoise_role_told.permissions)
    )
$$;
GRANT INSERT, DELETE ON staff_role TO ardoise_backoffice;
GRANT UPDATE (title, permissions, version, changed_at, changed_by, changed_name) ON staff_role
    TO ardoise_backoffice;
CREATE POLICY roles_are_made ON staff_role AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        slug LIKE 'own-%' AND version = 1
        AND NOT jsonb_exists_any(permissions::jsonb, ARRAY['settings.write', 'roles.manage'])
        AND ardoise_may(practice_id, changed_by, 'roles.manage')
        AND ardoise_role_told(practice_id, id, title, permissions::jsonb, ARRAY['staff_role.made'])
    );
CREATE POLICY roles_are_changed ON staff_role AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (
        NOT jsonb_exists_any(permissions::jsonb, ARRAY['settings.write', 'roles.manage'])
        AND ardoise_may(practice_id, changed_by, 'roles.manage')
        AND ardoise_role_told(practice_id, id, title, permissions::jsonb, ARRAY['staff_role.changed'])
        AND EXISTS (
            SELECT FROM staff_role AS was
            WHERE was.practice_id = staff_role.practice_id AND was.id = staff_role.id
                AND staff_role.version = was.version + 1
        )
    );
CREATE POLICY roles_end_unused ON staff_role AS RESTRICTIVE FOR DELETE TO ardoise_backoffice
    USING (
        NOT EXISTS (
            SELECT FROM staff_membership AS member
            WHERE member.practice_id = staff_role.practice_id AND member.role = staff_role.slug
        )
        AND ardoise_role_told(practice_id, id, title, NULL, ARRAY['staff_role.deleted'])
    );

-- « Accords et aides »: what an order gives up of each invoice is named with the order, for invoices of its
-- account and no more than is open; the worker does nothing where it does not add up to the order's sum.
CREATE POLICY shares_of_new_orders ON money_order_share AS RESTRICTIVE FOR INSERT
    TO ardoise_backoffice
    WITH CHECK (EXISTS (
        SELECT FROM money_order AS asked
        JOIN invoice ON invoice.practice_id = asked.practice_id
            AND invoice.account_id = asked.account_id
        WHERE asked.practice_id = money_order_share.practice_id
            AND asked.id = money_order_share.order_id AND asked.kind = 'forgive'
            AND asked.status IN ('waiting', 'approved') AND asked.decided_at IS NULL
            AND asked.asked_at BETWEEN ardoise_clock() - interval '5 minutes'
                AND ardoise_clock() + interval '5 minutes'
            AND invoice.id = money_order_share.invoice_id
            AND money_order_share.amount_cents BETWEEN 1 AND invoice.open_cents
    ));
-- An offer of staff has no words yet and binds nobody: the patient agrees to it in the portal, or does not.
CREATE POLICY plans_only_offered ON plan AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'offered' AND made_by = 'staff' AND text_version IS NULL AND text_hash IS NULL
        AND agreed_text IS NULL AND agreed_language IS NULL AND agreed_at IS NULL
        AND asked IS NULL AND asked_at IS NULL AND closed_at IS NULL
        AND (replaces_id IS NULL OR EXISTS (
            SELECT FROM plan AS former
            WHERE former.practice_id = plan.practice_id AND former.id = plan.replaces_id
                AND former.account_id = plan.account_id
        ))
    );
CREATE POLICY covers_of_new_offers ON plan_invoice AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (EXISTS (
        SELECT FROM plan
        JOIN invoice ON invoice.practice_id = plan.practice_id
            AND invoice.account_id = plan.account_id
        WHERE plan.practice_id = plan_invoice.practice_id AND plan.id = plan_invoice.plan_id
            AND plan.status = 'offered' AND plan.made_by = 'staff' AND plan.agreed_at IS NULL
            AND invoice.id = plan_invoice.invoice_id
            AND plan_invoice.amount_cents BETWEEN 1 AND invoice.open_cents
    ));
CREATE POLICY dates_of_new_offers ON instalment AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (amount_cents > 0 AND due_on = agreed_on AND moves = 0 AND EXISTS (
        SELECT FROM plan
        WHERE plan.practice_id = instalment.practice_id AND plan.id = instalment.plan_id
            AND plan.status = 'offered' AND plan.made_by = 'staff' AND plan.agreed_at IS NULL
    ));
-- Words about an agreement begin a conversation of their own, which they answer at once.
CREATE POLICY threads_of_plans ON thread AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        subject = 'plan' AND status = 'waiting' AND answer_id IS NULL AND answered_at IS NULL
        AND NOT patient_unread AND NOT keeps_hold
    );

-- Who comes in. What people sign in with, and who is in a practice, the back-office writes only beside an
-- event on the timeline that names the person, of these five minutes by the database's clock: it can't take
-- one away, so that nothing of this is done without a trace. Rows of a person are of no practice.

GRANT SELECT, INSERT ON staff_passkey, recovery_code, staff_link TO ardoise_backoffice;
GRANT INSERT ON staff_user, staff_membership TO ardoise_backoffice;
GRANT UPDATE (password_hash, totp_secret) ON staff_user TO ardoise_backoffice;
GRANT UPDATE (role, status, seen_at) ON staff_membership TO ardoise_backoffice;
GRANT UPDATE (sign_count, used_at, asked_at) ON staff_passkey TO ardoise_backoffice;
GRANT UPDATE (used_at) ON recovery_code TO ardoise_backoffice;
GRANT UPDATE (status, moved_at) ON staff_link TO ardoise_backoffice;
GRANT DELETE ON staff_passkey, recovery_code TO ardoise_backoffice;

ALTER TABLE staff_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_passkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION ardoise_told(who uuid, VARIADIC kinds text[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM timeline_event AS told
        WHERE told.practice_id = nullif(current_setting('ardoise.practice', true), '')::integer
            AND told.account_id IS NULL AND told.actor_kind = 'staff'
            AND told.kind = ANY (kinds) AND told.facts ->> 'user' = who::text
            AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                AND ardoise_clock() + interval '5 minutes'
    )
$$;

CREATE OR REPLACE FUNCTION ardoise_owns(of_practice integer, who uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM staff_membership AS member
        JOIN staff_user ON staff_user.id = member.user_id
        WHERE member.practice_id = of_practice AND member.user_id = who AND member.role = 'owner'
            AND staff_user.status = 'active' AND member.status = 'active'
    )
$$;

-- A link is made by an owner who can come in, for somebody else, and is over once. It is followed as long as
-- whoever made it is one still; those of the command line are nobody's.
CREATE POLICY links_of_owners ON staff_link AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'open' AND moved_at IS NULL AND made_by <> user_id AND purpose <> 'forgotten'
        AND ends_at <= ardoise_clock() + interval '72 hours 5 minutes'
        AND (purpose = 'invite') = (role IS NOT NULL)
        AND ardoise_told(user_id, 'staff_link.made')
        AND ardoise_owns(practice_id, made_by)
    );
CREATE POLICY staff_links_end ON staff_link AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'open')
    WITH CHECK (
        status IN ('used', 'revoked') AND moved_at IS NOT NULL
        AND ardoise_told(user_id, 'staff_link.use', 'staff_link.revoke')
        AND (status = 'revoked' OR made_by IS NULL OR ardoise_owns(practice_id, made_by))
    );

-- A person begins behind an invitation that was just used, without any factor yet.
CREATE POLICY every_person ON staff_user FOR SELECT TO ardoise_backoffice USING (true);
CREATE POLICY persons_are_invited ON staff_user FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'active' AND totp_secret = ''::bytea AND ardoise_told(id, 'staff.added')
        AND EXISTS (
            SELECT FROM staff_link AS link
            WHERE link.user_id = staff_user.id AND link.email = staff_user.email
                AND link.purpose = 'invite' AND link.status = 'used'
                AND link.moved_at > ardoise_clock() - interval '5 minutes'
        )
    );
CREATE POLICY credentials_leave_a_trace ON staff_user FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM staff_user AS was
        WHERE was.id = staff_user.id
            AND (
                was.password_hash = staff_user.password_hash
                OR ardoise_told(was.id, 'staff.password_changed')
            )
            AND (
                was.totp_secret = staff_user.totp_secret
                OR ardoise_told(was.id, 'staff.totp_set', 'staff.totp_removed', 'staff.factors_reset')
            )
    ));

-- A member joins by an invitation of this practice, with its role; a practice keeps an owner.
CREATE POLICY every_membership ON staff_membership FOR SELECT TO ardoise_backoffice USING (true);
CREATE POLICY members_are_invited ON staff_membership FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'active' AND ardoise_told(user_id, 'staff.added') AND EXISTS (
            SELECT FROM staff_link AS link
            JOIN staff_user ON staff_user.email = link.email
            WHERE link.practice_id = staff_membership.practice_id
                AND staff_user.id = staff_membership.user_id
                AND link.role = staff_membership.role
                AND link.purpose = 'invite' AND link.status = 'used'
                AND link.moved_at > ardoise_clock() - interval '5 minutes'
                AND (link.made_by IS NULL OR ardoise_owns(link.practice_id, link.made_by))
        )
    );
CREATE POLICY an_owner_stays ON staff_membership FOR UPDATE TO ardoise_backoffice
    USING (practice_id = nullif(current_setting('ardoise.practice', true), '')::integer)
    WITH CHECK (EXISTS (
        SELECT FROM staff_membership AS was
        WHERE was.practice_id = staff_membership.practice_id
            AND was.user_id = staff_membership.user_id
            AND (
                (was.role, was.status) = (staff_membership.role, staff_membership.status)
                OR ardoise_told(
                    was.user_id, 'staff.role_changed', 'staff_membership.suspend',
                    'staff_membership.restore'
                ) AND EXISTS (
                    SELECT FROM staff_membership AS member
                    JOIN staff_user ON staff_user.id = member.user_id
                    WHERE member.practice_id = was.practice_id AND member.user_id <> was.user_id
                        AND member.role = 'owner'
                        AND staff_user.status = 'active' AND member.status = 'active'
                )
            )
    ));

CREATE POLICY every_passkey ON staff_passkey FOR SELECT TO ardoise_backoffice USING (true);
CREATE POLICY passkeys_are_told ON staff_passkey FOR INSERT TO ardoise_backoffice
    WITH CHECK (used_at IS NULL AND ardoise_told(user_id, 'staff.passkey_added'));
CREATE POLICY passkeys_count_on ON staff_passkey FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM staff_passkey AS was
        WHERE was.id = staff_passkey.id AND staff_passkey.sign_count >= was.sign_count
            AND staff_passkey.asked_at > coalesce(was.asked_at, '-infinity')
    ));
CREATE POLICY passkeys_go_told ON staff_passkey FOR DELETE TO ardoise_backoffice
    USING (ardoise_told(user_id, 'staff.passkey_removed', 'staff.factors_reset'));

CREATE POLICY every_recovery_code ON recovery_code FOR SELECT TO ardoise_backoffice USING (true);
CREATE POLICY codes_are_told ON recovery_code FOR INSERT TO ardoise_backoffice
    WITH CHECK (used_at IS NULL AND ardoise_told(user_id, 'staff.codes_drawn'));
CREATE POLICY codes_are_used_once ON recovery_code FOR UPDATE TO ardoise_backoffice
    USING (used_at IS NULL)
    WITH CHECK (used_at IS NOT NULL AND ardoise_told(user_id, 'staff.recovery_used'));
CREATE POLICY codes_go_told ON recovery_code FOR DELETE TO ardoise_backoffice
    USING (ardoise_told(user_id, 'staff.codes_drawn', 'staff.factors_reset'));

-- The inbox. Whoever is at work: a member who may answer, with a session that has not run out. What staff
-- note for each other they note as themselves, where they are and what they have opened they say of
-- themselves, and ready-made answers are written by who is in charge of them. The portal has none of this.
CREATE OR REPLACE FUNCTION ardoise_is_at_desk(of_practice integer, who uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT ardoise_may(of_practice, who, 'messages.write') AND EXISTS (
        SELECT FROM staff_session
        WHERE staff_session.practice_id = of_practice AND staff_session.user_id = who
            AND staff_session.ends_at > ardoise_clock()
            AND staff_session.seen_at > ardoise_clock() - interval '25 minutes'
    )
$$;

GRANT SELECT ON thread_note, thread_promise, thread_seen, thread_presence, canned_answer
    TO ardoise_backoffice;
GRANT INSERT ON thread_note, thread_promise, thread_seen, thread_presence, canned_answer
    TO ardoise_backoffice;
GRANT UPDATE (assigned_to, assigned_name, assigned_by, assigned_at, awaits_until, merged_into)
    ON thread TO ardoise_backoffice;
GRANT UPDATE (thread_id) ON message TO ardoise_backoffice;
GRANT UPDATE (thread_id) ON thread_note TO ardoise_backoffice;
GRANT UPDATE (message_id, at) ON thread_seen TO ardoise_backoffice;
GRANT UPDATE (thread_id, name, at) ON thread_presence TO ardoise_backoffice;
GRANT UPDATE (title, body, changed_by, changed_name, changed_at, removed_at) ON canned_answer
    TO ardoise_backoffice;
GRANT DELETE ON thread_presence TO ardoise_backoffice;

CREATE POLICY notes_as_oneself ON thread_note AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        ardoise_is_at_desk(practice_id, author_id)
        AND author = (SELECT staff_user.name FROM staff_user WHERE staff_user.id = author_id)
        AND EXISTS (
            SELECT FROM thread
            WHERE thread.practice_id = thread_note.practice_id AND thread.id = thread_note.thread_id
                AND thread.account_id = thread_note.account_id AND thread.status <> 'merged'
        )
    );
CREATE POLICY notes_move_along ON thread_note AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM thread_note AS was
        JOIN thread AS gone ON gone.practice_id = was.practice_id AND gone.id = was.thread_id
        WHERE was.practice_id = thread_note.practice_id AND was.id = thread_note.id
            AND gone.account_id = was.account_id AND gone.merged_into = thread_note.thread_id
    ));
-- How a promise ended is told as the thread has it, once it waits no more.
CREATE POLICY promises_as_they_were ON thread_promise AS RESTRICTIVE FOR INSERT
    TO ardoise_backoffice
    WITH CHECK (
        ended_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND EXISTS (
            SELECT FROM thread
            JOIN practice ON practice.id = thread.practice_id
            WHERE thread.practice_id = thread_promise.practice_id
                AND thread.id = thread_promise.thread_id
                AND thread.account_id = thread_promise.account_id
                AND thread.answer_by = thread_promise.answer_by
                AND thread_promise.kept = (
                    (thread_promise.ended_at AT TIME ZONE practice.timezone)::date
                        <= thread.answer_by
                )
        )
    );
CREATE POLICY seen_by_oneself ON thread_seen AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (ardoise_is_at_desk(practice_id, user_id));
CREATE POLICY seen_again_by_oneself ON thread_seen AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (ardoise_is_at_desk(practice_id, user_id));
CREATE POLICY present_as_oneself ON thread_presence AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        ardoise_is_at_desk(practice_id, user_id)
        AND name = (SELECT staff_user.name FROM staff_user WHERE staff_user.id = user_id)
    );
CREATE POLICY present_elsewhere ON thread_presence AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (ardoise_is_at_desk(practice_id, user_id))
    WITH CHECK (name = (SELECT staff_user.name FROM staff_user WHERE staff_user.id = user_id));
CREATE POLICY leaves_by_oneself ON thread_presence AS RESTRICTIVE FOR DELETE TO ardoise_backoffice
    USING (ardoise_is_at_desk(practice_id, user_id));
CREATE POLICY answers_by_who_may ON canned_answer AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        removed_at IS NULL AND ardoise_is_at_desk(practice_id, changed_by)
        AND ardoise_may(practice_id, changed_by, 'messages.canned')
    );
CREATE POLICY answers_changed_by_who_may ON canned_answer AS RESTRICTIVE FOR UPDATE
    TO ardoise_backoffice
    USING (removed_at IS NULL)
    WITH CHECK (
        ardoise_is_at_desk(practice_id, changed_by)
        AND ardoise_may(practice_id, changed_by, 'messages.canned')
    );

-- Details: whoever may, says why and reads the lines of one account for a quarter of an hour.
GRANT SELECT, INSERT ON detail_grant TO ardoise_backoffice;
GRANT SELECT, INSERT ON detail_access TO ardoise_backoffice;
CREATE POLICY details_with_reasons ON detail_grant AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        reason <> '' AND ends_at <= opened_at + interval '15 minutes'
        AND opened_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND ardoise_may(practice_id, user_id, 'details.read') AND EXISTS (
            SELECT FROM staff_membership AS member
            WHERE member.practice_id = detail_grant.practice_id
                AND member.user_id = detail_grant.user_id AND member.role = detail_grant.role
        )
    );
CREATE POLICY looks_as_granted ON detail_access AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (by = 'staff' AND EXISTS (
        SELECT FROM detail_grant AS allowed
        WHERE allowed.practice_id = detail_access.practice_id
            AND allowed.account_id = detail_access.account_id
            AND allowed.role = detail_access.role AND allowed.reason = detail_access.reason
            AND allowed.opened_at = detail_access.at
    ));

-- The ladder's board: staff hold a night, act on many accounts, decide on formal notices, and publish the
-- policy; what is counted, sent and decided at night is the worker's. The portal reads by which steps an
-- account goes, and whether a day is decided.
GRANT SELECT (practice_id, account_id, segment) ON ladder_segment TO ardoise_portal;
GRANT SELECT (practice_id, day) ON ladder_night TO ardoise_portal;
GRANT SELECT (practice_id, id, as_of) ON source TO ardoise_backoffice;
GRANT SELECT ON
    ladder_night, ladder_policy, ladder_draft, ladder_segment, ladder_total, ladder_quiet, ladder_letter,
    ladder_bulk, ladder_bulk_item
TO ardoise_backoffice;
GRANT INSERT ON
    ladder_step, ladder_policy, ladder_draft, ladder_segment, ladder_quiet, ladder_letter, ladder_bulk,
    ladder_bulk_item
TO ardoise_backoffice;
GRANT UPDATE (revision, content, saved_at, saved_by, saved_name) ON ladder_draft TO ardoise_backoffice;
GRANT UPDATE (segment, set_at, set_name) ON ladder_segment TO ardoise_backoffice;
GRANT UPDATE (status, held_at, held_name, undone_at, undone_name) ON ladder_quiet
    TO ardoise_backoffice;
GRANT UPDATE (
    status, covers, total_cents, days, reason, until, decided_at, decided_by, decided_name,
    sent_on, tracking, sent_name
) ON ladder_letter TO ardoise_backoffice;
GRANT UPDATE (
    status, reached, accounts, cents, ended_at, undo_at, undo_name, undo_actor, undone, kept
) ON ladder_bulk TO ardoise_backoffice;
GRANT UPDATE (undone) ON ladder_bulk_item TO ardoise_backoffice;

-- Steps come with a new version alone; one that was published is never added to, and no version lets a formal
-- notice go without a word, or messages follow each other within a week.
CREATE POLICY steps_of_new_versions ON ladder_step AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        version > 1
        AND NOT EXISTS (
            SELECT FROM ladder_policy AS published
            WHERE published.practice_id = ladder_step.practice_id
                AND published.version >= ladder_step.version
        )
        AND (act = 'approval') = (name = 'formal_notice')
        AND (position = 1 OR gap_days >= 7)
    );
CREATE POLICY versions_by_people_in_charge ON ladder_policy AS RESTRICTIVE FOR INSERT
    TO ardoise_backoffice
    WITH CHECK (ardoise_may(practice_id, published_by, 'ladder.policy'));
-- A night is held and given back until it comes; then it is over.
CREATE POLICY nights_are_held ON ladder_quiet AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (status = 'held');
CREATE POLICY nights_pass_once ON ladder_quiet AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status <> 'passed') WITH CHECK (status IN ('held', 'undone'));
-- A letter goes on the word of somebody in charge; once sent, nothing takes it back.
CREATE POLICY letters_are_decided ON ladder_letter AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status IN ('approved', 'declined', 'postponed') AND sent_on IS NULL
        AND ardoise_may(practice_id, decided_by, 'ladder.approve')
    );
CREATE POLICY letters_move_on ON ladder_letter AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status <> 'sent') WITH CHECK (
        ardoise_may(practice_id, decided_by, 'ladder.approve')
        AND (status = 'sent') = (sent_on IS NOT NULL AND tracking IS NOT NULL)
        AND EXISTS (
            SELECT FROM ladder_letter AS was
            WHERE was.practice_id = ladder_letter.practice_id AND was.id = ladder_letter.id
                AND (
                    was.status = ladder_letter.status
                    OR was.status IN ('open', 'postponed')
                        AND ladder_letter.status IN ('approved', 'declined', 'postponed')
                    OR was.status IN ('approved', 'declined') AND ladder_letter.status = 'open'
                    OR was.status = 'approved' AND ladder_letter.status = 'sent'
                        AND ladder_letter.covers::text = was.covers::text
                        AND ladder_letter.total_cents = was.total_cents
                )
        )
    );
-- An act on many is asked, goes on and is taken back, never begun anew; what it changed is written once.
CREATE POLICY acts_are_asked ON ladder_bulk AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'asked' AND reached IS NULL AND ended_at IS NULL AND undo_at IS NULL
        AND (act <> 'approve' OR ardoise_may(practice_id, asked_by, 'ladder.approve'))
    );
CREATE POLICY acts_go_on ON ladder_bulk AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (EXISTS (
        SELECT FROM ladder_bulk AS was
        WHERE was.practice_id = ladder_bulk.practice_id AND was.id = ladder_bulk.id
            AND (was.status, ladder_bulk.status) IN (
                ('asked', 'asked'), ('asked', 'done'), ('done', 'undoing'),
                ('undoing', 'undoing'), ('undoing', 'undone'), ('done', 'undone')
            )
    ));
CREATE POLICY acts_change_once ON ladder_bulk_item AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (undone IS NULL) WITH CHECK (undone IS NOT NULL);

-- A trial is asked for in an owner's name; only the worker begins and ends it.
GRANT INSERT ON setup_trial TO ardoise_backoffice;
CREATE POLICY trials_are_asked ON setup_trial AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        kind IN ('email', 'sms', 'names', 'account') AND status = 'asked'
        AND begun_at IS NULL AND ended_at IS NULL AND findings::jsonb = '{}'
        AND asked_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND ardoise_may(practice_id, asked_by, 'settings.write')
    );

-- That the processor mails no receipts is an owner's word, given now or taken back.
GRANT SELECT (receipts_by, receipts_name, receipts_at) ON processor_account TO ardoise_backoffice;
GRANT UPDATE (receipts_by, receipts_name, receipts_at) ON processor_account TO ardoise_backoffice;
CREATE POLICY receipts_are_said ON processor_account AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (
        receipts_by IS NULL AND receipts_name IS NULL AND receipts_at IS NULL
        OR receipts_name IS NOT NULL
        AND receipts_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND ardoise_may(practice_id, receipts_by, 'settings.write')
    );

-- Imports: staff send a list, choose its columns, ask for a trial, confirm it, give it up and ask for it to be
-- taken back. The worker alone reads the file, tells what it does, books and takes back: the back-office can put
-- a file and not read it, and of an import write nothing that the worker tells.
GRANT SELECT ON source, import_job, import_row, import_mapping TO ardoise_backoffice;
GRANT INSERT ON import_job, import_file, import_mapping TO ardoise_backoffice;
GRANT UPDATE (
    status, mapping, leave_out, moved_name, moved_at, rows_done, tries, differs, why
) ON import_job TO ardoise_backoffice;
GRANT UPDATE (name, mapping, saved_by, saved_at) ON import_mapping TO ardoise_backoffice;
GRANT DELETE ON import_mapping TO ardoise_backoffice;

CREATE POLICY imports_are_sent ON import_job AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'received' AND via = 'office' AND asked_by IS NOT NULL
        AND head IS NULL AND mapping IS NULL AND said IS NULL AND mark = ''
        AND run_id IS NULL AND NOT traced AND differs IS NULL AND why IS NULL
        -- A further software is named by whoever is in charge.
        AND ardoise_may(practice_id, asked_by, 'imports.write') AND (
            ardoise_may(practice_id, asked_by, 'imports.manage')
            OR NOT EXISTS (SELECT FROM source WHERE source.practice_id = import_job.practice_id)
            OR EXISTS (
                SELECT FROM source
                WHERE source.practice_id = import_job.practice_id
                    AND source.name = import_job.source_name
            )
        )
    );
CREATE POLICY imports_are_asked ON import_job AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status IN ('received', 'preview', 'trial', 'tried', 'kept'))
    WITH CHECK (
        differs IS NULL AND rows_done = 0 AND tries = 0 AND EXISTS (
            SELECT FROM import_job AS was
            WHERE was.practice_id = import_job.practice_id AND was.id = import_job.id
                AND (was.status, import_job.status) IN (
                    ('received', 'withdrawn'),
                    ('preview', 'trial'), ('preview', 'withdrawn'), ('trial', 'withdrawn'),
                    ('tried', 'preview'), ('tried', 'trial'), ('tried', 'asked'),
                    ('tried', 'withdrawn'), ('kept', 'undoing')
                )
                -- What is confirmed is what was tried.
                AND (
                    import_job.status = 'trial'
                    OR (was.mapping, was.leave_out)
                        IS NOT DISTINCT FROM (import_job.mapping, import_job.leave_out)
                )
                AND (import_job.status = 'undoing') = (import_job.why IS NOT NULL)
        )
    );
CREATE POLICY files_of_new_imports ON import_file AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (EXISTS (
        SELECT FROM import_job
        WHERE import_job.practice_id = import_file.practice_id AND import_job.id = import_file.id
            AND import_job.status = 'received'
    ));

-- How long what is kept: read by the desk, and changed with each change told. What would go is the worker's to
-- count, and bounds hold in it whatever stands here.
GRANT SELECT ON retention, retention_run TO ardoise_backoffice;
GRANT INSERT, UPDATE (on_since, days, foreseen_at) ON retention TO ardoise_backoffice;
CREATE OR REPLACE FUNCTION ardoise_retention_told(of_practice integer, as_kind text, named text, days jsonb)
    RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM timeline_event AS told
        WHERE told.practice_id = of_practice AND told.account_id IS NULL
            AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                AND ardoise_clock() + interval '5 minutes'
            AND told.kind = as_kind AND told.actor_kind = 'staff'
            AND (named IS NULL OR told.facts::jsonb ->> 'period' = named
                AND told.facts::jsonb -> 'days' = ardoise_retention_told.days)
    )
$$;
CREATE POLICY only_told ON retention AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (true) WITH CHECK (
        foreseen_at IS NULL AND EXISTS (
            SELECT FROM retention AS was
            WHERE was.practice_id = retention.practice_id
                AND NOT EXISTS (
                    SELECT FROM jsonb_object_keys(was.days::jsonb) AS name
                    WHERE NOT retention.days::jsonb ? name
                )
                AND NOT EXISTS (
                    SELECT FROM jsonb_each(retention.days::jsonb) AS here
                    WHERE here.value IS DISTINCT FROM was.days::jsonb -> here.key
                        AND NOT ardoise_retention_told(was.practice_id, 'privacy.period', here.key, here.value)
                )
                AND (
                    retention.on_since IS NOT DISTINCT FROM was.on_since
                    OR retention.on_since IS NULL
                        AND ardoise_retention_told(was.practice_id, 'privacy.off', NULL, NULL)
                    OR retention.on_since BETWEEN ardoise_clock() - interval '5 minutes'
                            AND ardoise_clock() + interval '5 minutes'
                        AND ardoise_retention_told(was.practice_id, 'privacy.on', NULL, NULL)
                )
        )
    );
CREATE POLICY begins_unset ON retention AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        on_since IS NULL AND days::jsonb = '{}' AND foreseen IS NULL AND foreseen_at IS NULL
    );

-- Mails to staff. The back-office asks for an invitation in an owner's name, beside an event that names whoever
-- is invited, and sends it again or withdraws it; the worker makes each link, so that no row ever held one. It
-- asks for no other mail: those on forgotten passwords and on changes the worker finds by itself. What is said
-- at the door is added and counted, never changed; whose address it was stands nowhere.
GRANT SELECT, INSERT ON staff_mail TO ardoise_backoffice;
GRANT UPDATE (status, not_before) ON staff_mail TO ardoise_backoffice;
CREATE POLICY invitations_are_asked ON staff_mail AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        kind = 'invitation' AND status = 'planned' AND cause_id IS NULL AND link_id IS NULL
        AND email IS NOT NULL AND role IS NOT NULL AND made_by <> user_id
        AND claimed_at IS NULL AND outcome_at IS NULL AND outcome IS NULL AND tries = 0 AND times = 0
        AND made_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND ardoise_told(user_id, 'staff_mail.asked')
        AND ardoise_owns(practice_id, made_by)
    );
CREATE POLICY invitations_change ON staff_mail AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (kind = 'invitation' AND status NOT IN ('claimed', 'withdrawn'))
    WITH CHECK (
        status = 'planned' AND times < 5 AND ardoise_told(user_id, 'staff_mail.again')
        OR status = 'withdrawn' AND ardoise_told(user_id, 'staff_mail.withdraw')
    );

GRANT SELECT, INSERT ON password_request TO ardoise_backoffice;
ALTER TABLE password_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_request ON password_request FOR SELECT TO ardoise_backoffice USING (true);
CREATE POLICY requests_are_fresh ON password_request FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        answered_at IS NULL AND length(email_index) = 16
        AND asked_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
    );

-- A practice's own words for its messages: an owner adds a version beside an event that tells it,
-- nobody changes one. Whatever was written
-- here, the worker reads it by the rules of its own day, and sends Ardoise's words where it breaks one.
GRANT SELECT, INSERT ON practice_text TO ardoise_backoffice;
CREATE POLICY words_by_owners ON practice_text AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        version = 1 + (
            SELECT coalesce(max(before.version), 0) FROM practice_text AS before
            WHERE before.practice_id = practice_text.practice_id
                AND before.template = practice_text.template
                AND before.channel = practice_text.channel
                AND before.language = practice_text.language
        )
        AND template NOT IN ('code', 'change_asked', 'change_done', 'data_erased')
        AND saved_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND ardoise_may(practice_id, saved_by, 'settings.write')
        AND EXISTS (
            SELECT FROM timeline_event AS told
            WHERE told.practice_id = practice_text.practice_id AND told.account_id IS NULL
                AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                    AND ardoise_clock() + interval '5 minutes'
                AND told.kind = 'practice_text.saved' AND told.actor_kind = 'staff'
                AND told.facts ->> 'template' = practice_text.template
                AND told.facts ->> 'channel' = practice_text.channel
                AND told.facts ->> 'language' = practice_text.language
                AND told.facts ->> 'version' = practice_text.version::text
        )
    );

-- What a person asks about their own data. For the copy of all of it the back-office reads what it shows on no
-- page: bookings, saved cards, links for others, codes and visits, and of none of them a secret or an identifier
-- at the processor.
GRANT SELECT ON journal_entry, journal_line TO ardoise_backoffice;
GRANT SELECT (
    practice_id, id, account_id, status, text_version, text_hash, agreed_at, brand, last4, expires_on, kept_at,
    removed_at
) ON saved_card TO ardoise_backoffice;
GRANT SELECT (practice_id, id, account_id, status, amount_cents, made_at, expires_at) ON pay_link
    TO ardoise_backoffice;
GRANT SELECT (practice_id, id, account_id, purpose, status, asked_at, expires_at) ON one_time_code
    TO ardoise_backoffice;
GRANT SELECT (practice_id, id, account_id, language, started_at, seen_at, ends_at) ON portal_session
    TO ardoise_backoffice;

-- Erasing: staff note a request, order it, decline it or take it back, in their own name and beside an event that
-- tells it; only the worker begins, ends and hands back, and only it erases.
GRANT SELECT, INSERT ON erasure TO ardoise_backoffice;
GRANT UPDATE (status, decided_by, decided_name, decided_at, why, ended_at) ON erasure TO ardoise_backoffice;
CREATE OR REPLACE FUNCTION ardoise_erasure_told(of_practice integer, account uuid, request uuid, as_kind text)
    RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM timeline_event AS told
        WHERE told.practice_id = of_practice AND told.account_id = account
            AND told.at BETWEEN ardoise_clock() - interval '5 minutes'
                AND ardoise_clock() + interval '5 minutes'
            AND told.kind = as_kind AND told.actor_kind = 'staff'
            AND told.facts::jsonb ->> 'id' = request::text
    )
$$;
CREATE POLICY requests_are_noted ON erasure AS RESTRICTIVE FOR INSERT TO ardoise_backoffice
    WITH CHECK (
        status = 'received' AND due_on > received_on AND due_on <= received_on + 31
        AND noted_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND decided_by IS NULL AND decided_name IS NULL AND decided_at IS NULL AND why IS NULL
        AND begun_at IS NULL AND told IS NULL AND ended_at IS NULL
        AND ardoise_may(practice_id, noted_by, 'privacy.erase')
        AND ardoise_erasure_told(practice_id, account_id, id, 'privacy.erasure_asked')
    );
CREATE POLICY requests_are_decided ON erasure AS RESTRICTIVE FOR UPDATE TO ardoise_backoffice
    USING (status = 'received')
    WITH CHECK (
        decided_name IS NOT NULL
        AND decided_at BETWEEN ardoise_clock() - interval '5 minutes'
            AND ardoise_clock() + interval '5 minutes'
        AND (ended_at IS NULL) = (status = 'ordered')
        AND (why IS NOT NULL) = (status = 'declined')
        AND ardoise_may(practice_id, decided_by, 'privacy.erase')
        AND ardoise_erasure_told(practice_id, account_id, id, CASE status
            WHEN 'ordered' THEN 'privacy.erasure_order'
            WHEN 'declined' THEN 'privacy.erasure_decline'
            WHEN 'withdrawn' THEN 'privacy.erasure_withdraw'
        END)
    );

COMMIT;
