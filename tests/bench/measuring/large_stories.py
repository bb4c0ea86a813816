# ruff: noqa: E501 - statements are read best by their own lines
"""What has happened to the accounts of a very large practice: made by the database itself, whole tables at once.

The shares are the same whatever the number of accounts. Of ten accounts six owe something and have a
conversation that runs; most of these stand where the ladder's days put them, so that of a night a twentieth
comes due. Of a hundred: two have written, one of them waits; three are paused, two spread what they owe.
Of a thousand: five wait for the word on a formal notice, one asks for help, one for dates; beside that, what
is over.
"""

TALKING = 50
"""Of so many accounts one wrote to the practice: the one at 3."""

# ``stage`` is the last step that took place; each stands at it for as many days as the ladder leaves it.
EVERYONE = """
CREATE TEMPORARY TABLE everyone ON COMMIT DROP AS
SELECT made.*, gen_random_uuid() AS cycle_id, gen_random_uuid() AS invoice_id, stage,
    CASE WHEN place % 10 < 6 THEN 1000 + CAST(place AS bigint) * 7919 % 40000 ELSE 0 END AS cents,
    CAST(:today AS date) - CASE stage
        WHEN 0 THEN -30
        WHEN 1 THEN place / 100 % 38 - 30
        WHEN 2 THEN 7 + place / 100 % 15
        WHEN 3 THEN 21 + place / 100 % 15
        WHEN 4 THEN 35 + place / 100 % 12
        ELSE 46 + place / 100 % 600 END AS due_on
FROM made, LATERAL (SELECT CASE place / 10 % 10 WHEN 0 THEN CASE WHEN place % 10 = 0 THEN 0 ELSE 1 END
    WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 3 THEN 1 WHEN 4 THEN 1 WHEN 5 THEN 2 WHEN 6 THEN 2 WHEN 7 THEN 3
    WHEN 8 THEN 4 ELSE 5 END AS stage) AS stands
"""

PEOPLE = (
    """
    INSERT INTO account (practice_id, id, number, status, transfer_reference, external_key, language, channel,
        represented, balance_cents, checkable, opened_at, key_id, wrapped_key)
    SELECT :practice, id, number, 'open', 'RF00' || lpad(place::text, 12, '0'), 'p:' || place,
        CASE WHEN place % 40 = 7 THEN 'en' ELSE 'fr' END, 'any', false, cents, true, :now, :key, wrapped
    FROM everyone
    """,
    """
    INSERT INTO party (practice_id, id, account_id, role, external_ref, name, birth_date, surname_index,
        surname3_index, given_index)
    SELECT :practice, party_id, id, 'debtor', 'C' || place, name, born, surname, surname3, given FROM everyone
    """,
    """
    INSERT INTO contact_point (practice_id, id, account_id, kind, position, status, by_person,
        of_representative, value, value_index)
    SELECT :practice, contact_id, id, 'email', 1, CASE WHEN place % 100 = 23 THEN 'bounced' ELSE 'usable' END,
        false, false, value, value_index FROM everyone
    """,
)
MONEY = (
    # Two that were paid long ago, and the latest, which alone may be open.
    """
    INSERT INTO invoice (practice_id, id, account_id, patient_id, source_id, number, status, issued_on,
        due_on, total_cents, amo_cents, amc_cents, patient_cents, open_cents, source_left_cents,
        unacknowledged_cents)
    SELECT :practice, CASE WHEN nth = 2 THEN invoice_id ELSE gen_random_uuid() END, id, party_id, :source,
        'F' || place || '-' || nth, CASE WHEN nth = 2 AND cents > 0 THEN 'issued' ELSE 'settled' END,
        due_on - 30 - (2 - nth) * 90, due_on - (2 - nth) * 90, 5000, 3000, 500,
        CASE WHEN nth = 2 AND cents > 0 THEN cents ELSE 1500 END,
        CASE WHEN nth = 2 THEN cents ELSE 0 END, CASE WHEN nth = 2 THEN cents ELSE 0 END, 0
    FROM everyone, generate_series(0, 2) AS nth
    """,
    """
    INSERT INTO payment (practice_id, id, account_id, method, amount_cents, credit_cents, left_cents,
        processor_ref, number, received_at, booked_on)
    SELECT :practice, gen_random_uuid(), id, CASE WHEN place % 5 = 0 THEN 'cheque' ELSE 'card' END, 3000, 0, 0,
        'pi_' || place, 'R-2026-' || lpad(place::text, 8, '0'), at, at::date
    FROM everyone, LATERAL (SELECT :now - make_interval(days => place % 701, mins => place % 1399) AS at) AS paid
    """,
    """
    INSERT INTO money_order (practice_id, id, account_id, kind, status, amount_cents, method, received_on,
        reason, once, idempotency_key, asked_by, asked_name, asked_at, alone, not_before, tries, ended_at)
    SELECT :practice, gen_random_uuid(), id, 'receive', 'done', 3000, 'cheque', at::date, 'desk',
        'p' || place, 'p' || place, '00000000-0000-0000-0000-000000000001', 'Claire Le Goff', at, false, at, 0, at
    FROM everyone, LATERAL (SELECT :now - make_interval(days => place % 701) AS at) AS asked
    WHERE place % 5 = 0
    """,
)
LADDER = (
    """
    INSERT INTO ladder_cycle (practice_id, id, account_id, status, opened_on, closed_at, position, stepped_on,
        asked_position, asked_at, messages, withheld, withheld_since)
    SELECT :practice, cycle_id, id, CASE WHEN cents > 0 THEN 'open' ELSE 'closed' END, due_on - 30,
        CASE WHEN cents = 0 THEN :now END, stage,
        due_on + CASE stage WHEN 1 THEN -30 WHEN 2 THEN 7 WHEN 3 THEN 21 WHEN 4 THEN 35 WHEN 5 THEN 45 END,
        CASE WHEN stage = 4 AND due_on < CAST(:today AS date) - 45 THEN 5
            WHEN stage = 3 AND due_on < CAST(:today AS date) - 35 THEN 4 ELSE 0 END,
        CASE WHEN stage = 4 AND due_on < CAST(:today AS date) - 45 THEN :now - make_interval(mins => place % 997)
            WHEN stage = 3 AND due_on < CAST(:today AS date) - 35 THEN :now END, least(stage, 3),
        CASE place % 100 WHEN 3 THEN 'hold_message' WHEN 23 THEN 'no_contact' WHEN 44 THEN 'cap_week' END,
        CASE WHEN place % 100 IN (3, 23, 44) THEN :now END
    FROM everyone
    """,
    """
    INSERT INTO notice (practice_id, id, account_id, purpose, cause_id, step, template, channel, language,
        contact_id, status, planned_at, not_before, claimed_at, outcome_at, tries)
    SELECT :practice, gen_random_uuid(), id, 'ladder', cycle_id, step, 'reminder', 'email', 'fr',
        contact_id, 'sent', sent_at, sent_at, sent_at, sent_at, 1
    FROM everyone, generate_series(1, least(stage, 3)) AS step,
        LATERAL (SELECT CAST(due_on + CASE step WHEN 1 THEN -30 WHEN 2 THEN 7 ELSE 21 END AS timestamptz)
            + interval '9 hours' AS sent_at) AS told
    """,
    """
    INSERT INTO hold (practice_id, id, account_id, kind, status, placed_at, placed_by, review_on)
    SELECT :practice, gen_random_uuid(), id,
        CASE place % 100 WHEN 3 THEN 'message' WHEN 12 THEN 'plan' WHEN 32 THEN 'plan' ELSE 'staff' END,
        'active', :now, 'Claire', CAST(:today AS date) + place / 100 % 30
    FROM everyone WHERE place % 100 IN (3, 12, 32, 43, 63)
    """,
    """
    INSERT INTO ladder_letter (practice_id, id, account_id, cycle_id, status, covers, total_cents, days,
        decided_at, decided_name, sent_on, sent_name)
    SELECT :practice, gen_random_uuid(), id, cycle_id, CASE WHEN place % 400 = 95 THEN 'approved' ELSE 'sent' END,
        '[]', cents, 15, :now - make_interval(days => place % 97, mins => place % 1399), 'Claire Le Goff',
        CASE WHEN place % 400 <> 95 THEN CAST(:today AS date) - place % 97 END, 'Claire Le Goff'
    FROM everyone WHERE stage = 5 AND cents > 0
    """,
)
WORK = (
    """
    INSERT INTO thread (practice_id, id, account_id, subject, status, opened_at, moved_at, answer_by,
        patient_unread, keeps_hold)
    SELECT :practice, thread_id, id,
        CASE place / 100 % 4 WHEN 0 THEN 'unclear' WHEN 1 THEN 'paid' WHEN 2 THEN 'payer' ELSE 'other' END,
        CASE WHEN place % 100 = 3 THEN 'waiting' WHEN place % 400 = 53 THEN 'answered' ELSE 'closed' END,
        at, at, (at + interval '2 days')::date, false, false
    FROM everyone, LATERAL (
        SELECT :now - make_interval(days => place / 100 % 30, mins => place % 1399) AS at) AS wrote
    WHERE thread_id IS NOT NULL
    """,
    """
    INSERT INTO message (practice_id, id, account_id, thread_id, side, author, body, once, at)
    SELECT :practice, message_id, id, thread_id, 'patient', 'portal', body, replace(message_id::text, '-', ''),
        :now - make_interval(days => place / 100 % 30, mins => place % 1399)
    FROM everyone WHERE thread_id IS NOT NULL
    """,
    """
    INSERT INTO aid_request (practice_id, id, account_id, thread_id, status, once, asked_at, decided_at)
    SELECT :practice, message_id, id, thread_id, CASE WHEN place % 1000 = 3 THEN 'asked' ELSE 'granted' END,
        'aid' || place, :now - make_interval(days => place / 100 % 30),
        CASE WHEN place % 1000 <> 3 THEN :now END
    FROM everyone WHERE place % 1000 IN (3, 53)
    """,
    """
    INSERT INTO plan (practice_id, id, account_id, version, status, total_cents, way, made_by, made_at, once,
        agreed_text, agreed_language, agreed_at)
    SELECT :practice, gen_random_uuid(), id, 1, CASE WHEN place % 1000 = 12 THEN 'proposed' ELSE 'active' END,
        cents, 'link', 'patient', :now, 'plan' || place, body, 'fr', :now
    FROM everyone WHERE place % 100 IN (12, 32) AND cents > 0
    """,
    """
    INSERT INTO instalment (practice_id, id, plan_id, position, agreed_on, due_on, moves, amount_cents)
    SELECT :practice, gen_random_uuid(), plan.id, nth, day, day, 0, total_cents / 4
    FROM plan, generate_series(1, 4) AS nth, LATERAL (SELECT CAST(:today AS date) + 30 * nth AS day) AS days
    WHERE plan.practice_id = :practice
    """,
    """
    INSERT INTO plan_invoice (practice_id, id, plan_id, invoice_id, amount_cents)
    SELECT :practice, gen_random_uuid(), plan.id, invoice_id, total_cents
    FROM plan JOIN everyone ON everyone.id = plan.account_id WHERE plan.practice_id = :practice
    """,
    """
    INSERT INTO task (practice_id, id, account_id, kind, key, status, due_on, comes_on, opened_at, closed_at,
        closed_by)
    SELECT :practice, gen_random_uuid(), everyone.id, kind, key,
        CASE WHEN over THEN 'done' ELSE 'open' END, day, day, :now,
        CASE WHEN over THEN :now - make_interval(days => place % 701) END, CASE WHEN over THEN 'Claire Le Goff' END
    FROM everyone LEFT JOIN plan ON plan.practice_id = :practice AND plan.account_id = everyone.id,
        LATERAL (VALUES
            ('message_waiting', thread_id::text, place % 100 = 3, false),
            ('message_waiting', thread_id::text, place % 100 = 53, true),
            ('ladder_call', cycle_id || '/4', stage = 3 AND cents > 0
                AND due_on < CAST(:today AS date) - 35, false),
            ('ladder_formal_notice', cycle_id || '/5', stage = 4 AND cents > 0
                AND due_on < CAST(:today AS date) - 45, false),
            ('contact_bounced', contact_id::text, place % 100 = 23, place % 1000 <> 23),
            ('aid_decide', message_id::text, place % 1000 = 3, false),
            ('plan_to_decide', plan.id::text, place % 1000 = 12, false)
        ) AS work (kind, key, is_so, over),
        LATERAL (SELECT CAST(:today AS date) + 2 - place / 100 % 30 AS day) AS days
    WHERE is_so
    """,
    """
    INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, kind, facts)
    SELECT :practice, gen_random_uuid(), id, :now - make_interval(days => 10 * nth, secs => place % 86399),
        'system', 'ardoise', CASE nth WHEN 3 THEN 'invoice.opened' ELSE 'notice.deliver' END, '{}'
    FROM everyone, generate_series(1, 3) AS nth
    """,
)
STORIES = (*PEOPLE, *MONEY, *LADDER, *WORK)
