-- known_side_effect(side_effect)
-- The id of a side-effect group, found by id or name in any case. An unknown one is an error that lists them all.
WITH given AS (
    SELECT lower(trim(side_effect)) AS asked_name
),

asked AS MATERIALIZED (
    SELECT
        given.asked_name,
        (
            SELECT min(known.side_effect)
            FROM core.side_effect AS known
            WHERE given.asked_name IN (lower(known.side_effect), lower(known.side_effect_name))
        ) AS found
    FROM given
),

every AS (
    SELECT string_agg(listed.id, ', ' ORDER BY listed.id) AS names
    FROM (SELECT known.side_effect AS id FROM core.side_effect AS known) AS listed
)

SELECT
    coalesce(
        asked.found,
        error(
            concat(
                'No side-effect group ''', asked.asked_name, '''. There are: ', every.names,
                '. For one preferred term use disproportionality(substance, term).'
            )
        )
    ) AS side_effect
FROM asked
CROSS JOIN every
