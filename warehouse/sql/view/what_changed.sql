SELECT
    told.*,
    named.exposure_name,
    CASE told.comparator WHEN 'rest' THEN 'All other cases' ELSE other.exposure_name END AS comparator_name,
    effect.side_effect_name
FROM mart.signal_change AS told
LEFT JOIN core.exposure AS named
    ON told.exposure = named.exposure
LEFT JOIN core.exposure AS other
    ON told.comparator = other.exposure
LEFT JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
