-- The words of teachers about a cell are numbered; every mark says the last one that was known when it was made, so that a
-- teacher's mark stays above whatever the machine makes of later ink or a later key, until it is withdrawn. HIS-8.
ALTER TABLE marks
    ADD COLUMN IF NOT EXISTS `decision` UInt32 COMMENT 'Words of teachers about this cell that were known; 0: none',
    ADD COLUMN IF NOT EXISTS `decided_by` LowCardinality(String) COMMENT 'Whose word the last one was, also when it withdrew the one before',
    ADD COLUMN IF NOT EXISTS `decided_ms` Float64 COMMENT 'When it was said';

CREATE OR REPLACE VIEW marks_latest AS
SELECT * FROM marks
ORDER BY decision DESC, answer_version DESC, worksheet_version DESC, by = 'machine', at_ms DESC, by DESC, points DESC
LIMIT 1 BY assignment, student, item;

-- Every mark once: of each cell what was said, by whom, and what counted before. HIS-8.
CREATE OR REPLACE VIEW marks_versions AS
SELECT * FROM marks
ORDER BY assignment, student, item, decision, answer_version, worksheet_version, at_ms
LIMIT 1 BY assignment, student, item, decision, answer_version, worksheet_version;
