SELECT
    change, subject, exposure, comparator, side_effect, definition, role_scope, criterion,
    previous_a, previous_ror_lower_95, previous_ic_lower_95, a, ror_lower_95, ic_lower_95
FROM mart.signal_change
ORDER BY ALL
