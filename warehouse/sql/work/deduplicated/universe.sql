-- The universe without probable duplicates.
SELECT universe.case_id
FROM work.universe AS universe
ANTI JOIN work.probable_duplicate AS removed
    ON universe.case_id = removed.case_id
