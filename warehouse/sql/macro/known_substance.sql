-- known_substance(substance)
-- The id of a substance, found by id or name in any case. An unknown one is an error that names the nearest.
WITH given AS (
    SELECT lower(trim(substance)) AS asked_name
),

asked AS MATERIALIZED (
    SELECT
        given.asked_name,
        (
            SELECT min(known.substance)
            FROM core.substance AS known
            WHERE given.asked_name IN (lower(known.substance), lower(known.substance_name))
        ) AS found
    FROM given
),

nearest AS (
    SELECT string_agg(listed.id, ', ' ORDER BY listed.distance DESC, listed.id ASC) AS names
    FROM (
        SELECT
            known.substance AS id,
            jaro_winkler_similarity(lower(known.substance), asked.asked_name) AS distance
        FROM core.substance AS known
        INNER JOIN asked
            ON asked.found IS NULL
        ORDER BY distance DESC, id ASC
        LIMIT 3
    ) AS listed
),

read_as AS (
    SELECT string_agg(DISTINCT named.id, ', ' ORDER BY named.id) AS names
    FROM core.drug_name AS reported
    INNER JOIN asked
        ON asked.found IS NULL AND lower(reported.reported_drug_name) = asked.asked_name
    INNER JOIN (
        SELECT
            part.drug_name_id,
            part.substance AS id
        FROM core.drug_name_substance AS part
    ) AS named
        ON reported.drug_name_id = named.drug_name_id
)

SELECT
    coalesce(
        asked.found,
        error(
            concat(
                'No substance ''', asked.asked_name, ''' in this file, which is not the same as no reports. ',
                'Reports that give this name are read as ' || read_as.names || '. ',
                'Nearest: ', nearest.names, '. All of them: FROM core.substance.'
            )
        )
    ) AS substance
FROM asked
CROSS JOIN nearest
CROSS JOIN read_as
