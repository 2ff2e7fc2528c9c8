-- One row per case and substance given, without probable duplicates.
SELECT given.*
FROM work.case_substance AS given
ANTI JOIN work.probable_duplicate AS removed
    ON given.case_id = removed.case_id
