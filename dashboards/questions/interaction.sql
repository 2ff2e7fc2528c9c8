SELECT
    exposure, interaction_group, definition, role_scope, side_effect,
    n111, n110, n101, n100, n011, n010, n001, n000, n111 + n110 AS both_count,
    expected, omega, omega_lower_95, omega_upper_95, is_signal, undefined_reason
FROM mart.interaction
INNER JOIN core.exposure USING (exposure)
WHERE is_studied
ORDER BY exposure, interaction_group, definition, role_scope, side_effect
