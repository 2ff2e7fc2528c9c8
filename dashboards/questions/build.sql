SELECT
    build_id, code_version, reference_version, first_quarter, last_quarter, quarter_count, is_simulated,
    has_incomplete_quarter, clinic_batch_count, clinic_minimum_cell, previous_build_id, comparison_outcome,
    strftime(built_at, '%Y-%m-%d') AS built_on
FROM meta.build
