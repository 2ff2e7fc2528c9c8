-- One row per case and preferred term, without probable duplicates.
SELECT given.*
FROM work.case_term AS given
ANTI JOIN work.probable_duplicate AS removed
    ON given.case_id = removed.case_id
