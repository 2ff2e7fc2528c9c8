-- Definitions from narrow to wide: each holds the ones before it.
SELECT
    unnest(['single_term', 'label_style', 'broad']) AS definition,
    unnest([1, 2, 3]) AS definition_rank
