-- What brings two cases together to be compared: one row per case, rule and value. A missing value brings nobody
-- together. docs/methods.md names the rules.
WITH keyed AS (
    SELECT
        case_id,
        1 AS rule,
        hash(manufacturer_number) AS value
    FROM work.linkage_case
    WHERE manufacturer_number IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        2 AS rule,
        hash(authority_number) AS value
    FROM work.linkage_case
    WHERE authority_number IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        3 AS rule,
        hash(list_min(literature), age_years) AS value
    FROM work.linkage_case
    WHERE literature IS NOT NULL AND age_years IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        4 AS rule,
        hash(list_min(literature), unnest(rare_terms)) AS value
    FROM work.linkage_case
    WHERE literature IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        5 AS rule,
        hash(event_date, sex, floor(age_years)) AS value
    FROM work.linkage_case
    WHERE event_precision = 'day' AND sex IS NOT NULL AND age_years IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        6 AS rule,
        hash(event_date, suspect, unnest(rare_terms)) AS value
    FROM (
        SELECT
            case_id,
            event_date,
            rare_terms,
            unnest(rare_suspects) AS suspect
        FROM work.linkage_case
        WHERE event_precision = 'day'
    ) AS unfolded
    UNION ALL
    SELECT
        case_id,
        7 AS rule,
        hash(sex, floor(age_years), country, substance, unnest(rare_terms)) AS value
    FROM (
        SELECT
            case_id,
            sex,
            age_years,
            country,
            rare_terms,
            unnest(rare_substances) AS substance
        FROM work.linkage_case
        WHERE sex IS NOT NULL AND age_years IS NOT NULL AND country IS NOT NULL
    ) AS unfolded
    UNION ALL
    SELECT
        case_id,
        8 AS rule,
        hash(substances, terms) AS value
    FROM work.linkage_case
    WHERE substance_sixteenths + term_sixteenths >= 320
    UNION ALL
    SELECT
        case_id,
        9 AS rule,
        hash(date_trunc('month', event_date), sex, floor(age_years), unnest(rare_substances)) AS value
    FROM work.linkage_case
    WHERE event_precision IN ('day', 'month') AND sex IS NOT NULL AND age_years IS NOT NULL
    UNION ALL
    SELECT
        case_id,
        10 AS rule,
        hash(sex, country, suspect, unnest(rare_terms)) AS value
    FROM (
        SELECT
            case_id,
            sex,
            country,
            rare_terms,
            unnest(rare_suspects) AS suspect
        FROM work.linkage_case
        WHERE country IS NOT NULL
    ) AS unfolded
)

SELECT DISTINCT
    case_id,
    rule::TINYINT AS rule,
    value
FROM keyed
