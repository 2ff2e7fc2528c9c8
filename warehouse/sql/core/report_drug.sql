-- Drug rows of the cases that count, with the names replaced by their number.
SELECT
    current_report.case_id,
    drug.source_line,
    drug.source_part,
    drug.drug_sequence,
    CASE WHEN imputed.place IS NOT NULL THEN 'PS' ELSE drug.role END AS role,
    imputed.place IS NOT NULL AS is_role_imputed,
    drug_name.drug_name_id,
    drug.route,
    drug.dose_text,
    drug.cumulative_dose,
    drug.cumulative_dose_unit,
    drug.dechallenge,
    drug.rechallenge,
    drug.lot_number,
    drug.expiry_date,
    drug.application_number,
    drug.dose_amount,
    drug.dose_unit,
    drug.dose_form,
    drug.dose_frequency
FROM staged.report_drug AS drug
INNER JOIN work.current_report AS current_report
    ON
        drug.quarter = current_report.quarter
        AND drug.report_id = current_report.report_id
LEFT JOIN work.imputed_suspect AS imputed
    ON
        current_report.case_id = imputed.case_id
        AND drug.source_line = imputed.place.source_line
        AND drug.source_part = imputed.place.source_part
LEFT JOIN core.drug_name AS drug_name
    ON
        drug.reported_drug_name IS NOT DISTINCT FROM drug_name.reported_drug_name
        AND drug.active_ingredient IS NOT DISTINCT FROM drug_name.active_ingredient
