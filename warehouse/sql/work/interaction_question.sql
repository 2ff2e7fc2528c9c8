-- What is asked of two drugs together: what the label warns of, for the two exposures that have reports enough.
SELECT
    exposed.exposure,
    effect.side_effect
FROM (SELECT unnest(['ketamine', 'esketamine']) AS exposure) AS exposed
CROSS JOIN (
    SELECT
        unnest(
            ['sedation_disorientation', 'respiratory_depression', 'blood_pressure_increased', 'dissociation']
        ) AS side_effect
) AS effect
