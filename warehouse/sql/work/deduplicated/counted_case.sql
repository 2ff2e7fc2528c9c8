-- Cases of the universe without probable duplicates, with all that they are counted by.
SELECT *
FROM work.counted_case
WHERE NOT is_probable_duplicate
