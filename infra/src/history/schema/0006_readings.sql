-- What the recogniser of writing was told to expect, what it read, how sure it was and what came next: also of answers that
-- wait for the teacher. ANS-94.
ALTER TABLE answers
    ADD COLUMN IF NOT EXISTS `alphabet` LowCardinality(String) COMMENT 'What the writing was read as; empty: it was no writing',
    ADD COLUMN IF NOT EXISTS `guess` String COMMENT 'The best text, also where it was not certain enough to count',
    ADD COLUMN IF NOT EXISTS `confidence` Float64 COMMENT '0 to 1, calibrated',
    ADD COLUMN IF NOT EXISTS `runner_up` String COMMENT 'The next best text';

CREATE OR REPLACE VIEW answers_versions AS
SELECT * FROM answers
ORDER BY at_ms DESC, recognizer DESC, state DESC, answer DESC
LIMIT 1 BY assignment, student, item, version;

CREATE OR REPLACE VIEW answers_latest AS
SELECT * FROM answers
ORDER BY version DESC, at_ms DESC, recognizer DESC, state DESC, answer DESC
LIMIT 1 BY assignment, student, item;
