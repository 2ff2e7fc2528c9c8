SELECT
    told.exposure,
    named.exposure_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, side_effect, definition, role_scope)
FROM mart.signal_first_met AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
WHERE told.definition = 'label_style' AND told.role_scope = 'suspect'
