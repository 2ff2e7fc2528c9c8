SELECT
    told.substance,
    known.substance_name,
    told.* EXCLUDE (substance)
FROM mart.drug_event_signal AS told
INNER JOIN core.substance AS known
    ON told.substance = known.substance
