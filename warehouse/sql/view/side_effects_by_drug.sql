SELECT
    told.exposure,
    named.exposure_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, side_effect, definition, role_scope, context, route_group),
    rest.ror,
    rest.ror_lower_95,
    rest.ror_upper_95,
    rest.ic,
    rest.ic_lower_95,
    rest.ic_upper_95,
    rest.ebgm,
    rest.eb05,
    rest.eb95,
    rest.meets_evans,
    rest.meets_ror,
    rest.meets_ic,
    rest.meets_ema,
    rest.meets_eb05,
    rest.meets_mhra
FROM mart.side_effect_reporting AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
LEFT JOIN mart.side_effect_comparison AS rest
    ON
        told.exposure = rest.exposure
        AND rest.comparator = 'rest'
        AND told.side_effect = rest.side_effect
        AND told.definition = rest.definition
        AND told.role_scope = rest.role_scope
        AND told.context = rest.context
        AND told.route_group = rest.route_group
WHERE
    told.definition = 'label_style'
    AND told.role_scope = 'suspect'
    AND told.context = 'all'
    AND told.route_group = 'all'
