SELECT
    exposure, side_effect, definition, role_scope, context,
    report_count, exposed_report_count,
    reporting_share, reporting_share_lower_95, reporting_share_upper_95,
    serious_count, death_count, hospitalisation_count
FROM mart.side_effect_reporting
INNER JOIN core.exposure USING (exposure)
WHERE is_studied AND route_group = 'all'
ORDER BY exposure, definition, role_scope, context, side_effect
