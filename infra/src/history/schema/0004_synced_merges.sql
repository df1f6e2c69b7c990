-- A merged part is on disk before the parts that it replaces go. A server keeps those for eight minutes instead; the
-- embedded engine removes them at once, so a power cut could take rows whose write had long resolved. HIS-6.
ALTER TABLE strokes MODIFY SETTING min_rows_to_fsync_after_merge = 1;

ALTER TABLE answers MODIFY SETTING min_rows_to_fsync_after_merge = 1;

ALTER TABLE marks MODIFY SETTING min_rows_to_fsync_after_merge = 1;

ALTER TABLE gaps MODIFY SETTING min_rows_to_fsync_after_merge = 1;
