SELECT
    role_scope, outcome, pair_count, is_converged, agreeing_start_count, start_count,
    calibration_share_above_eb05, calibration_pair_count
FROM meta.gps_prior
ORDER BY role_scope
