-- known_population(context, duplicates)
-- Every case, and whether it counts: in the universe, with that context or any, and nobody's probable duplicate where
-- those are removed.
SELECT
    report.case_id,
    report.is_in_universe
    AND lower(context) IN ('all', report.context) -- noqa: RF03
    AND (lower(duplicates) = 'kept' OR NOT report.is_probable_duplicate) AS is_counted -- noqa: RF03
FROM core.report AS report
