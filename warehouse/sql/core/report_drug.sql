-- Drug rows of the cases that count, with the names replaced by their number.
WITH told AS (
    SELECT
        drug.* EXCLUDE (case_id),
        current_report.case_id,
        -- Not a join: from two that may find nothing DuckDB expects few rows, and puts all drug rows into a hash table.
        (current_report.case_id, drug.source_line, drug.source_part) IN (
            SELECT (imputed.case_id, imputed.place.source_line, imputed.place.source_part)
            FROM work.imputed_suspect AS imputed
        ) AS is_role_imputed
    FROM staged.report_drug AS drug
    INNER JOIN work.current_report AS current_report
        ON
            drug.quarter = current_report.quarter
            AND drug.report_id = current_report.report_id
)

SELECT
    told.case_id,
    told.source_line,
    told.source_part,
    told.drug_sequence,
    CASE WHEN told.is_role_imputed THEN 'PS' ELSE told.role END AS role,
    told.is_role_imputed,
    drug_name.drug_name_id,
    told.route,
    told.dose_text,
    told.cumulative_dose,
    told.cumulative_dose_unit,
    told.dechallenge,
    told.rechallenge,
    told.lot_number,
    told.expiry_date,
    told.application_number,
    told.dose_amount,
    told.dose_unit,
    told.dose_form,
    told.dose_frequency
FROM told
LEFT JOIN core.drug_name AS drug_name
    ON
        told.reported_drug_name IS NOT DISTINCT FROM drug_name.reported_drug_name
        AND told.active_ingredient IS NOT DISTINCT FROM drug_name.active_ingredient
