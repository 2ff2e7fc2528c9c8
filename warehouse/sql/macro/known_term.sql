-- known_term(term)
-- A preferred term, found in any case. An unknown one is an error that names the nearest.
WITH given AS (
    SELECT lower(trim(term)) AS asked_name
),

asked AS MATERIALIZED (
    SELECT
        given.asked_name,
        (
            SELECT min(known.term)
            FROM core.term AS known
            WHERE lower(known.term) = given.asked_name
        ) AS found
    FROM given
),

nearest AS (
    SELECT string_agg(listed.id, ', ' ORDER BY listed.distance DESC, listed.id ASC) AS names
    FROM (
        SELECT
            known.term AS id,
            jaro_winkler_similarity(lower(known.term), asked.asked_name) AS distance
        FROM core.term AS known
        INNER JOIN asked
            ON asked.found IS NULL
        ORDER BY distance DESC, id ASC
        LIMIT 3
    ) AS listed
)

SELECT
    coalesce(
        asked.found,
        error(
            concat(
                'No preferred term ''', asked.asked_name, ''' in this file, which is not the same as no reports. ',
                'Nearest: ', nearest.names, '. All of them: FROM core.term.'
            )
        )
    ) AS term
FROM asked
CROSS JOIN nearest
