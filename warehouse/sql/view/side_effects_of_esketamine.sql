SELECT * EXCLUDE (exposure, exposure_name)
FROM main.side_effects_by_drug
WHERE exposure = 'esketamine'
