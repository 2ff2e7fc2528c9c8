SELECT exposure, definition, role_scope, side_effect, dates, cases
FROM (
    SELECT
        exposure, definition, role_scope, side_effect,
        unnest(['with_dates', 'partial', 'negative', 'missing']) AS dates,
        unnest([with_dates_count, partial_count, negative_count, missing_count]) AS cases
    FROM mart.time_to_onset
)
ORDER BY exposure, definition, role_scope, side_effect, dates
