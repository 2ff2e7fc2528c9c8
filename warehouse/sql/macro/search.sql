-- search(words)
-- Where a word, or a part of one, stands: substances and classes by name and by what reports call them, preferred
-- terms, side-effect groups by name and by the terms in them, groups of further drugs. What begins with it comes first,
-- then what most cases have. id is what other tables and macros take.
WITH given AS (
    SELECT lower(trim(words)) AS sought
),

named AS (
    SELECT
        CASE known.exposure_kind WHEN 'class' THEN 'class' ELSE 'substance' END AS kind,
        known.exposure AS id,
        known.exposure_name AS name,
        NULL AS found_in
    FROM core.exposure AS known
    CROSS JOIN given
    WHERE contains(lower(known.exposure), given.sought) OR contains(lower(known.exposure_name), given.sought)
    UNION ALL
    SELECT
        'substance' AS kind,
        known.substance AS id,
        known.substance_name AS name,
        NULL AS found_in
    FROM core.substance AS known
    CROSS JOIN given
    ANTI JOIN core.exposure AS listed
        ON known.substance = listed.exposure
    WHERE contains(lower(known.substance), given.sought) OR contains(lower(known.substance_name), given.sought)
    UNION ALL
    SELECT
        'preferred term' AS kind,
        known.term AS id,
        known.term AS name,
        NULL AS found_in
    FROM core.term AS known
    CROSS JOIN given
    WHERE contains(lower(known.term), given.sought)
    UNION ALL
    SELECT
        'side effect' AS kind,
        known.side_effect AS id,
        known.side_effect_name AS name,
        NULL AS found_in
    FROM core.side_effect AS known
    CROSS JOIN given
    WHERE contains(lower(known.side_effect), given.sought) OR contains(lower(known.side_effect_name), given.sought)
    UNION ALL
    SELECT DISTINCT
        'group of further drugs' AS kind,
        known.interaction_group AS id,
        known.interaction_group_name AS name,
        NULL AS found_in
    FROM core.interaction_group AS known
    CROSS JOIN given
    WHERE
        contains(lower(known.interaction_group), given.sought)
        OR contains(lower(known.interaction_group_name), given.sought)
),

-- What holds the word without being called by it.
holding AS (
    SELECT
        'side effect' AS kind,
        part.side_effect AS id,
        known.side_effect_name AS name,
        concat('term ', string_agg(DISTINCT part.term, ', ' ORDER BY part.term)) AS found_in
    FROM core.side_effect_term AS part
    INNER JOIN core.side_effect AS known
        ON part.side_effect = known.side_effect
    CROSS JOIN given
    WHERE contains(lower(part.term), given.sought)
    GROUP BY part.side_effect, known.side_effect_name
    UNION ALL
    SELECT
        'substance' AS kind,
        read_as.substance AS id,
        known.substance_name AS name,
        concat(
            'reported name ',
            array_to_string(
                list(DISTINCT reported.reported_drug_name ORDER BY reported.reported_drug_name)[1:3], ', '
            ),
            CASE WHEN count(DISTINCT reported.reported_drug_name) > 3 THEN ' ...' ELSE '' END
        ) AS found_in
    FROM core.drug_name AS reported
    INNER JOIN core.drug_name_substance AS read_as
        ON reported.drug_name_id = read_as.drug_name_id
    INNER JOIN core.substance AS known
        ON read_as.substance = known.substance
    CROSS JOIN given
    WHERE contains(lower(reported.reported_drug_name), given.sought)
    GROUP BY read_as.substance, known.substance_name
),

found AS MATERIALIZED (
    SELECT * FROM named
    UNION ALL
    SELECT holding.*
    FROM holding
    ANTI JOIN named
        ON
            holding.kind = named.kind
            AND holding.id = named.id
),

counted AS (
    SELECT
        given.substance AS id,
        'substance' AS kind,
        count(*) AS case_count
    FROM core.report_substance AS given
    INNER JOIN found
        ON
            given.substance = found.id
            AND found.kind = 'substance'
    INNER JOIN core.report AS report
        ON given.case_id = report.case_id
    WHERE report.is_in_universe
    GROUP BY given.substance
    UNION ALL
    SELECT
        known.term AS id,
        'preferred term' AS kind,
        known.case_count
    FROM core.term AS known
    UNION ALL
    SELECT
        part.side_effect AS id,
        'side effect' AS kind,
        count(DISTINCT reported.case_id) AS case_count
    FROM core.side_effect_term AS part
    INNER JOIN found
        ON
            part.side_effect = found.id
            AND found.kind = 'side effect'
    INNER JOIN core.report_term AS reported
        ON part.term = reported.term
    INNER JOIN core.report AS report
        ON reported.case_id = report.case_id
    WHERE part.definition = 'label_style' AND report.is_in_universe
    GROUP BY part.side_effect
)

SELECT
    found.kind,
    found.id,
    found.name,
    found.found_in,
    counted.case_count
FROM found
CROSS JOIN given
LEFT JOIN counted
    ON
        found.kind = counted.kind
        AND found.id = counted.id
WHERE given.sought <> ''
ORDER BY
    found.found_in IS NOT NULL ASC,
    NOT starts_with(lower(found.name), given.sought) ASC,
    counted.case_count DESC NULLS LAST,
    found.kind ASC,
    found.id ASC
