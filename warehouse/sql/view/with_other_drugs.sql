WITH further AS (
    SELECT DISTINCT
        interaction_group,
        interaction_group_name
    FROM core.interaction_group
)

SELECT
    told.exposure,
    named.exposure_name,
    told.interaction_group,
    further.interaction_group_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (exposure, interaction_group, side_effect, definition, role_scope)
FROM mart.interaction AS told
INNER JOIN core.exposure AS named
    ON told.exposure = named.exposure
INNER JOIN further
    ON told.interaction_group = further.interaction_group
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
WHERE told.definition = 'label_style' AND told.role_scope = 'any'
