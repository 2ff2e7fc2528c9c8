SELECT
    told.exposure,
    named.exposure_name,
    told.comparator,
    coalesce(other.exposure_name, 'All other cases') AS comparator_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, comparator, side_effect)
FROM mart.side_effect_robustness AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
LEFT JOIN core.exposure AS other
    ON told.comparator = other.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
