-- Where did students change their minds: which answers did an item have, one after the other?
-- A change is an answer that differs from the one before it; to withdraw an answer is one, to give the first is none.
WITH paths AS (
    SELECT student, item, arrayCompact(arrayMap(each -> each.2, arraySort(groupArray((version, answer))))) AS states
    FROM answers_versions
    WHERE assignment = {assignment:String} AND state NOT IN ('writing', 'blank', 'no-signal', 'not-started')
    GROUP BY student, item
)
SELECT student, item, if(states[1] = 'null', arrayPopFront(states), states) AS path, toUInt32(length(path) - 1) AS changes
FROM paths
WHERE length(path) > 1
ORDER BY student, item
