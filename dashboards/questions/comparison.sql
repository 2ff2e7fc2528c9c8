-- Every comparator in all contexts together; classes, the rest and the first question's two drugs in each context too.
SELECT
    comparison.exposure, comparator, side_effect, definition, role_scope, context,
    a, b, c, d, a + b AS exposed_count, c + d AS compared_count, both_exposed_count,
    ror, ror_lower_95, ror_upper_95, prr, prr_lower_95, prr_upper_95,
    ic, ic_lower_95, ic_upper_95, ebgm, eb05, eb95,
    is_zero_cell_corrected, undefined_reason,
    meets_evans, meets_ror, meets_ic, meets_ema, meets_eb05, meets_mhra
FROM mart.side_effect_comparison AS comparison
INNER JOIN core.exposure AS studied ON comparison.exposure = studied.exposure
LEFT JOIN core.exposure AS other ON comparison.comparator = other.exposure
WHERE studied.is_studied AND route_group = 'all'
    AND (
        context = 'all'
        OR comparator IN ('rest', 'sertraline', 'paroxetine')
        OR other.exposure_kind = 'class'
    )
ORDER BY comparison.exposure, definition, role_scope, comparator, context, side_effect
