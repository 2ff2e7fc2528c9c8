SELECT
    exposure, definition, role_scope, side_effect, criterion,
    first_met_quarter, is_met_now, unmet_quarter_count
FROM mart.signal_first_met
ORDER BY exposure, definition, role_scope, side_effect, criterion
