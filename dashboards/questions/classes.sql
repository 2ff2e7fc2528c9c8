SELECT exposure, string_agg(substance, ', ' ORDER BY substance) AS substances
FROM core.exposure_substance
INNER JOIN core.exposure USING (exposure)
WHERE exposure_kind = 'class'
GROUP BY exposure
ORDER BY exposure
