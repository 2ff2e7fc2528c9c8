SELECT
    told.exposure,
    named.exposure_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, side_effect, definition)
FROM mart.sex_comparison AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
WHERE told.definition = 'label_style'
