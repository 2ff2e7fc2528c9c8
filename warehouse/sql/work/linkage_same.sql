-- Pairs that a number or an article says are one, with the reason. Nothing known of the patient may speak against it.
WITH compared AS (
    SELECT
        pair.case_l,
        pair.case_r,
        one.manufacturer_number = other.manufacturer_number AND one.sender = other.sender AS is_same_number,
        one.authority_number = other.authority_number AS is_same_authority,
        one.literature = other.literature
        AND one.sex = other.sex
        AND one.age_years = other.age_years
        AND list_has_any(one.rare_suspects, other.rare_suspects)
        AND one.terms = other.terms AS is_same_patient
    FROM work.linkage_pair AS pair
    INNER JOIN work.linkage_case AS one
        ON pair.case_l = one.case_id
    INNER JOIN work.linkage_case AS other
        ON pair.case_r = other.case_id
    WHERE
        coalesce(one.sex = other.sex, TRUE)
        AND coalesce(abs(one.age_years - other.age_years) <= 2, TRUE)
        AND coalesce(abs(date_diff('day', one.event_date, other.event_date)) <= 366, TRUE)
)

SELECT
    case_l,
    case_r,
    CASE
        WHEN is_same_number THEN 'same_manufacturer_number'
        WHEN is_same_authority THEN 'same_authority_number'
        ELSE 'same_literature_patient'
    END AS reason
FROM compared
WHERE is_same_number OR is_same_authority OR is_same_patient
