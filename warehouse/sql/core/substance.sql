-- Every substance that a name was read as, and every reviewed one.
SELECT
    coalesce(reviewed.substance, found.substance) AS substance,
    coalesce(reviewed.name, found.substance) AS substance_name,
    coalesce(reviewed.role, 'background') AS substance_role,
    reviewed.substance IS NOT NULL AS is_reviewed
FROM work.substance_number AS found
FULL OUTER JOIN work.reviewed_substance AS reviewed
    ON found.substance = reviewed.substance
