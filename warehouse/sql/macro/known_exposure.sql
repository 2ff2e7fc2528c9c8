-- known_exposure(exposure)
-- The id of a substance, of a class or of rest, found by id or name in any case. An unknown one is an error.
WITH given AS (
    SELECT lower(trim(exposure)) AS asked_name
),

listed AS (
    SELECT
        known.exposure AS id,
        known.exposure_name AS words
    FROM core.exposure AS known
    UNION ALL
    SELECT
        known.substance AS id,
        known.substance_name AS words
    FROM core.substance AS known
    UNION ALL
    SELECT
        'rest' AS id,
        'rest' AS words
),

asked AS MATERIALIZED (
    SELECT
        given.asked_name,
        (
            SELECT min(listed.id)
            FROM listed
            WHERE given.asked_name IN (lower(listed.id), lower(listed.words))
        ) AS found
    FROM given
),

nearest AS (
    SELECT string_agg(near.id, ', ' ORDER BY near.distance DESC, near.id ASC) AS names
    FROM (
        SELECT DISTINCT
            listed.id,
            jaro_winkler_similarity(lower(listed.id), asked.asked_name) AS distance
        FROM listed
        INNER JOIN asked
            ON asked.found IS NULL
        ORDER BY distance DESC, listed.id ASC
        LIMIT 3
    ) AS near
)

SELECT
    coalesce(
        asked.found,
        error(
            concat(
                'No substance or class ''', asked.asked_name, ''' in this file. Nearest: ', nearest.names,
                '. All of them: FROM core.exposure, FROM core.substance, and rest.'
            )
        )
    ) AS exposure
FROM asked
CROSS JOIN nearest
