SELECT
    told.exposure,
    named.exposure_name,
    told.comparator,
    coalesce(other.exposure_name, 'All other cases') AS comparator_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, comparator, side_effect, definition, role_scope, context, route_group)
FROM mart.side_effect_comparison AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
LEFT JOIN core.exposure AS other
    ON told.comparator = other.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
WHERE
    told.definition = 'label_style'
    AND told.role_scope = 'suspect'
    AND told.context = 'all'
    AND told.route_group = 'all'
