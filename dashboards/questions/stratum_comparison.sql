-- Against the rest and SSRIs: every comparator would be most of the page, and few have cases in each stratum.
SELECT
    exposure, comparator, definition, side_effect, dimension, stratum,
    a, b, c, d, a + b AS exposed_count, c + d AS compared_count,
    ror, ror_lower_95, ror_upper_95, ic, ic_lower_95, ic_upper_95, is_zero_cell_corrected, undefined_reason, meets_ror
FROM mart.side_effect_stratum
INNER JOIN core.exposure USING (exposure)
WHERE is_studied AND comparator IN ('rest', 'ssri')
ORDER BY exposure, comparator, definition, side_effect, dimension, stratum
